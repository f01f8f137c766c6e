"""Writing a profile: sections, stale saves, sending, versions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from core.history import IllegalMove, NotAllowed
from core.mail.models import Message
from core.sections.blank import cells_of
from core.sections.merging import digests
from core.uploads import PDF, CheckedUpload
from experts import actions, snapshots
from experts.enums import ExpertStatus, ProfileSection
from experts.exceptions import IncompleteProfile, NotNow
from experts.models import Expert, ExpertDeclaration, ExpertVersion
from tests.builders.experts import (
    COMPLETE,
    make_complete_expert,
    make_expert,
    make_expert_at,
    next_months,
    pdf,
    save,
)
from tests.builders.people import make_person
from tests.support.expert_forms import answers_of, the_section

pytestmark = pytest.mark.django_db


def test_start_twice_makes_one_profile():
    person = make_person(name="Ana Horvat")

    first, second = actions.start(by=person), actions.start(by=person)

    assert first.pk == second.pk
    assert first.name == "Ana Horvat"


@pytest.mark.parametrize("section", COMPLETE)
def test_save_section_stores_what_was_answered(section):
    expert = make_expert()

    save(expert, section, COMPLETE[section])

    fresh = Expert.objects.get(pk=expert.pk)
    assert answers_of(fresh, section) == COMPLETE[section]
    assert fresh.revision == 1


def test_save_section_without_a_change_counts_no_revision():
    expert = make_expert()
    save(expert, ProfileSection.LANGUAGES, COMPLETE[ProfileSection.LANGUAGES])

    save(expert, ProfileSection.LANGUAGES, COMPLETE[ProfileSection.LANGUAGES])

    assert Expert.objects.get(pk=expert.pk).revision == 1


def save_on(base, expert, section, answers, *, by=None):
    """Save a section on a page that shows `base`, of `answers_of`."""
    asked = the_section(section)
    return actions.save_section(
        expert_id=expert.pk,
        section=section,
        mine=cells_of(asked, answers),
        base=digests(cells_of(asked, base)),
        by=by or expert.user,
    )


def test_save_section_of_somebody_else_changes_nothing():
    expert = make_expert()
    shown = answers_of(expert, ProfileSection.ROLES)

    with pytest.raises(NotAllowed):
        save_on(
            shown,
            expert,
            ProfileSection.ROLES,
            COMPLETE[ProfileSection.ROLES],
            by=make_person("other@example.org"),
        )

    assert Expert.objects.get(pk=expert.pk).roles == []


def test_two_tabs_of_a_section_are_put_together_and_only_what_both_changed_is_asked():
    expert = make_expert()
    shown = answers_of(expert, ProfileSection.ABOUT)
    save(expert, ProfileSection.ABOUT, shown | {"headline": "First tab", "biography": "First tab"})

    saved = save_on(
        shown, expert, ProfileSection.ABOUT, shown | {"headline": "Second tab", "countries": ["AT"]}
    )

    assert [(c.cell, c.mine, c.saved) for c in saved.conflicts] == [("headline", "Second tab", "First tab")]
    now = answers_of(Expert.objects.get(pk=expert.pk), ProfileSection.ABOUT)
    assert now == shown | {"headline": "First tab", "biography": "First tab", "countries": ["AT"]}


def test_rows_that_two_tabs_add_are_all_kept():
    expert = make_expert()
    shown = {"languages": []}
    save(expert, ProfileSection.LANGUAGES, {"languages": [{"language": "sl", "level": "N"}]})

    save_on(shown, expert, ProfileSection.LANGUAGES, {"languages": [{"language": "en", "level": "C1"}]})

    rows = answers_of(Expert.objects.get(pk=expert.pk), ProfileSection.LANGUAGES)["languages"]
    assert [(row["language"], row["level"]) for row in rows] == [("sl", "N"), ("en", "C1")]


def test_country_and_region_of_two_tabs_that_do_not_fit_are_both_asked_about():
    expert = make_expert()
    home = COMPLETE[ProfileSection.ABOUT] | {"country": "SI", "unit": ""}
    save(expert, ProfileSection.ABOUT, home)
    save(expert, ProfileSection.ABOUT, home | {"country": "AT"})

    saved = save_on(home, expert, ProfileSection.ABOUT, home | {"unit": "SI036"})

    assert {conflict.cell for conflict in saved.conflicts} == {"country", "unit"}
    assert [rule.at for rule in saved.broken] == ["unit"]
    now = Expert.objects.get(pk=expert.pk)
    assert (now.country_id, now.unit_id) == ("AT", None)


def test_save_of_one_section_is_not_stale_because_of_another():
    expert = make_expert()
    shown = answers_of(expert, ProfileSection.ROLES)
    save(expert, ProfileSection.LANGUAGES, COMPLETE[ProfileSection.LANGUAGES])

    save_on(shown, expert, ProfileSection.ROLES, COMPLETE[ProfileSection.ROLES])

    assert Expert.objects.get(pk=expert.pk).max_regions == 2


def test_availability_of_past_months_is_kept():
    expert = make_expert()
    last_month = (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)
    expert.months.create(month=last_month, half_days=7)
    ahead = f"{next_months()[0]:%Y-%m}"

    save(expert, ProfileSection.AVAILABILITY, {"months": {f"{last_month:%Y-%m}": 99, ahead: 4}})

    months = dict(expert.months.values_list("month", "half_days"))
    assert months == {last_month: 7, next_months()[0]: 4}


def test_declarations_are_recorded_with_the_words_shown():
    expert = make_expert()

    save(
        expert,
        ProfileSection.DECLARATIONS,
        {"declares_truth": True, "agrees_to_sharing": False, "agrees_to_listing": False},
    )
    save(
        expert,
        ProfileSection.DECLARATIONS,
        {"declares_truth": False, "agrees_to_sharing": False, "agrees_to_listing": False},
    )

    rows = list(ExpertDeclaration.objects.values_list("kind", "is_given", "language"))
    assert rows == [("declares_truth", True, "en"), ("declares_truth", False, "en")]
    assert "true and complete" in ExpertDeclaration.objects.first().wording


def test_submit_moves_keeps_a_version_and_mails_a_receipt():
    expert = make_complete_expert()

    actions.submit(expert_id=expert.pk, by=expert.user)

    expert.refresh_from_db()
    assert expert.status == ExpertStatus.SUBMITTED
    assert [(c.from_status, c.to_status, c.by) for c in expert.changes.all()] == [
        ("draft", "submitted", expert.user)
    ]
    version = ExpertVersion.objects.get()
    assert (version.revision, version.profile) == (expert.revision, snapshots.take(expert))
    assert list(Message.objects.filter(template="experts/email/receipt").values_list("to", flat=True)) == [
        expert.user.email
    ]


def test_submit_incomplete_profile_is_refused_with_every_gap():
    expert = make_expert()

    with pytest.raises(IncompleteProfile) as refusal:
        actions.submit(expert_id=expert.pk, by=expert.user)

    assert [gap.section.slug for gap in refusal.value.gaps] == [
        *[ProfileSection.ABOUT] * 4,
        ProfileSection.LANGUAGES,
        ProfileSection.EXPERTISE,
        ProfileSection.AVAILABILITY,
        ProfileSection.ROLES,
        *[ProfileSection.DECLARATIONS] * 2,
    ]
    assert Expert.objects.get(pk=expert.pk).status == ExpertStatus.DRAFT
    assert not Message.objects.filter(template__startswith="experts/").exists()


def test_submit_twice_sends_one_receipt():
    expert = make_complete_expert()
    actions.submit(expert_id=expert.pk, by=expert.user)

    with pytest.raises(IllegalMove):
        actions.submit(expert_id=expert.pk, by=expert.user)

    assert Message.objects.filter(template="experts/email/receipt").count() == 1


def test_edit_after_approval_keeps_status_and_shows_staff_the_change():
    expert = make_expert_at(ExpertStatus.APPROVED)

    save(expert, ProfileSection.ROLES, {"roles": ["support"], "max_regions": 1})

    expert.refresh_from_db()
    assert expert.status == ExpertStatus.APPROVED
    assert expert.is_changed_since_seen
    assert expert.versions.latest("revision").profile["roles"] == {"roles": ["support"], "max_regions": 1}


def test_edit_that_leaves_an_approved_profile_incomplete_is_refused():
    expert = make_expert_at(ExpertStatus.APPROVED)

    with pytest.raises(IncompleteProfile):
        save(expert, ProfileSection.LANGUAGES, {"languages": []})

    assert expert.languages.count() == 2


def test_sharing_cannot_be_taken_back_while_staff_rely_on_the_profile():
    expert = make_expert_at(ExpertStatus.SUBMITTED)

    with pytest.raises(IncompleteProfile):
        save(
            expert,
            ProfileSection.DECLARATIONS,
            {"declares_truth": True, "agrees_to_sharing": False, "agrees_to_listing": False},
        )

    assert Expert.objects.get(pk=expert.pk).agrees_to_sharing


def test_withdrawn_profile_cannot_be_changed():
    expert = make_expert_at(ExpertStatus.WITHDRAWN)

    with pytest.raises(NotNow):
        save(expert, ProfileSection.ROLES, {"roles": [], "max_regions": 1})

    assert Expert.objects.get(pk=expert.pk).max_regions == 2


def test_draft_keeps_no_versions():
    make_complete_expert()

    assert not ExpertVersion.objects.exists()


def test_new_cv_takes_the_place_and_the_file_of_the_old(django_capture_on_commit_callbacks):
    expert = make_expert()
    store_cv(expert, "first.pdf")
    expert.refresh_from_db()
    storage, old = expert.cv.storage, expert.cv.name

    with django_capture_on_commit_callbacks(execute=True):
        store_cv(expert, "second.pdf")

    expert.refresh_from_db()
    assert expert.cv_name == "second.pdf"
    assert storage.exists(expert.cv.name)
    assert not storage.exists(old)


def test_removed_cv_leaves_no_file(django_capture_on_commit_callbacks):
    expert = make_expert()
    store_cv(expert, "cv.pdf")
    expert.refresh_from_db()
    storage, name = expert.cv.storage, expert.cv.name

    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_cv(expert_id=expert.pk, by=expert.user)

    expert.refresh_from_db()
    assert (expert.cv.name, expert.cv_name, expert.cv_size, expert.cv_sha256) == ("", "", None, "")
    assert not storage.exists(name)


def store_cv(expert: Expert, name: str) -> None:
    content = pdf()
    checked = CheckedUpload(name, PDF, len(content), "0" * 64)
    actions.store_cv(
        expert_id=expert.pk, file=ContentFile(content, name=name), checked=checked, by=expert.user
    )
