"""How well experts write, as staff record it: who may, what is refused, and who sees it."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.accounts.enums import Role
from core.history import NotAllowed
from experts import actions, erasure, portability
from experts.exceptions import NotNow
from experts.models import Expert, WrittenLanguage
from matching import freshness, snapshots
from matching.board import names_of_all
from tests.builders import matching as build
from tests.matching.test_programme_rules import run_with
from tests.support.matching_pages import as_

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def recorded(expert):
    return dict(expert.written_languages.values_list("language_id", "level"))


def test_staff_record_levels_by_language_and_take_them_back():
    expert, manager = build.expert("Elm"), as_()
    address = reverse("admin:experts_expert_decide_one", args=[expert.pk, "writing"])

    manager.post(address, {"written_fr": "B2", "written_de": "C1", "written_en": ""})
    assert recorded(expert) == {"fr": "B2", "de": "C1"}
    manager.post(address, {"written_fr": "", "written_de": "C1", "written_en": "N"})

    assert recorded(expert) == {"de": "C1", "en": "N"}
    page = manager.get(reverse("admin:experts_expert_change", args=[expert.pk])).content.decode()
    assert "German: C1 Advanced" in page
    assert 'value="C1" selected' in manager.get(address).content.decode()
    refused = manager.post(address, {"written_fr": "fluent"})
    assert list(refused.context["form"].errors) == ["written_fr"]
    assert recorded(expert) == {"de": "C1", "en": "N"}


def test_nobody_records_without_the_right_nor_of_themselves_nor_a_language_that_is_not_spoken():
    expert = build.expert("Elm")
    for role in set(Role) - {Role.MANAGER}:
        with pytest.raises(NotAllowed):
            actions.record_writing(expert_id=expert.pk, levels={"fr": "B2"}, by=build.staff(role))
    with pytest.raises(NotAllowed):
        actions.record_writing(expert_id=expert.pk, levels={"fr": "B2"}, by=expert.user)
    with pytest.raises(NotNow):
        actions.record_writing(expert_id=expert.pk, levels={"fr": "B2", "fi": "B2"}, by=build.staff())

    assert not WrittenLanguage.objects.filter(expert=expert, language_id="fi").exists()
    for wrong in ({"level": "B9"}, {"level": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            expert.written_languages.create(language_id="nl", recorded_by=build.staff(), **wrong)


def test_a_run_with_the_rule_lets_only_those_lead_who_write():
    build.region("Rhine")
    build.expert("Ash", areas={"clld-design": 3, "gov-crossborder": 3})
    elm = build.expert("Elm", areas={"clld-design": 2, "gov-crossborder": 1})
    actions.record_writing(expert_id=elm.pk, levels={"en": "B2"}, by=build.staff())

    run = run_with({"lead_written_level": "B2"})

    (lead,) = [m for p in run.region_proposals.all() for m in p.members.all() if m.role == "lead"]
    assert lead.expert == elm
    plain = snapshots.take(today=build.TODAY, parameters={})
    assert not any("written" in row for row in plain["experts"])
    assert freshness.changes(run, names_of_all(), today=build.TODAY) == []
    actions.record_writing(expert_id=elm.pk, levels={"en": "C1"}, by=build.staff())
    assert freshness.changes(run, names_of_all(), today=build.TODAY) == [
        "Elm has changed: written languages."
    ]


def test_what_was_recorded_is_in_the_copy_and_deleted_with_the_profile():
    expert = build.expert("Elm")
    actions.record_writing(expert_id=expert.pk, levels={"fr": "B2"}, by=build.staff())

    (_, told) = next(iter(portability.tells(expert.user)))
    (row,) = told["written_languages_recorded_by_staff"]
    assert (row["language"], row["level"]) == ("fr", "B2")
    erasure.erase_profiles(Expert.objects.filter(pk=expert.pk).select_for_update())

    assert not WrittenLanguage.objects.exists()
