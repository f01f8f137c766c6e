"""A profile in words: the same lines for its owner, for staff, for regions and between two versions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, NamedTuple

from django.template.defaultfilters import filesizeformat
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from core.half_days import days_in_words
from core.phrases import labelled
from core.reference.enums import CefrLevel
from core.reference.models import Challenge, Country, ExpertiseArea, Language, NutsUnit
from experts.enums import ExpertiseLevel, ExpertRole, Section
from experts.snapshots import Answers, Profile

# What only OECD staff see; `declarations.py` says so to the expert.
STAFF_ONLY = frozenset({Section.CV, Section.ORGANISATIONS, Section.DECLARATIONS})


class Line(NamedTuple):
    label: str
    values: list[str]  # empty: no answer

    @property
    def value(self) -> str:
        """All of it as one text, a line for each."""
        return "\n".join(self.values)


class Part(NamedTuple):
    section: Section
    lines: list[Line]

    @property
    def is_staff_only(self) -> bool:
        """Whether regions never see it."""
        return self.section in STAFF_ONLY


class Difference(NamedTuple):
    section: Section
    label: str
    before: list[str]
    after: list[str]


class Names:
    """Names behind the codes, read once for a whole profile, or for two to be compared."""

    def __init__(self, *profiles: Profile) -> None:
        self.languages = {row.pk: row.name for row in Language.objects.all()}
        self.areas = {row.pk: str(row.label) for row in ExpertiseArea.objects.all()}
        self.challenges = {row.pk: str(row.label) for row in Challenge.objects.all()}
        self.countries = {row.pk: row.name for row in Country.objects.all()}
        units = {profile["about"]["unit"] for profile in profiles if "about" in profile}
        self.units = {row.pk: row.name for row in NutsUnit.objects.filter(pk__in=units)}


def of_profile(profile: Profile, names: Names | None = None) -> list[Part]:
    """Return every line of a profile in the active language, empty ones included."""
    names = names or Names(profile)
    return [Part(section, of_section(section, profile[section], names)) for section in Section]


def for_regions(profile: Profile) -> list[Part]:
    """Return what a region that the expert is proposed to may read."""
    return [part for part in of_profile(profile) if part.section not in STAFF_ONLY]


def of_section(section: str, answers: Answers, names: Names) -> list[Line]:
    """Return the lines of one section; a row of languages or areas is a line's value."""
    return [
        Line(label, [value for value in values if value])
        for label, values in _WRITERS[section](answers, names)
    ]


def differences(before: Profile, after: Profile) -> list[Difference]:
    """Return the lines that differ between two versions."""
    names = Names(before, after)
    pairs = zip(of_profile(before, names), of_profile(after, names), strict=True)
    return [change for old, new in pairs for change in _changed_lines(old, new)]


def section_differences(section: str, before: Answers, after: Answers) -> list[Difference]:
    """Return the lines of one section that differ."""
    names = Names({section: before}, {section: after})
    old = Part(Section(section), of_section(section, before, names))
    new = Part(Section(section), of_section(section, after, names))
    return list(_changed_lines(old, new))


def month_in_words(month: str | date) -> str:
    """Return `2026-11` as "November 2026"."""
    day = date.fromisoformat(f"{month}-01") if isinstance(month, str) else month
    return f"{str(MONTHS[day.month]).capitalize()} {day.year}"


def _changed_lines(old: Part, new: Part) -> Iterable[Difference]:
    before, after = dict(old.lines), dict(new.lines)
    for label in [*before, *(label for label in after if label not in before)]:
        if before.get(label, []) != after.get(label, []):
            yield Difference(new.section, label, before.get(label, []), after.get(label, []))


def _about(answers: Answers, names: Names) -> list[tuple[str, list[str]]]:
    return [
        (_("Name"), [answers["name"]]),
        (_("In one line"), [answers["headline"]]),
        (_("Experience"), answers["biography"].splitlines()),
        (_("Website or public profile"), [answers["website"]]),
        (_("Lives in"), [names.countries.get(answers["country"], ""), answers["other_country"]]),
        (_("Region"), [names.units.get(answers["unit"], "")]),
        (_("Has worked in"), sorted(names.countries.get(code, code) for code in answers["countries"])),
    ]


def _languages(answers: Answers, names: Names) -> list[tuple[str, list[str]]]:
    rows = answers["languages"]
    spoken = [labelled(names.languages.get(r["language"], ""), CefrLevel(r["level"]).label) for r in rows]
    return [(_("Languages"), spoken)]


def _expertise(answers: Answers, names: Names) -> list[tuple[str, list[str]]]:
    areas = [_area(row, names) for row in answers["expertise"]]
    worked_on = sorted(names.challenges.get(code, code) for code in answers["challenges"])
    return [(_("Areas of expertise"), areas), (_("Challenges worked on"), worked_on)]


def _area(row: dict[str, Any], names: Names) -> str:
    known = labelled(names.areas.get(row["area"], ""), ExpertiseLevel(row["level"]).label)
    return f"{known} ({row['evidence']})" if row["evidence"] else known


def _availability(answers: Answers, names: Names) -> list[tuple[str, list[str]]]:
    months = [
        labelled(month_in_words(month), days_in_words(half_days))
        for month, half_days in sorted(answers["months"].items())
    ]
    return [(_("Days available"), months)]


def _roles(answers: Answers, names: Names) -> list[tuple[str, list[str]]]:
    roles = [str(ExpertRole(role).label) for role in answers["roles"]]
    return [(_("Roles"), roles), (_("Most regions at a time"), [str(answers["max_regions"])])]


def _organisations(answers: Answers, names: Names) -> list[tuple[str, list[str]]]:
    rows = answers["organisations"]
    named = [f"{row['name']} ({row['connection']})" if row["connection"] else row["name"] for row in rows]
    return [(_("Organisations"), named)]


def _cv(answers: Answers, names: Names) -> list[tuple[str, list[str]]]:
    if not answers["name"]:
        return [(_("CV"), [])]
    return [(_("CV"), [answers["name"], filesizeformat(answers["size"]), f"SHA-256 {answers['sha256']}"])]


def _declarations(answers: Answers, names: Names) -> list[tuple[str, list[str]]]:
    labels = {
        "declares_truth": _("Profile is true and complete"),
        "agrees_to_sharing": _("Profile may be shown"),
        "agrees_to_listing": _("Name may be public"),
    }
    # A version may be older than a declaration.
    return [(labels[kind], [_("Yes") if answers.get(kind) else _("No")]) for kind in labels]


_WRITERS: dict[str, Callable[[Answers, Names], list[tuple[str, list[str]]]]] = {
    Section.ABOUT: _about,
    Section.LANGUAGES: _languages,
    Section.EXPERTISE: _expertise,
    Section.AVAILABILITY: _availability,
    Section.ROLES: _roles,
    Section.ORGANISATIONS: _organisations,
    Section.CV: _cv,
    Section.DECLARATIONS: _declarations,
}
