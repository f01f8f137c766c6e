"""Changing the criteria of a call that is being scored: what would follow is shown first."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.models import Call
from applications.reviewing.actions.criteria import PERMISSION, CriteriaHaveChanged, change_criteria
from applications.reviewing.consequences import consequences
from applications.reviewing.criteria import fingerprint
from applications.reviewing.criteria_versions import criteria_values, differences, is_scoring_begun, newest
from applications.reviewing.staff import previews
from applications.reviewing.staff.criteria_forms import ChangeForms
from core.accounts.logged_in import person_at
from core.decisions import refusal_in_words
from core.staff.pages import REFUSALS, RowPage


class ChangeCriteriaPage(RowPage[Call]):
    """Takes the criteria as they should be and says what would follow; the second press does it."""

    route, name = "<int:pk>/criteria/change/", "change-criteria"
    title = _("Change criteria")
    template_name = "admin/applications/criteria_change.html"
    permission = PERMISSION

    def divert(self) -> HttpResponse | None:
        if self.row.results_published_at:
            return self.leave(
                _("The results of this call have been published. Its criteria can no longer be changed.")
            )
        if is_scoring_begun(self.row):
            return super().divert()
        return self.leave(_("No reviewer has started scoring. Change the criteria on the call’s page."))

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(ChangeForms(self.row))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if "preview" in request.POST:
            return self.change()
        forms = ChangeForms(self.row, request.POST)
        if not forms.is_valid():
            return self.show(forms)
        given = forms.why.cleaned_data
        return self.show(forms, rows=forms.rows, **given)

    def change(self) -> HttpResponse:
        try:
            shown = previews.read(self.name, self.request.POST["preview"], self.row)
        except BadSignature:
            messages.error(self.request, _("The preview has expired. Preview the change again."))
            return self.show(ChangeForms(self.row))
        try:
            version = change_criteria(
                call_id=self.row.pk,
                by=person_at(self.request),
                rows=shown["rows"],
                reason=shown["reason"],
                seen=shown["seen"],
            )
        except REFUSALS as refusal:
            messages.error(self.request, " ".join(refusal_in_words(refusal)))
            return self.show_again(shown)
        except CriteriaHaveChanged:
            return self.show_again(shown)
        text = _("Criteria changed (version %(number)s). All weighted scores have been recalculated.")
        messages.success(self.request, text % {"number": version.number})
        return HttpResponseRedirect(self.model_admin.row_url(self.row))

    def show_again(self, shown: dict[str, Any]) -> HttpResponse:
        """Show what was refused, with what would follow from it now."""
        given = {name: shown[name] for name in ("rows", "reason")}
        forms = ChangeForms(self.row, **given)
        return self.show(forms, **given, number=shown["number"], status=HTTPStatus.CONFLICT)

    def show(
        self,
        forms: ChangeForms,
        *,
        rows: list[dict[str, Any]] | None = None,
        reason: str = "",
        number: int | None = None,
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        call = self.row
        last = newest(call)
        found = None if rows is None else consequences(call, rows, reader=person_at(self.request))
        can_press = found is not None and found.changes and not found.refusals
        return self.render(
            form=forms.why,
            status=status,
            call=call,
            forms=forms,
            found=found,
            since=self.changes_since(number) if last and rows is not None and number != last.number else [],
            last=last,
            preview=self.sign(rows=rows, reason=reason, number=last and last.number) if can_press else "",
            back_url=self.model_admin.row_url(call),
        )

    def sign(self, **shown: Any) -> str:
        # What is shown now, and not what was typed on: the page says how the two differ.
        return previews.sign(self.name, self.row, **shown, seen=fingerprint(self.row.criteria.all()))

    def changes_since(self, number: int | None) -> list[str]:
        """Say what others have changed since the page was opened."""
        before = self.row.criteria_versions.filter(number=number or 0).first()
        changes = differences(before.content if before else [], criteria_values(self.row))
        return [change.text for change in changes] or [gettext("The criteria have not changed.")]
