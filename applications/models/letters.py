"""The letters that tell an outcome: their templates, and what was changed in one of them by hand."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from applications.enums import LetterKind
from core.history import append_only
from core.translated.fields import TranslatedField


class LetterTemplate(models.Model):
    """Subject and text of one kind of letter in every language, with variables in braces."""

    kind = models.CharField(_("letter"), max_length=20, choices=LetterKind.choices, editable=False)
    subject = TranslatedField(_("subject"), max_length=200)
    body = TranslatedField(_("text"), max_length=50_000, is_long=True)
    is_default = models.BooleanField(
        _("default to confirm"),
        default=True,
        help_text=_("This text was written by the portal, not by the OECD. Untick once the text is agreed."),
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("letter template")
        verbose_name_plural = _("letter templates")
        ordering = ["kind"]
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint(fields=["kind"], name="letter_template_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=LetterKind.values), name="letter_template_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class LetterEdit(models.Model):
    """A held letter that somebody wrote anew: before and after, never edited."""

    message = models.ForeignKey(
        "mail.Message", models.PROTECT, related_name="letter_edits", verbose_name=_("e-mail")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"), auto_now_add=True)
    is_by_hand = models.BooleanField(
        _("edited by hand"),
        help_text=_("If not ticked, this letter is regenerated from the template together with the others."),
    )
    subject_before = models.CharField(_("subject before"), max_length=300)
    body_before = models.TextField(_("text before"))
    subject = models.CharField(_("subject after"), max_length=300)
    body = models.TextField(_("text after"))

    class Meta:
        verbose_name = _("letter edit")
        verbose_name_plural = _("letter edits")
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)
        triggers = append_only("letter_edit_append_only")

    def __str__(self) -> str:
        return f"{self.message} · {self.at:%Y-%m-%d %H:%M}"
