"""Rows of a profile of which some columns are asked only in some: complete, sent, told as they are asked."""

from __future__ import annotations

import pytest

from experts import completeness, portability, snapshots, summaries
from experts.asked import asked_of
from experts.models import Expert
from tests.applications.applying.test_column_conditions import OTHER, ROAD, SAVED, with_links
from tests.builders.experts import make_complete_expert
from tests.experts.test_form_of_experts import again, published

pytestmark = pytest.mark.django_db


def write(expert: Expert, **rows: object) -> Expert:
    section = asked_of(expert).sections[0]
    snapshots.write(expert, section, SAVED | rows)
    expert.save()
    return again(expert)


def test_hidden_columns_of_a_profile_are_kept_and_neither_missing_nor_sent():
    expert = make_complete_expert()
    published(with_links)
    expert = write(again(expert))
    section = asked_of(expert).sections[0]

    assert completeness.missing(expert) == []
    taken = snapshots.take(expert)
    rows = [
        {name: said for name, said in row.items() if name != "key"} for row in taken[section.slug]["links"]
    ]
    assert rows == [{"kind": "road", "length": 7}, {"kind": "other", "reason": "Post"}]
    assert taken[section.slug]["all"] == 7
    parts = summaries.of_profile(taken, asked_of(expert))
    said = {line.label: line.values for part in parts for line in part.lines}
    assert (said["Links"], said["All"]) == (["Road; 7", "Other; Post"], ["7"])
    # Whoever asks for a copy gets all that is kept, hidden or not.
    assert expert.answers["links"][0]["reason"] == "By letters"
    assert "By letters" in str(dict(portability.tells(expert.user)))

    expert = write(expert, **{f"links.{OTHER}": {"kind": "other", "length": 1, "reason": "", "plan": ""}})
    assert [lack.anchor for lack in completeness.missing(expert)] == ["id_links-1-reason"]
    assert ROAD in str(expert.answers)
