"""The decisions by which a call begins as a copy of another one and is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from applications.form.asked import asked_in
from applications.models import Call
from applications.reviewing.actions import copying
from core.phrases import StrOrPromise
from core.questionnaires.purposes import ADDRESS_OF_EXPERTS
from core.staff.admin import Decision, DecisionForm
from core.staff.inputs import BrusselsTimeField
from core.translated.forms import TranslatedFormField


class CopyCallForm(DecisionForm[Call]):
    title = TranslatedFormField(label=_("Title"), max_length=150)
    number = forms.IntegerField(label=_("Number"), min_value=1, max_value=32_767)
    slug = forms.SlugField(
        label=_("Address"),
        max_length=50,
        help_text=_("The last part of the address of its page, such as 2027-1."),
    )
    opens_at = BrusselsTimeField(label=_("Opens"))
    closes_at = BrusselsTimeField(
        label=_("Closes"), required=False, help_text=_("May stay empty until the call is shown.")
    )

    def clean_number(self) -> int:
        number: int = self.cleaned_data["number"]
        if Call.objects.filter(number=number).exists():
            raise forms.ValidationError(_("There is a call with this number already."))
        return number

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if slug == ADDRESS_OF_EXPERTS or Call.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("This address is taken: choose another one."))
        return slug

    def clean(self) -> dict[str, Any]:
        opens_at, closes_at = (self.cleaned_data.get(name) for name in ("opens_at", "closes_at"))
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", _("Enter a closing time after the opening time."))
        return super().clean()


def explain_copy(targets: Sequence[Call]) -> list[StrOrPromise]:
    """Say what a copy takes over, and what it does not."""
    (call,) = targets
    questions, criteria = len(asked_in(call).questions), call.criteria.count()
    counted = (
        ngettext("its form with %(count)s question", "its form with %(count)s questions", questions)
        % {"count": questions},
        ngettext("%(count)s criterion", "%(count)s criteria", criteria) % {"count": criteria},
    )
    taken = gettext(
        "Copied from this call: %(form)s, %(criteria)s with their guidance for reviewers, the summary, the "
        "guidance for applicants, the places, the reviews per application and the minutes of grace."
    )
    return [
        taken % {"form": counted[0], "criteria": counted[1]},
        _("Not copied: its dates, applications, reviewers and reviews, extensions, selections and results."),
        _("The letter templates are the same for all calls, so the new call has them as well."),
        _(
            "The new call is a draft. Nobody outside sees it until you have completed it and press “Show to "
            "the public”; then its dates say when it opens."
        ),
    ]


def explain_show(targets: Sequence[Call]) -> list[StrOrPromise]:
    """Say what follows, or what is missing yet."""
    (call,) = targets
    text = _(
        "Everybody sees the call from now on. It takes applications from its opening to its closing time."
    )
    missing = copying.gaps_of(call)
    return [text, *(gettext("Still missing: %(what)s.") % {"what": what} for what in missing)]


def _page_of(call: Call) -> str:
    return reverse("admin:applications_call_change", args=[call.pk])


COPY = Decision(
    name="copy",
    label=_("Start a call like this one"),
    action=copying.copy_call,
    permission=copying.PERMISSION,
    target="call_id",
    form=CopyCallForm,
    explain=explain_copy,
    done=_("The new call is a draft. Check its form, its criteria and its texts."),
    go_to=_page_of,
    icon="content_copy",
    variant=ActionVariant.DEFAULT,
)
SHOW = Decision(
    name="show",
    label=_("Show to the public"),
    action=copying.show,
    permission=copying.PERMISSION,
    target="call_id",
    is_possible=lambda call: call.is_draft,
    explain=explain_show,
    done=_("The call is shown to the public."),
    icon="visibility",
)
