"""A selection: proposed by one person, confirmed by another."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.enums import IN_FORCE, SELECTION_MOVES, SelectionOutcome, SelectionStatus
from applications.querysets import SelectionEntryQuerySet, SelectionQuerySet
from core.history import HasStatus, StatusChange, append_only


class Selection(HasStatus):
    """Outcomes for a set of applications, decided together; while a draft it is one scenario of several."""

    ALLOWED_MOVES = SELECTION_MOVES

    call = models.ForeignKey(
        "applications.Call",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="selections",
        verbose_name=_("call"),
        help_text=_("Leave empty for all calls."),
    )
    title = models.CharField(_("title"), max_length=150)
    status = models.CharField(
        _("status"), max_length=20, choices=SelectionStatus.choices, default=SelectionStatus.DRAFT
    )
    note = models.TextField(_("reasons for the choice"), blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("proposed by"),
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    undo_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("undo requested by"),
    )
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("undone by"),
    )

    objects = SelectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("selection")
        verbose_name_plural = _("selections")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=SelectionStatus.values), name="selection_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by__isnull=True)
                | ~models.Q(confirmed_by=models.F("proposed_by")),
                name="selection_confirmed_by_second_person",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=[*IN_FORCE, SelectionStatus.UNDONE])
                | models.Q(confirmed_by__isnull=False, proposed_by__isnull=False),
                name="selection_confirmed_names_both",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=SelectionStatus.UNDO_ASKED)
                | models.Q(undo_asked_by__isnull=False),
                name="selection_undo_asked_names_who",
            ),
            # Empty in those that were undone by one person, before it took two.
            models.CheckConstraint(
                condition=models.Q(undone_by__isnull=True)
                | models.Q(status=SelectionStatus.UNDONE, undo_asked_by__isnull=False)
                & ~models.Q(undone_by=models.F("undo_asked_by")),
                name="selection_undone_by_second_person",
            ),
        ]
        permissions = [
            ("propose_selection", _("Can propose a selection")),
            ("confirm_selection", _("Can confirm a selection proposed by somebody else")),
            ("release_letters", _("Can release the letters of a selection")),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def call_name(self) -> str:
        return str(self.call) if self.call else str(_("All calls"))


class SelectionChange(StatusChange):
    target = models.ForeignKey(Selection, models.PROTECT, related_name="changes", verbose_name=_("selection"))

    class Meta(StatusChange.Meta):
        verbose_name = _("status change")
        verbose_name_plural = _("status changes")
        triggers = append_only("selection_change_append_only")


class SelectionSave(models.Model):
    """One save of a draft: who changed which choices, from what to what; never edited."""

    selection = models.ForeignKey(
        Selection, models.PROTECT, related_name="saves", verbose_name=_("selection")
    )
    # Rises by one with each save, so that a board opened on an older one is noticed.
    number = models.PositiveIntegerField(_("number"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"), auto_now_add=True)
    note = models.TextField(_("note"), blank=True)
    choices = models.JSONField(
        _("choices"), help_text=_("For each application, the intended outcome before and after.")
    )
    undoes = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="undone_in",
        editable=False,
        verbose_name=_("undoes the save"),
    )

    class Meta:
        verbose_name = _("scenario save")
        verbose_name_plural = _("scenario saves")
        ordering = ["-number"]
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(fields=["selection", "number"], name="selection_save_once")]
        triggers = append_only("selection_save_append_only")

    def __str__(self) -> str:
        return f"{self.selection} · {self.number}"


# What was proposed is what is confirmed, and what was confirmed stays on record.
FIXED_ONCE_PROPOSED = pgtrigger.Trigger(
    name="entry_fixed_once_proposed",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    declare=[("of_selection", "bigint")],
    func="""
        of_selection := CASE WHEN TG_OP = 'DELETE' THEN OLD.selection_id ELSE NEW.selection_id END;
        IF (SELECT status FROM applications_selection WHERE id = of_selection) <> 'draft' THEN
            RAISE EXCEPTION 'Selection % is no draft: its entries are fixed.', of_selection
                USING ERRCODE = 'check_violation';
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    """,
)


class SelectionEntry(models.Model):
    """What a selection says of one application."""

    selection = models.ForeignKey(Selection, models.PROTECT, related_name="entries")
    application = models.ForeignKey(
        "applications.Application",
        models.PROTECT,
        related_name="selection_entries",
        verbose_name=_("application"),
    )
    outcome = models.CharField(_("outcome"), max_length=20, choices=SelectionOutcome.choices)
    rank = models.PositiveSmallIntegerField(_("rank"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)

    objects = SelectionEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("application in a selection")
        verbose_name_plural = _("applications in a selection")
        ordering = ["rank", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["selection", "application"], name="selection_entry_once"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=SelectionOutcome.values), name="selection_outcome_known"
            ),
        ]
        triggers = [FIXED_ONCE_PROPOSED]

    def __str__(self) -> str:
        return f"{self.application} · {self.get_outcome_display()}"
