"""What a browser sends for the answers of a section."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.http import QueryDict

from core.sections.blank import cells_of
from core.sections.merging import digests
from core.sections.questions import Section as AskedSection
from experts import snapshots
from experts.asked import asked_of, asked_today
from experts.enums import ProfileSection
from experts.models import Expert

SECTIONS_WITH_ROWS = (ProfileSection.LANGUAGES, ProfileSection.EXPERTISE, ProfileSection.ORGANISATIONS)


def the_section(slug: str) -> AskedSection:
    """Return a section as who registers now is asked it."""
    found = asked_today().section(slug)
    assert found
    return found


def answers_of(expert: Expert, slug: str) -> dict[str, Any]:
    """Return what is saved of a section of a profile."""
    section = asked_of(expert).section(slug)
    assert section
    return snapshots.take_section(expert, section)


def form_data(section: str, answers: dict[str, Any], base: dict[str, Any] | None = None) -> QueryDict:
    """Return the fields of the section's form, filled in as if the page had shown `base` (or the answers)."""
    data = QueryDict(mutable=True)
    shown = cells_of(the_section(section), answers if base is None else base)
    data["base"] = json.dumps(digests(shown))
    for name, value in answers.items():
        # Rows are named as their section.
        if name == section and section in SECTIONS_WITH_ROWS:
            _add_rows(data, name, value)
        elif name == "months":
            data.update({f"month_{_month(key)}": str(half_days / 2) for key, half_days in value.items()})
        elif isinstance(value, bool):
            data.update({name: "on"} if value else {})
        else:
            data.setlist(name, [str(v) for v in value] if isinstance(value, list) else [str(value)])
    return data


def by_browser(section: str, answers: dict[str, Any], base: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the same for the test client, which takes several values of a field as a list."""
    return dict(form_data(section, answers, base).lists())


def _add_rows(data: QueryDict, name: str, rows: list[dict[str, Any]]) -> None:
    data[f"{name}-TOTAL_FORMS"] = str(len(rows))
    data[f"{name}-INITIAL_FORMS"] = "0"
    for index, row in enumerate(rows):
        data.update({f"{name}-{index}-{field}": str(value) for field, value in row.items()})


def _month(key: str) -> str:
    return date.fromisoformat(f"{key}-01").strftime("%Y_%m")
