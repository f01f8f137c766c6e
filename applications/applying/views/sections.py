"""One page for each section: saves what is valid, incomplete or not, and overwrites nothing unseen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
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
from applications.form.forms import ApplicationForm, form_for
from applications.form.sections import (
    BY_SLUG,
    DOCUMENTS,
    PARTNERSHIP,
    SECTIONS,
    TERRITORY,
    FormSection,
)
from applications.models import Application
from core.reference.maps import MapRegion, region_map
from core.reference.models import NutsUnit
from core.reference.picking import in_order
from core.reference.units import units
from core.sections.forms import SAVE_AND_LIST, SectionFormMixin
from core.sections.pages import SectionPage
from core.sections.questions import Answers, Section


class SectionView(SectionPage, ApplicationPage):
    template_name = "applications/section.html"
    refusals = (NotEditable,)

    @cached_property
    def section(self) -> FormSection:
        section = BY_SLUG.get(self.kwargs["slug"])
        if section is None or section is DOCUMENTS:
            raise Http404
        return section

    @property
    def sections(self) -> tuple[Section, ...]:
        return (self.section,)

    def form(self, data: Any = None) -> ApplicationForm:
        def read() -> Answers:
            return answers.read(self.application, [self.section])

        return form_for(self.section)(data, read=read, hidden={"opened": self.opened})

    def save(self, form: SectionFormMixin) -> Saved:
        """Save what is valid; the page goes on with the application as the action has found it."""
        try:
            saved = drafts.save_answers(
                public_id=self.kwargs["public_id"],
                by=self.request.user,
                section=self.section,
                mine=form.answers(),
                base=form.typed_base,
                choices=form.typed_choices,
                opened_at=self.opened_at,
            )
        except Application.DoesNotExist:
            raise Http404 from None
        self.application = saved.application
        return saved

    @property
    def query(self) -> Mapping[str, str]:
        return {"opened": self.opened}

    @property
    def writers(self) -> Mapping[str, int]:
        return self.application.writers

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

    def tell(self, form: SectionFormMixin, saved: Saved) -> None:
        asked = self.application, self.clarification
        over = rules.when_it_closed(*asked, at=timezone.now(), opened_at=self.opened_at)
        if late := self.late or over:
            messages.warning(self.request, late)
        for name in saved.lapsed:
            words = _(
                "%(name)s was changed and has to confirm again: the lead asks on the page of people "
                "and partners."
            )
            messages.warning(self.request, words % {"name": name})

    def redirect_onwards(self, form: SectionFormMixin, saved: Saved) -> HttpResponse:
        messages.success(self.request, _("Saved: %(section)s.") % {"section": self.section.title})
        if SAVE_AND_LIST in self.request.POST:
            return redirect(self.application.get_absolute_url() + self.carried)
        return redirect(self.next_url(self.section))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return (
            super().get_context_data(**kwargs)
            | self.way_on(self.section)
            | {
                "section": self.section,
                "number": SECTIONS.index(self.section) + 1,
                "count": len(SECTIONS),
                "refusal": self.why_not(self.section),
                "map": self.map() if self.section is TERRITORY else None,
                "from_check": self.from_check(),
            }
        )

    def from_check(self) -> list[NutsUnit]:
        """Return the regions that were taken over from an eligibility check and are still here unchanged."""
        codes = self.application.checked_regions
        if self.section is TERRITORY:
            here = set(answers.read(self.application, [TERRITORY])["units"])
            return in_order(units(codes).values()) if codes and here == set(codes) else []
        if self.section is PARTNERSHIP and codes:
            unnamed = {partner.unit_id for partner in self.application.partners.all() if not partner.name}
            return in_order(units(unnamed & set(codes)).values())
        return []

    def map(self) -> Any:
        covered = self.application.units.all()
        title = self.application.title or _("Your territory")
        return region_map([MapRegion.of_unit(unit) for unit in covered], title=title) if covered else None
