"""What was submitted: immutable versions, their PDFs, and every press of the button."""

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.enums import AttemptOutcome
from applications.querysets import SubmissionQuerySet
from core.history import append_only
from core.mail.mailboxes import normal
from core.phrases import labelled
from core.plain_text import plain_index
from core.uploads.orphans import stored_in


def _from_snapshot(function: str, question: str, path: str, then: str = "") -> models.Func:
    """Return the expression of an answer in a snapshot (`applications.applying.snapshots`)."""
    where = f'$.sections[*].questions[*] ? (@.name == "{question}"){path}'
    return models.Func(
        models.F("snapshot"), function=function, template=f"%(function)s(%(expressions)s, '{where}'){then}"
    )


def partner_words() -> models.Func:
    """Return what partners and their contacts are called, with their addresses, in one text for searches."""
    wanted = " || ".join(f'@.key == "{key}"' for key in ("name", "contact_name", "contact_email"))
    template = f"(%(function)s(%(expressions)s, '$[*].keyvalue() ? ({wanted}).value') #>> '{{}}')"
    function = "jsonb_path_query_array"
    return models.Func("partners", function=function, template=template, output_field=models.TextField())


class Submission(models.Model):
    """One immutable version: the answers as JSON and their SHA-256."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(
        "applications.Application", models.PROTECT, related_name="submissions", verbose_name=_("application")
    )
    number = models.PositiveSmallIntegerField(_("version"))
    snapshot = models.JSONField(_("answers"))
    sha256 = models.CharField("SHA-256", max_length=64)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("submitted by")
    )
    submitted_at = models.DateTimeField(_("submitted"))
    # Read out of the snapshot by PostgreSQL, so that staff list, search and filter what was submitted.
    title = models.GeneratedField(
        expression=_from_snapshot("jsonb_path_query_first", "title", ".value", " #>> '{}'"),
        output_field=models.TextField(_("title")),
        db_persist=True,
    )
    countries = models.GeneratedField(
        expression=_from_snapshot("jsonb_path_query_array", "partners", ".value[*].unit.country"),
        output_field=models.JSONField(_("countries")),
        db_persist=True,
    )
    partners = models.GeneratedField(
        expression=_from_snapshot("jsonb_path_query_array", "partners", ".value[*]"),
        output_field=models.JSONField(_("partners")),
        db_persist=True,
    )

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["application", "-number"]
        triggers = append_only("submission_append_only")
        indexes = [
            GinIndex(fields=["countries"], opclasses=["jsonb_path_ops"], name="submission_countries"),
            plain_index("title", name="submission_title_plain"),
            plain_index(partner_words(), name="submission_partners_plain"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="submission_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.application.reference} v{self.number}"

    @property
    def country_codes(self) -> list[str]:
        """The countries of the partners, each once, in the order of their codes."""
        return sorted({code for code in self.countries if code})

    @property
    def partner_names(self) -> list[str]:
        return [partner["name"] for partner in self.partners]

    @property
    def mail_domains(self) -> set[str]:
        """The domains of the partners' addresses."""
        addresses = [partner.get("contact_email") or "" for partner in self.partners]
        return {normal(address).rpartition("@")[2] for address in addresses if "@" in address}


@stored_in("submissions")
def pdf_path(pdf: "SubmissionPdf", filename: str) -> str:
    return f"submissions/{pdf.submission.public_id.hex[:2]}/{pdf.submission.public_id.hex}.pdf"


class SubmissionPdf(models.Model):
    """The PDF of a version, made once, by the worker or by the first reader."""

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="pdf")
    file = models.FileField(upload_to=pdf_path)
    sha256 = models.CharField("SHA-256", max_length=64)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("submission PDF")
        verbose_name_plural = _("submission PDFs")
        triggers = append_only("submission_pdf_append_only")

    def __str__(self) -> str:
        return f"{self.submission}.pdf"


class SubmissionPdfFailure(models.Model):
    """A try to make the PDF of a version that failed, and why."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="pdf_failures")
    at = models.DateTimeField(_("when"), auto_now_add=True)
    error = models.TextField(_("reason"))

    class Meta:
        verbose_name = _("failed PDF")
        verbose_name_plural = _("failed PDFs")
        ordering = ["-at", "-pk"]
        triggers = append_only("submission_pdf_failure_append_only")

    def __str__(self) -> str:
        return labelled(self.submission, self.error)


class SubmissionAttempt(models.Model):
    """A press of the button and what came of it; kept even when refused."""

    application = models.ForeignKey(
        "applications.Application", models.PROTECT, related_name="attempts", verbose_name=_("application")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("arrived"))
    opened_at = models.DateTimeField(_("form opened"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=AttemptOutcome.choices)
    detail = models.JSONField(_("detail"), default=list, blank=True)
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, blank=True, related_name="attempts")

    class Meta:
        verbose_name = _("submission attempt")
        verbose_name_plural = _("submission attempts")
        ordering = ["-at", "-pk"]
        triggers = append_only("submission_attempt_append_only")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome__in=["accepted", "unchanged"], submission__isnull=False)
                | ~models.Q(outcome__in=["accepted", "unchanged"]) & models.Q(submission__isnull=True),
                name="attempt_accepted_has_submission",
            )
        ]

    def __str__(self) -> str:
        return f"{self.application.reference} {self.get_outcome_display()}"
