"""The expert pool for staff: find, read, decide."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.http import FileResponse, Http404, HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.access_log import actions as access_log
from core.access_log.enums import AccessKind
from core.accounts.logged_in import person_at
from core.exporting import Column, ExportMixin
from core.half_days import HALF_DAYS_PER_DAY, days_in_words
from core.known_types import known_as
from core.mail.models import Message
from core.phrases import labelled
from core.questionnaires.loading import questionnaire
from core.questionnaires.staff.listed import ListedAnswersMixin
from core.staff.admin import (
    DecisionPageMixin,
    Label,
    ReadOnlyAdmin,
    ReadOnlyInline,
    RowPage,
    StatusChangeInline,
)
from core.templatetags.impact_time import brussels
from core.uploads import PDF, stored_as_download
from experts import carrying, commitments, snapshots, summaries
from experts.asked import asked_of, published_version
from experts.enums import ExpertStatus
from experts.models import Expert, ExpertChange, ExpertDeclaration
from experts.querysets import ExpertQuerySet
from experts.staff import listed
from experts.staff.decisions import DECISIONS
from experts.staff.filters import (
    PERIOD,
    AreaFilter,
    AreaLevelFilter,
    ChangedFilter,
    CountryFilter,
    LanguageFilter,
    LanguageLevelFilter,
)

# Longer labels would push the days out of sight.
AREA_CHARS = 26
# More would make each row of the list half a screen high; the profile has them all.
AREAS_SHOWN = 3


IS_CHANGED = Exists(Expert.objects.changed_since_seen().filter(pk=OuterRef("pk")))


class ExpertChangeInline(StatusChangeInline):
    model = ExpertChange


class ExpertDeclarationInline(ReadOnlyInline):
    model = ExpertDeclaration
    fields = readonly_fields = ["at", "kind", "is_given", "wording", "language"]


class CvPage(RowPage[Expert]):
    """The CV of an expert, on record."""

    route, name = "<int:expert_id>/cv/", "cv"
    key = "expert_id"

    def get(self, request: HttpRequest, expert_id: int) -> FileResponse:
        expert = self.row
        if not expert.cv:
            raise Http404
        access_log.record(
            by=person_at(request),
            kind=AccessKind.DOWNLOADED,
            target=expert,
            label=expert.name,
            detail=expert.cv_name,
        )
        return stored_as_download(expert.cv, name=expert.cv_name, content_type=PDF)


@admin.register(Expert)
class ExpertAdmin(ListedAnswersMixin, DecisionPageMixin, ExportMixin, ReadOnlyAdmin):
    list_display = ["person", "status_label", "lives_in", "speaks", "knows", "days_offered", "changed"]
    list_filter = [
        "status",
        LanguageFilter,
        LanguageLevelFilter,
        AreaFilter,
        AreaLevelFilter,
        *PERIOD,
        CountryFilter,
        ChangedFilter,
    ]
    search_fields = ["name", "user__email", "headline", "answered", "organisations__name"]
    search_help_text = _("Name, e-mail, experience or organisation")
    list_before_template = "admin/experts/_days_free.html"
    # The profile's public address shows everybody their own profile.
    view_on_site = False
    fields = [
        ("status_label", "user"),
        ("submitted_at", "confirmed_at"),
        "asked_on",
        "lacking_now",
        "erasure_asked_at",
        "returned_mail",
        "loss",
        "written_now",
        "changes_to_see",
        "profile",
    ]
    readonly_fields = [
        "status_label",
        "asked_on",
        "lacking_now",
        "returned_mail",
        "loss",
        "written_now",
        "changes_to_see",
        "profile",
    ]
    inlines = [ExpertChangeInline, ExpertDeclarationInline]
    decisions = DECISIONS
    pages = [CvPage]
    export_name = "experts"
    answers = listed.ANSWERS

    def get_queryset(self, request: HttpRequest) -> ExpertQuerySet:
        first = timezone.localdate().replace(day=1)
        experts = known_as(super().get_queryset(request), ExpertQuerySet).ever_sent()
        return experts.with_texts().with_profile().with_half_days_from(first)

    def export_columns(self, request: HttpRequest, rows: list[Expert]) -> Sequence[Column]:
        """Return what vets and finds an expert; the CV and the biography stay on the page."""
        return [
            (_("Name"), lambda e: e.name),
            (_("E-mail"), lambda e: e.user and e.user.email),
            (_("Status"), lambda e: e.get_status_display()),
            (_("Lives in"), self.lives_in),
            (_("Languages"), self.speaks),
            (_("Expertise areas"), _areas),
            (_("Organisations"), lambda e: "; ".join(row.name for row in e.organisations.all())),
            (_("Maximum number of regions at once"), lambda e: e.max_regions),
            (_("Days offered"), lambda e: e.half_days_offered / HALF_DAYS_PER_DAY),
            (_("Submitted (Brussels time)"), lambda e: e.submitted_at),
            (_("Confirmed as current (Brussels time)"), lambda e: e.confirmed_at),
            *self.listed_columns(request, rows),
        ]

    @admin.display(description=_("expert"), ordering="name")
    def person(self, expert: Expert) -> str:
        return str(expert)

    @display(
        description=_("status"),
        ordering="status",
        label={
            ExpertStatus.SUBMITTED: "warning",
            ExpertStatus.APPROVED: "success",
            ExpertStatus.DECLINED: "danger",
            ExpertStatus.PAUSED: "info",
            ExpertStatus.DRAFT: "default",
            ExpertStatus.WITHDRAWN: "default",
        },
    )
    def status_label(self, expert: Expert) -> Label:
        return Label.of_status(expert)

    @admin.display(description=_("lives in"), ordering="country__name_texts__shown")
    def lives_in(self, expert: Expert) -> str:
        return expert.country.name if expert.country else expert.other_country

    @admin.display(description=_("languages"))
    def speaks(self, expert: Expert) -> str:
        return ", ".join(f"{row.language_id} {row.level}" for row in expert.languages.all())

    @admin.display(description=_("expertise areas"))
    def knows(self, expert: Expert) -> str:
        areas = sorted(expert.expertise.all(), key=lambda row: -row.level)
        shown = ((Truncator(str(row.area.label)).chars(AREA_CHARS), row.level) for row in areas[:AREAS_SHOWN])
        lines = [f"{area} · {level}" for area, level in shown]
        more = len(areas) - len(lines)
        if more:
            lines.append(ngettext("%(count)s more", "%(count)s more", more) % {"count": more})
        # In one element, as the theme sets the children of a cell side by side on a phone.
        said = format_html_join("", '<span class="block">{}</span>', ((line,) for line in lines))
        return format_html("<span>{}</span>", said)

    @admin.display(description=_("days offered"), ordering="half_days_offered")
    def days_offered(self, expert: Expert) -> str:
        return days_in_words(expert.half_days_offered)

    @display(description=_("changes"), ordering=IS_CHANGED, label="warning")
    def changed(self, expert: Expert) -> str:
        return gettext("Changed") if expert.is_changed_since_seen else ""

    @admin.display(description=_("Returned e-mails"))
    def returned_mail(self, expert: Expert) -> str:
        message = Message.objects.about(expert.about).returned().first()
        if message is None or message.returned_at is None:
            return "–"
        return labelled(brussels(message.returned_at), message.error)

    @admin.display(description=_("form version"))
    def asked_on(self, expert: Expert) -> str:
        version = expert.form_version
        if not version.was_undone:
            return str(version)
        words = gettext("%(version)s. This publication has since been undone; version %(now)d is now in use.")
        return words % {"version": version, "now": published_version().number}

    @admin.display(description=_("Answers needed since the form changed"))
    def lacking_now(self, expert: Expert) -> str:
        texts = carrying.lacking_now(expert)
        return format_html_join("", '<span class="block">{}</span>', ((text,) for text in texts)) or "–"

    @admin.display(description=_("If this expert withdraws"))
    def loss(self, expert: Expert) -> str:
        texts = commitments.losses(expert.pk)
        return format_html_join("", '<span class="block">{}</span>', ((text,) for text in texts)) or "–"

    @admin.display(description=_("Written languages (recorded by staff)"))
    def written_now(self, expert: Expert) -> str:
        rows = expert.written_languages.select_related("language", "recorded_by")
        texts = (f"{labelled(row.language, row.get_level_display())} ({row.recorded_by})" for row in rows)
        return format_html_join("", '<span class="block">{}</span>', ((text,) for text in texts)) or "–"

    @admin.display(description=_("Changed since you last viewed it"))
    def changes_to_see(self, expert: Expert) -> str:
        seen = expert.versions.filter(revision=expert.seen_revision).first()
        if seen is None:
            return "–"
        asked = questionnaire(seen.form_version_id), asked_of(expert)
        changes = summaries.differences(seen.profile, snapshots.take(expert), *asked)
        return render_to_string("admin/experts/_changes.html", {"changes": changes, "seen": seen})

    @admin.display(description=_("Profile"))
    def profile(self, expert: Expert) -> str:
        parts = summaries.of_profile(snapshots.take(expert), asked_of(expert))
        return render_to_string("admin/experts/_profile.html", {"expert": expert, "parts": parts})


def _areas(expert: Expert) -> str:
    areas = sorted(expert.expertise.all(), key=lambda row: -row.level)
    return "; ".join(labelled(str(row.area.label), row.get_level_display()) for row in areas)
