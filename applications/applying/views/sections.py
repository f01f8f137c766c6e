"""One page for each section: saves what is valid, incomplete or not, and overwrites nothing unseen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import format_lazy
from django.utils.translation import gettext as _

from applications.applying import rules
from applications.applying.actions import drafts
from applications.applying.actions.drafts import SavedApplication
from applications.applying.views.base import ApplicationPage
from applications.exceptions import NotEditable
from applications.form import answers
from applications.form.asked import asked_on
from applications.form.core_questions import DOCUMENTS
from applications.form.forms import ApplicationForm, form_for
from applications.models import Application
from applications.querysets import ApplicationQuerySet
from core.accounts.logged_in import person_at
from core.keys import is_key
from core.phrases import StrOrPromise
from core.reference.maps import Map, MapRegion, region_map
from core.reference.models import NutsUnit
from core.reference.picking import in_order
from core.reference.units import units
from core.sections.forms import SAVE_AND_LIST, SectionFormMixin
from core.sections.kinds.files import TO_FILES, Files
from core.sections.pages import FORM_CHANGED, SectionPage
from core.sections.questions import Answers, Section


class SectionView(SectionPage, ApplicationPage):
    template_name = "applications/section.html"
    refusals = (NotEditable,)
    # What this save has opened in sections about which staff did not ask.
    newly_opened: Sequence[tuple[Any, str, list[Any]]] = ()

    @cached_property
    def section(self) -> Section:
        form = asked_on(self.application, self.page_version)
        section = form.section(self.kwargs["slug"])
        if section is None or section.asks(DOCUMENTS):
            raise Http404
        return rules.part_of(section, self.next_version.answer)

    @cached_property
    def page_version(self) -> int | None:
        """The version of the form on which the page that is sent was drawn."""
        sent = self.request.POST.get("form_version", "")
        return int(sent) if is_key(sent) else None

    @property
    def is_outdated(self) -> bool:
        """Whether the form has changed since the page was drawn that is sent."""
        return self.page_version not in (None, self.application.form_version_id)

    def load(self, rows: ApplicationQuerySet) -> ApplicationQuerySet:
        return answers.with_codes(rows)

    def form(self, data: QueryDict | None = None) -> ApplicationForm:
        def read() -> Answers:
            answers.load(self.application, [self.section])
            return answers.read(self.application, [self.section])

        def read_others() -> Answers:
            if answer := self.next_version.answer:
                return answer.cells
            answers.load(self.application, whole)
            return answers.read(self.application, whole)

        whole = asked_on(self.application, self.page_version)
        hidden = {"opened": self.opened, "form_version": self.application.form_version_id}
        return form_for(self.section, whole=whole)(
            data,
            read=read,
            hidden=hidden,
            file_pages=self.file_pages(can_change=not self.why_not(self.section)),
            questionnaire=whole,
            read_others=read_others,
        )

    def save(self, form: SectionFormMixin) -> SavedApplication:
        """Save what is valid; the page goes on with the application as the action has found it."""
        try:
            saved = drafts.save_answers(
                public_id=self.kwargs["public_id"],
                by=person_at(self.request),
                section=self.kwargs["slug"],
                mine=form.answers(),
                base=form.typed_base,
                choices=form.typed_choices,
                asked=form.asked,
                opened_at=self.opened_at,
                version_id=self.page_version,
            )
        except Application.DoesNotExist:
            raise Http404 from None
        known = self.opened_sections()
        self.application = saved.application
        # What was read before the save may have changed.
        del self.next_version
        self.newly_opened = [each for each in self.opened_sections() if each not in known]
        return saved

    @property
    def query(self) -> Mapping[str, str]:
        return {"opened": self.opened}

    @property
    def writers(self) -> Mapping[str, int]:
        writers: dict[str, int] = self.application.writers
        return writers

    @property
    def late(self) -> StrOrPromise | None:
        """What to tell of a text that came too late to be submitted; nothing in time."""
        reason = self.why_not(self.section)
        return reason and format_lazy("{} {}", _("Your text is kept with the application."), reason)

    @property
    def note(self) -> StrOrPromise:
        """What a saved change does not do by itself, or what the page does not show of today's form."""
        if self.late:
            return self.late
        if self.is_outdated:
            return FORM_CHANGED
        asked = self.application, self.clarification
        return rules.what_is_left_to_do(*asked, at=timezone.now(), opened_at=self.opened_at)

    def tell(self, form: SectionFormMixin, saved: SavedApplication) -> None:
        for title, _url, headings in self.newly_opened:
            words = _("Your answers lead to more questions in “%(section)s”: %(questions)s.")
            questions = ", ".join(_("“%(question)s”") % {"question": heading} for heading in headings)
            messages.info(self.request, words % {"section": title, "questions": questions})
        asked = self.application, self.clarification
        over = rules.when_it_closed(*asked, at=timezone.now(), opened_at=self.opened_at)
        if late := self.late or over:
            messages.warning(self.request, str(late))
        for name in saved.lapsed:
            words = _(
                "%(name)s was changed and has to confirm again. The lead person can request "
                "this under “People and partners”."
            )
            messages.warning(self.request, words % {"name": name})

    @property
    def has_address(self) -> bool:
        return self.asked.section(self.section.slug) is not None

    def redirect_onwards(self, form: SectionFormMixin, saved: SavedApplication) -> HttpResponse:
        messages.success(self.request, _("Saved: %(section)s.") % {"section": self.section.title})
        if self.is_outdated:
            changed = _("The form has changed since you opened that page. The current questions are below.")
            messages.warning(self.request, changed)
            return redirect(self.application.get_absolute_url() + self.carried)
        if way := self.way_to_files(saved):
            return redirect(way)
        if SAVE_AND_LIST in self.request.POST:
            return redirect(self.application.get_absolute_url() + self.carried)
        return redirect(self.next_url(self.section))

    def way_to_files(self, saved: SavedApplication) -> str:
        """Return where the pressed button leads that adds or removes a file; "" if it is another one."""
        name, _mark, file = self.request.POST.get(TO_FILES, "").partition("/")
        if name not in [each.name for each in self.section.questions if isinstance(each.kind, Files)]:
            return ""
        # One that somebody else has removed meanwhile is not there to be removed again.
        is_there = file in [each["id"] for each in saved.cells[name]]
        return self.file_pages().remove(file) if is_there else self.files_url(name)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return (
            super().get_context_data(**kwargs)
            | self.way_on(self.section)
            | {
                "refusal": self.why_not(self.section),
                "map": self.map() if self.section.asks("units") else None,
                "from_check": self.from_check(),
            }
        )

    def from_check(self) -> list[NutsUnit]:
        """Return the regions that were taken over from an eligibility check and are still here unchanged."""
        codes = self.application.checked_regions
        if self.section.asks("units"):
            here = set(answers.read(self.application, [self.section])["units"])
            return in_order(units(codes).values()) if codes and here == set(codes) else []
        if self.section.asks("partners") and codes:
            unnamed = {partner.unit_id for partner in self.application.partners.all() if not partner.name}
            return in_order(units(set(codes) & unnamed).values())
        return []

    def map(self) -> Map | None:
        covered = self.application.units.all()
        title = self.application.title or _("Your territory")
        return region_map([MapRegion.of_unit(unit) for unit in covered], title=title) if covered else None
