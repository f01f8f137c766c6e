"""A form, its versions, and what each version asks; PostgreSQL keeps one that was published unchanged."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.history import HasStatus, StatusChange, append_only
from core.json_columns import is_object
from core.phrases import labelled
from core.questionnaires import names
from core.questionnaires.enums import VERSION_MOVES, EditVerb, FormPurpose, VersionStatus
from core.translated.fields import TranslatedField

# Keys become names of fields, parts of addresses and keys of JSON.
KEY = r"^[a-z][a-z0-9_]{0,49}$"
SLUG = r"^[a-z][a-z0-9-]{0,49}$"


class Form(models.Model):
    """What is asked for one purpose, through all its versions: that of a call, or that of all experts."""

    purpose = models.CharField(_("purpose"), max_length=20, choices=FormPurpose.choices)
    # From which the forms of new calls are copied.
    is_starting_point = models.BooleanField(_("for new calls"), default=False)

    class Meta:
        verbose_name = _("form")
        verbose_name_plural = _("forms")
        permissions = [
            ("edit_form", _("Can edit the draft of a form")),
            ("publish_form", _("Can publish the draft of a form")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=FormPurpose.values), name="form_purpose_known"),
            models.UniqueConstraint(
                fields=["purpose"], condition=Q(is_starting_point=True), name="form_one_starting_point"
            ),
        ]

    def __str__(self) -> str:
        return names.name_of(self) or self.get_purpose_display()

    @property
    def published_version(self) -> FormVersion:
        """The version that is asked now.

        Raises:
            FormVersion.DoesNotExist: none was published yet.
        """
        return self.versions.get(status=VersionStatus.PUBLISHED)


class FormVersion(HasStatus):
    """One state of a form: written as a draft, then published, then replaced by the next one."""

    ALLOWED_MOVES = VERSION_MOVES

    form = models.ForeignKey(Form, models.CASCADE, related_name="versions", verbose_name=_("form"))
    number = models.PositiveIntegerField(_("number"))
    status = models.CharField(
        _("status"), max_length=20, choices=VersionStatus.choices, default=VersionStatus.DRAFT
    )
    made_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("based on")
    )
    created_at = models.DateTimeField(_("started"), auto_now_add=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    # What changed for whom, in words, as the person saw it who published it.
    summary = models.JSONField(_("summary of changes"), default=list, blank=True)

    class Meta:
        verbose_name = _("form version")
        verbose_name_plural = _("form versions")
        ordering = ["form", "-number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=VersionStatus.values), name="form_version_status_known"
            ),
            models.UniqueConstraint(fields=["form", "number"], name="form_version_number_once"),
            models.UniqueConstraint(
                fields=["form"], condition=Q(status=VersionStatus.DRAFT), name="form_version_one_draft"
            ),
            models.UniqueConstraint(
                fields=["form"],
                condition=Q(status=VersionStatus.PUBLISHED),
                name="form_version_one_published",
            ),
            models.CheckConstraint(
                condition=Q(status=VersionStatus.DRAFT, published_at__isnull=True)
                | (~Q(status=VersionStatus.DRAFT) & Q(published_at__isnull=False)),
                name="form_version_published_at_fits",
            ),
        ]

    def __str__(self) -> str:
        return _("Version %(number)s (%(status)s)") % {
            "number": self.number,
            "status": self.get_status_display(),
        }

    @property
    def is_draft(self) -> bool:
        return self.status == VersionStatus.DRAFT

    @property
    def was_undone(self) -> bool:
        """Whether an earlier version was published again in its place; one query, if it is not in use."""
        if self.status != VersionStatus.REPLACED:
            return False
        return self.form.versions.filter(status=VersionStatus.PUBLISHED, number__lt=self.number).exists()


class FormVersionChange(StatusChange):
    target = models.ForeignKey(
        FormVersion, models.CASCADE, related_name="changes", verbose_name=_("form version")
    )

    class Meta(StatusChange.Meta):
        verbose_name = _("status change")
        verbose_name_plural = _("status changes")
        triggers = append_only("form_version_change_append_only")


def name_of(model: type[models.Model], part: str) -> str:
    """Return what a column is called.

    Raises:
        FieldDoesNotExist: the model has none of this name.
    """
    field: Any = model._meta.get_field(part)
    return str(field.verbose_name)


def _only_in_drafts(name: str) -> list[pgtrigger.Trigger]:
    """Return the trigger by which PostgreSQL refuses to change what a published version asks."""
    refusal = """
        IF EXISTS (
            SELECT FROM questionnaires_formversion version
            WHERE version.id IN ({ids}) AND version.status <> 'draft'
        ) THEN
            RAISE EXCEPTION 'a published version of a form does not change';
        END IF;
        RETURN {row};
    """
    return [
        pgtrigger.Trigger(
            name=f"{name}_{verb}",
            operation=operation,
            when=pgtrigger.Before,
            func=refusal.format(ids=ids, row=row),
        )
        for verb, operation, ids, row in (
            ("added", pgtrigger.Insert, "NEW.version_id", "NEW"),
            ("changed", pgtrigger.Update, "NEW.version_id, OLD.version_id", "NEW"),
            ("removed", pgtrigger.Delete, "OLD.version_id", "OLD"),
        )
    ]


class FormSection(models.Model):
    """Questions on one page."""

    version = models.ForeignKey(
        FormVersion, models.CASCADE, related_name="sections", verbose_name=_("form version")
    )
    key = models.CharField(_("key"), max_length=50)
    position = models.PositiveSmallIntegerField(_("position"))
    title = TranslatedField(_("title"), max_length=150)
    intro = TranslatedField(_("introduction"), max_length=3000, blank=True, is_long=True)

    class Meta:
        verbose_name = _("form section")
        verbose_name_plural = _("form sections")
        ordering = ["version", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="form_section_key_once"),
            models.CheckConstraint(condition=Q(key__regex=SLUG), name="form_section_key_fits"),
        ]
        triggers = _only_in_drafts("form_section")

    def __str__(self) -> str:
        return str(self.title)


class FormQuestion(models.Model):
    """A question, or a column of a question of rows."""

    version = models.ForeignKey(
        FormVersion, models.CASCADE, related_name="questions", verbose_name=_("form version")
    )
    section = models.ForeignKey(
        FormSection, models.CASCADE, related_name="questions", verbose_name=_("section")
    )
    rows = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="columns",
        verbose_name=_("column of"),
    )
    key = models.CharField(_("key"), max_length=50)
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("answer type"), max_length=30)
    is_core = models.BooleanField(_("required by the portal"), default=False)
    label = TranslatedField(_("question"), max_length=300)
    short_label = TranslatedField(_("answer heading"), max_length=150, blank=True)
    help = TranslatedField(_("help text"), max_length=5000, blank=True, is_long=True)
    example = TranslatedField(_("example answer"), max_length=5000, blank=True, is_long=True)
    is_required = models.BooleanField(_("required at submission"), default=True)
    # What else the kind lets staff set: limits, options, unit; see docs/form.md.
    settings = models.JSONField(_("settings"), default=dict, blank=True)
    condition = models.JSONField(_("asked only if"), null=True, blank=True)
    criterion = models.CharField(_("related criterion"), max_length=50, blank=True)
    is_public = models.BooleanField(_("public when the region is selected"), default=False)
    is_listed = models.BooleanField(_("column and filter of the list of applications"), default=False)

    class Meta:
        verbose_name = _("form question")
        verbose_name_plural = _("form questions")
        ordering = ["version", "section__position", "section", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "key"], condition=Q(rows__isnull=True), name="form_question_key_once"
            ),
            models.UniqueConstraint(
                fields=["rows", "key"], condition=Q(rows__isnull=False), name="form_column_key_once"
            ),
            models.CheckConstraint(condition=Q(key__regex=KEY), name="form_question_key_fits"),
            models.CheckConstraint(condition=Q(kind__regex="^[a-z_]+$"), name="form_question_kind_fits"),
            models.CheckConstraint(condition=is_object("settings"), name="form_question_settings_fit"),
            models.CheckConstraint(
                condition=Q(condition__isnull=True) | is_object("condition"),
                name="form_question_condition_fits",
            ),
        ]
        triggers = _only_in_drafts("form_question")

    def __str__(self) -> str:
        return str(self.label)

    @property
    def is_fixed(self) -> bool:
        """Whether the portal itself needs it; a column, whether it needs the question of rows."""
        return self.is_core or (self.rows is not None and self.rows.is_core)


class FormEdit(models.Model):
    """What one person changed of a draft; stays when the draft is discarded."""

    form = models.ForeignKey(Form, models.CASCADE, related_name="edits", verbose_name=_("form"))
    version = models.PositiveIntegerField(_("version"))
    at = models.DateTimeField(_("when"), auto_now_add=True)
    # None from the command line.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    verb = models.CharField(_("what"), max_length=20, choices=EditVerb.choices)
    # Of a question, of a column as `question.column`, or of a section; empty for the draft as a whole.
    key = models.CharField(_("key"), max_length=110, blank=True)
    before = models.JSONField(_("before"), default=dict, blank=True)
    after = models.JSONField(_("after"), default=dict, blank=True)

    class Meta:
        verbose_name = _("form edit")
        verbose_name_plural = _("form edits")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(verb__in=EditVerb.values), name="form_edit_verb_known"),
        ]
        triggers = append_only("form_edit_append_only")

    def __str__(self) -> str:
        return labelled(self.get_verb_display(), self.key) if self.key else self.get_verb_display()
