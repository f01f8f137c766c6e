"""The texts of letters: their variables, what is wrong with a text, and the text for one application."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from applications.enums import LetterKind, MemberRole
from applications.models import Application, LetterTemplate
from core.accounts.models import User
from core.mail import links
from core.mail.actions import WrittenText
from core.mail.quoting import plain
from core.phrases import StrOrPromise

# What every letter may say, in the order of the list beside the text.
VARIABLES: dict[str, StrOrPromise] = {
    "reference": gettext_lazy("Application reference"),
    "title": gettext_lazy("Name of the territory, as submitted"),
    "call": gettext_lazy("Title of the call"),
    "lead": gettext_lazy("Name of the lead person"),
    "link": gettext_lazy("Address of the application on this site"),
    "contact": gettext_lazy("Our address for questions"),
    "site": gettext_lazy("Address of this site"),
}
OF_KIND: dict[str, dict[str, StrOrPromise]] = {
    LetterKind.RESERVE: {"rank": gettext_lazy("Place on the reserve list")},
    LetterKind.INELIGIBLE: {"reason": gettext_lazy("Reason for the verdict")},
}
MAX_SUBJECT = 300


def variables_of(kind: str) -> dict[str, StrOrPromise]:
    return VARIABLES | OF_KIND.get(kind, {})


def faults(text: str, kind: str) -> list[str]:
    """Return, for people, why a text cannot be a template of this kind; empty if it can."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return [_("A brace is not closed. To show a brace in the text, write {{ or }}.")]
    names = dict.fromkeys(name for _text, name, _spec, _conversion in parts if name is not None)
    unknown = [f"{{{name}}}" for name in names if name not in variables_of(kind)]
    found = []
    if unknown:
        words = ngettext("Unknown variable: %(names)s.", "Unknown variables: %(names)s.", len(unknown))
        found.append(words % {"names": ", ".join(unknown)})
    if any(spec or conversion for _text, _name, spec, conversion in parts):
        found.append(_("Write a variable as {name}, with nothing else between the braces."))
    return found


def lead_of(application: Application) -> User | None:
    """Return the person who leads an application; None once that account is deleted."""
    is_loaded = "members" in getattr(application, "_prefetched_objects_cache", {})
    members = application.members.all() if is_loaded else application.members.select_related("user")
    return next((member.user for member in members if member.role == MemberRole.LEAD), None)


def language_of(application: Application) -> str:
    """Return the language of its letters: that of its lead, else the one in which it was written."""
    lead = lead_of(application)
    return lead.language if lead else application.language


def values_for(
    application: Application, *, lead: User | None, language: str, rank: int | None = None, reason: str = ""
) -> dict[str, Any]:
    """Return what the variables stand for, in a language."""
    with translation.override(language):
        return {
            "reference": application.reference,
            "title": plain(application.latest_version.title),
            "call": str(application.call.title),
            "lead": plain(lead.get_full_name()) if lead else "",
            "link": str(links.page_of(application)),
            "contact": settings.CONTACT_EMAIL,
            "site": str(links.page("pages:home")).rstrip("/"),
            "rank": "" if rank is None else rank,
            "reason": reason,
        }


def fill(template: LetterTemplate, values: Mapping[str, Any], language: str) -> WrittenText:
    """Return subject and text in a language, with the values in place of the variables."""
    subject = " ".join(template.subject.shown_in(language).format_map(values).split())[:MAX_SUBJECT]
    return WrittenText(subject, template.body.shown_in(language).format_map(values).strip() + "\n")


def write(
    kind: str,
    application: Application,
    *,
    rank: int | None = None,
    reason: str = "",
    templates: Mapping[str, LetterTemplate] | None = None,
) -> WrittenText:
    """Return the letter of a kind to one application, in the language of its lead.

    Args:
        kind: a LetterKind.
        application: whose lead reads it.
        rank, reason: see the variables.
        templates: by kind, where many letters are written; None: read it.
    """
    lead, language = lead_of(application), language_of(application)
    template = LetterTemplate.objects.get(kind=kind) if templates is None else templates[kind]
    values = values_for(application, lead=lead, language=language, rank=rank, reason=reason)
    return fill(template, values, language)
