"""One page for each section: saves what is valid, incomplete or not, and overwrites nothing unseen."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import format_lazy
from django.utils.translation import gettext as _

from applications.applying import rules
from applications.applying.actions import drafts
from applications.applying.actions.drafts import Saved
from applications.applying.views.base import ApplicationPage
from applications.exceptions import NotEditable
from applications.form import answers
from applications.form.forms.sections import SectionForm, form_for
from applications.form.sections import (
    BY_SLUG,
    DOCUMENTS,
    PARTNERSHIP,
    SECTIONS,
    TERRITORY,
    Section,
    section_after,
)
from applications.models import Application
from core.forms import autosave
from core.readings import say_what_was_read
from core.reference.maps import MapRegion, region_map
from core.reference.models import NutsUnit
from core.reference.picking import in_order
from core.reference.units import units
from core.templatetags.impact_forms import error_links


class SectionView(ApplicationPage):
    template_name = "applications/section.html"

    @cached_property
    def section(self) -> Section:
        section = BY_SLUG.get(self.kwargs["slug"])
        if section is None or section is DOCUMENTS:
            raise Http404
        return section

    @property
    def sections(self) -> tuple[Section, ...]:
        return (self.section,)

    def form(self, data: Any = None) -> SectionForm:
        return form_for(self.section)(data, load=lambda: self.application, opened=self.opened)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=self.form()))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        form = self.form(request.POST)
        is_autosave = autosave.is_asked(request)
        if form.is_adding_row and not is_autosave:
            return self.render_to_response(self.get_context_data(form=form))
        is_valid = form.is_valid()
        try:
            saved = self.save(form)
        except Application.DoesNotExist:
            raise Http404 from None
        except NotEditable as refusal:
            return self.refuse(form, refusal, is_autosave)
        if is_autosave:
            return self.autosaved(form, saved)
        say_what_was_read(self.request, form)
        self.tell_late()
        self.tell_lapsed(saved)
        if is_valid and not saved.conflicts and not form.has_open_search:
            return self.go_on()
        return self.show_again(form, saved)

    def save(self, form: SectionForm) -> Saved:
        """Save what is valid; the page goes on with the application as the action has found it."""
        saved = drafts.save_answers(
            public_id=self.kwargs["public_id"],
            by=self.request.user,
            section=self.section,
            mine=form.answers(),
            base=form.typed_base,
            choices=form.typed_choices,
            opened_at=self.opened_at,
        )
        self.application = saved.application
        return saved

    @property
    def late(self) -> Any:
        """What to tell of a text that came too late to be submitted; nothing in time."""
        reason = self.why_not(self.section)
        return reason and format_lazy("{} {}", _("Your text is kept with the application."), reason)

    @property
    def note(self) -> Any:
        """What a saved change does not do by itself: it is not submitted, or too late to be."""
        if self.late:
            return self.late
        asked = self.application, self.clarification
        return rules.what_is_left_to_do(*asked, at=timezone.now(), opened_at=self.opened_at)

    def tell_late(self) -> None:
        asked = self.application, self.clarification
        over = rules.when_it_closed(*asked, at=timezone.now(), opened_at=self.opened_at)
        if late := self.late or over:
            messages.warning(self.request, late)

    def tell_lapsed(self, saved: Saved) -> None:
        for name in saved.lapsed:
            words = _(
                "%(name)s was changed and has to confirm again: the lead asks on the page of people "
                "and partners."
            )
            messages.warning(self.request, words % {"name": name})

    def go_on(self) -> HttpResponse:
        messages.success(self.request, _("Saved: %(section)s.") % {"section": self.section.title})
        return redirect(self.next_page + self.carried)

    @property
    def next_page(self) -> str:
        if "save_exit" in self.request.POST:
            return self.application.get_absolute_url()
        after, public_id = section_after(self.section), self.application.public_id
        return after.url(public_id) if after else reverse("applications:check", args=[public_id])

    def show_again(self, form: SectionForm, saved: Saved) -> HttpResponse:
        form.note_saved(saved.cells)
        form.ask_about(saved.conflicts, by=self.request.user)
        # What the action found is no longer what stands there.
        del self.application
        return self.render_to_response(
            self.get_context_data(form=form, is_partly_saved=True, conflicts=saved.conflicts)
        )

    def refuse(self, form: SectionForm, refusal: NotEditable, is_autosave: bool) -> HttpResponseBase:
        """Show why nothing was saved, with everything that was typed still on the page."""
        if is_autosave:
            return autosave.refused(refusal)
        form.add_error(None, str(refusal))
        return self.render_to_response(self.get_context_data(form=form))

    def autosaved(self, form: SectionForm, saved: Saved) -> JsonResponse:
        problems = [link.text for link in error_links(form)] + form.conflicts_in_words(saved.conflicts)
        return autosave.saved(base=form.next_base(saved.cells), problems=problems, note=self.note)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "section": self.section,
            "number": SECTIONS.index(self.section) + 1,
            "count": len(SECTIONS),
            "refusal": self.why_not(self.section),
            "map": self.map() if self.section is TERRITORY else None,
            "from_check": self.from_check(),
        }

    def from_check(self) -> list[NutsUnit]:
        """Return the regions that were taken over from an eligibility check and are still here unchanged."""
        codes = self.application.checked_regions
        if self.section is TERRITORY:
            here = set(answers.codes(self.application, "units"))
            return in_order(units(codes).values()) if codes and here == set(codes) else []
        if self.section is PARTNERSHIP and codes:
            unnamed = {partner.unit_id for partner in self.application.partners.all() if not partner.name}
            return in_order(units(unnamed & set(codes)).values())
        return []

    def map(self) -> Any:
        covered = self.application.units.all()
        title = self.application.title or _("Your territory")
        return region_map([MapRegion.of_unit(unit) for unit in covered], title=title) if covered else None
