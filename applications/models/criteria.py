"""What reviewers of a call score, and the versions of it that the call has had.

Once a score sheet of the call was opened, PostgreSQL lets the criteria change only as their newest version
says: whoever changes them writes the version first, with its reason, and each row that is then added,
changed or removed is compared with it at once. At the end of the transaction the version is compared with
all the rows, so that none says what did not happen. Neither asks who writes, so raw SQL is held to it too.
"""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from applications.models.calls import Call
from core.history import append_only
from core.translated.fields import TranslatedField

# What a version holds of each criterion; its order and whether it is a default mean nothing to scores.
VERSIONED = ("code", "title", "guidance", "weight", "max_score", "threshold")
MAX_REASON = 2000


def _in_sql(row: str) -> str:
    """Return the expression that is a row of the table as a version holds it."""
    pairs = ", ".join(f"'{name}', {row}.{name}" for name in VERSIONED)
    return f"jsonb_build_object({pairs})"


# A sheet holds a row for each criterion from the moment when it is opened.
_IS_BEGUN = """EXISTS (
            SELECT FROM applications_reviewscore s
            JOIN applications_criterion scored ON scored.id = s.criterion_id WHERE scored.call_id = {call}
        )"""
_NEWEST_SAYS = """EXISTS (
            SELECT FROM jsonb_array_elements((
                SELECT v.content FROM applications_criteriaversion v
                WHERE v.call_id = {call} ORDER BY v.number DESC LIMIT 1
            )) said WHERE {what}
        )"""

CHANGED_AS_VERSION_SAYS = pgtrigger.Trigger(
    name="criterion_frozen_once_scored",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    func=f"""
        IF TG_OP = 'UPDATE' THEN
            IF NEW.call_id = OLD.call_id AND {_in_sql("NEW")} = {_in_sql("OLD")} THEN RETURN NEW; END IF;
        END IF;
        IF TG_OP <> 'INSERT' THEN
            IF {_IS_BEGUN.format(call="OLD.call_id")} AND (
                TG_OP = 'DELETE'
                    AND {_NEWEST_SAYS.format(call="OLD.call_id", what="said ->> 'code' = OLD.code")}
                OR TG_OP = 'UPDATE' AND NEW.call_id <> OLD.call_id
            ) THEN
                RAISE EXCEPTION 'The criteria of call % are fixed: its newest version keeps %.',
                    OLD.call_id, OLD.code USING ERRCODE = 'check_violation';
            END IF;
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        IF {_IS_BEGUN.format(call="NEW.call_id")}
            AND NOT {_NEWEST_SAYS.format(call="NEW.call_id", what=f"said = {_in_sql('NEW')}")}
        THEN
            RAISE EXCEPTION 'The criteria of call % are fixed: its newest version does not say this of %.',
                NEW.call_id, NEW.code USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)

NOT_BELOW_SCORES = pgtrigger.Trigger(
    name="criterion_not_below_scores",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.AnyChange("max_score"),
    func="""
        IF EXISTS (
            SELECT FROM applications_reviewscore s WHERE s.criterion_id = OLD.id AND s.score > NEW.max_score
        ) THEN
            RAISE EXCEPTION 'A score of criterion % is above %.', OLD.id, NEW.max_score
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)


class Criterion(models.Model):
    """What reviewers score from 0 to `max_score`; weights are shares of their sum."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="criteria", verbose_name=_("call"))
    code = models.SlugField(_("code"), max_length=40)
    title = TranslatedField(_("title"), max_length=150)
    guidance = TranslatedField(_("guidance for reviewers"), max_length=10_000, blank=True, is_long=True)
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    max_score = models.PositiveSmallIntegerField(
        _("highest score"), default=5, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    threshold = models.PositiveSmallIntegerField(
        _("threshold"), default=0, help_text=_("A lower mean score is flagged in the ranking.")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    is_default = models.BooleanField(
        _("default to confirm"), default=False, help_text=_("Proposed by the portal, not an OECD rule.")
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["call", "code"], name="criterion_code_unique_in_call"),
            models.CheckConstraint(
                condition=models.Q(threshold__lte=models.F("max_score")), name="criterion_threshold_reachable"
            ),
        ]
        triggers = [CHANGED_AS_VERSION_SAYS, NOT_BELOW_SCORES]

    def __str__(self) -> str:
        return str(self.title)


REASON_ONCE_BEGUN = pgtrigger.Trigger(
    name="criteria_version_says_why",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    # The first version of a call whose scoring had begun before versions were kept is written without one.
    condition=pgtrigger.Q(new__number__gt=1, new__is_after_scoring=False),
    func=f"""
        IF {_IS_BEGUN.format(call="NEW.call_id")} THEN
            RAISE EXCEPTION 'Scoring of call % has begun: other criteria need a reason.', NEW.call_id
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """,
)

TRUE_AT_THE_END = pgtrigger.Trigger(
    name="criteria_version_is_true",
    when=pgtrigger.After,
    timing=pgtrigger.Deferred,
    operation=pgtrigger.Insert,
    func=f"""
        IF NEW.number = (SELECT max(number) FROM applications_criteriaversion WHERE call_id = NEW.call_id)
            AND {_IS_BEGUN.format(call="NEW.call_id")}
            AND (
                SELECT COALESCE(jsonb_agg({_in_sql("c")} ORDER BY c.code COLLATE "C"), '[]')
                FROM applications_criterion c WHERE c.call_id = NEW.call_id
            ) <> (
                SELECT COALESCE(jsonb_agg(said ORDER BY said ->> 'code' COLLATE "C"), '[]')
                FROM jsonb_array_elements(NEW.content) said
            )
        THEN
            RAISE EXCEPTION 'Version % of the criteria of call % is not what the criteria are.',
                NEW.number, NEW.call_id USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    """,
)


class CriteriaVersion(models.Model):
    """All criteria of a call as a change left them, in their order; never edited."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="criteria_versions", verbose_name=_("call"))
    number = models.PositiveIntegerField(_("version"))
    made_at = models.DateTimeField(_("when"), auto_now_add=True)
    # None where the portal itself found the criteria as they were.
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    reason = models.CharField(_("reason"), max_length=MAX_REASON, blank=True)
    is_after_scoring = models.BooleanField(_("after scoring began"), default=False)
    content = models.JSONField(_("criteria"))
    # Review → weighted score before and after, of each final review whose score it changed.
    totals = models.JSONField(_("weighted scores"), default=dict, blank=True)

    class Meta:
        verbose_name = _("version of the criteria")
        verbose_name_plural = _("versions of the criteria")
        ordering = ["call", "-number"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="criteria_version_number_once"),
            models.CheckConstraint(
                condition=models.Q(is_after_scoring=False)
                | models.Q(made_by__isnull=False, reason__regex=r"\S"),
                name="criteria_version_names_reason",
            ),
        ]
        triggers = [
            *append_only("criteria_version_append_only"),
            REASON_ONCE_BEGUN,
            TRUE_AT_THE_END,
        ]

    def __str__(self) -> str:
        return f"{self.call} · {self.number}"
