"""Staff fill in the form of experts before anybody is asked it: real pages, and nothing of it counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications import portability as portability_of_applications
from applications.applying.actions.trying_out import TESTS_OF_CALLS
from core.accounts.enums import Role
from core.accounts.merging import merge
from core.history import NotAllowed
from core.mail.mailboxes import double_address
from core.mail.models import Message
from core.privacy import retention
from core.questionnaires.actions.drafts import discard
from core.questionnaires.actions.importing import take_over
from core.questionnaires.actions.publishing import summary_of
from core.questionnaires.content import content_of
from core.questionnaires.models import FormVersion
from experts import actions, erasure, portability
from experts.actions.trying_out import TESTS_OF_EXPERTS
from experts.asked import published_version
from experts.enums import ExpertStatus, ProfileSection
from experts.models import Expert, ExpertDeclaration
from tests.applications.staff_clients import as_
from tests.builders.calls import open_call
from tests.builders.experts import COMPLETE, fill_in, make_complete_expert, make_expert_at, next_months, pdf
from tests.builders.people import make_staff, person, the_manager, the_second_manager
from tests.experts.test_form_of_experts import ask, published
from tests.support.applicant_forms import typed
from tests.support.expert_forms import answers_of, by_browser
from tests.support.forms import press

pytestmark = pytest.mark.django_db
EVERYTHING: dict[str, dict[str, Any]] = {
    **COMPLETE,
    ProfileSection.AVAILABILITY: {"months": {f"{month:%Y-%m}": 5 for month in next_months()}},
}


def draft() -> FormVersion:
    form = published_version().form
    return take_over(form_id=form.pk, content=ask(content_of(form.published_version)), by=None)


def text(client: Client, address: str) -> str:
    return client.get(address, follow=True).content.decode()


def test_draft_is_filled_in_on_the_pages_of_experts_and_not_sent(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    version, client = draft(), as_(Role.MANAGER)
    own = make_complete_expert(client.user)
    try_out = reverse("admin:questionnaires_form_try-out", args=[version.form_id])

    home = client.post(try_out, {"start": "1"}).headers["Location"]
    assert home == "/experts/test/"
    assert "You are trying out a form." in text(client, home)
    assert "Which bridge?" in text(client, f"{home}about/")
    for section, given in EVERYTHING.items():
        blank = answers_of(Expert.including_tests.tests().get(), section)
        saved = client.post(f"{home}{section}/", by_browser(section, given, blank))
        assert saved.headers["Location"].startswith(home), saved.content.decode()
    press(client, f"{home}about/", typed(client.get(f"{home}about/")) | {"bridge": "The old one"})
    client.post(f"{home}cv/", {"cv": SimpleUploadedFile("test-cv.pdf", pdf())})
    assert b"".join(client.get(f"{home}cv/file/").streaming_content) == pdf()
    for page in ("", "about/", "cv/", "check/", "seen-by-regions/", "delete/"):
        assert "You are trying out a form." in text(client, home + page), page
        assert "Back to the draft" in text(client, home + page), page
    assert "Nothing has been sent." in client.post(f"{home}check/", follow=True).content.decode()

    test = Expert.including_tests.tests().get()
    assert (test.user, test.status, test.submitted_at) == (client.user, ExpertStatus.DRAFT, None)
    assert test.answers["bridge"] == "The old one"
    assert not ExpertDeclaration.objects.filter(expert__is_test=True).exists()
    assert not Message.objects.exists()
    own.refresh_from_db()
    assert (own.name, own.revision, own.cv.name) == ("Ana Horvat", 1, "")
    assert "Which bridge?" not in text(client, "/experts/profile/about/")
    assert "trying out" not in text(client, "/experts/profile/")

    client.post(f"{home}delete/")
    assert [*Expert.including_tests.all()] == [own]


def test_test_that_lacks_something_is_told_so_and_one_person_has_one_that_goes_on_with_the_next_draft(
    settings,
):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    version, client = draft(), as_(Role.MANAGER)
    test = TESTS_OF_EXPERTS.start(version, by=client.user)
    assert TESTS_OF_EXPERTS.start(version, by=client.user) == test
    assert "which bridge?" in client.post("/experts/test/check/").content.decode().lower()

    take_over(form_id=version.form_id, content=content_of(version), by=None, publishes=True)
    content = ask(content_of(version.form.published_version), "tunnel")
    later = take_over(form_id=version.form_id, content=content, by=None)

    assert TESTS_OF_EXPERTS.start(later, by=client.user) == test
    assert "Which tunnel?" in text(client, "/experts/test/")
    assert Expert.including_tests.tests().get().form_version == later


def test_nobody_but_who_began_it_sees_a_test_and_who_has_none_finds_no_page(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    version = draft()
    test = TESTS_OF_EXPERTS.start(version, by=the_manager())

    assert as_(Role.MANAGER).get("/experts/test/").status_code == 404
    assert as_(person()).get("/experts/test/about/").status_code == 404
    assert Client().get("/experts/test/").headers["Location"].startswith("/accounts/login/")
    with pytest.raises(NotAllowed):
        actions.delete_own_test(expert_id=test.pk, by=the_second_manager())
    with pytest.raises(NotAllowed):
        TESTS_OF_EXPERTS.start(version, by=person())
    with pytest.raises(NotAllowed):
        TESTS_OF_EXPERTS.delete(version, by=person())


def test_who_is_of_the_staff_no_more_deletes_the_test_and_is_led_to_their_own_pages():
    by = the_manager()
    test = TESTS_OF_EXPERTS.start(draft(), by=by)
    by.is_staff = False
    by.save()
    client = Client()
    client.force_login(by, backend="django.contrib.auth.backends.ModelBackend")

    answer = client.post("/experts/test/delete/")

    assert answer.headers["Location"] == reverse("experts:register")
    assert not Expert.including_tests.filter(pk=test.pk).exists()


def test_test_is_never_sent_approved_or_one_of_two_and_a_profile_is_deleted_by_no_test_s_button():
    test = TESTS_OF_EXPERTS.start(draft(), by=the_manager())
    own = make_complete_expert()
    rows = Expert.including_tests.filter(pk=test.pk)

    for wrong in (
        *({"status": status} for status in ExpertStatus if status != ExpertStatus.DRAFT),
        {"submitted_at": timezone.now()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Expert.including_tests.create(user=test.user, is_test=True, form_version=test.form_version)
    for verb in (actions.approve, actions.mark_seen, actions.pause, actions.erase):
        with pytest.raises(Expert.DoesNotExist):
            verb(expert_id=test.pk, by=the_second_manager())
    with pytest.raises(Expert.DoesNotExist):
        actions.delete_own_test(expert_id=own.pk, by=own.user)


def test_test_counts_in_no_summary_is_moved_by_no_publication_and_leaves_with_the_draft():
    first = draft()
    tests = [TESTS_OF_EXPERTS.start(first, by=by) for by in (the_manager(), the_second_manager())]
    real = make_expert_at(ExpertStatus.DRAFT)

    assert (summary_of(first).usage.drafts, summary_of(first).usage.submissions) == (1, 0)
    version = published(lambda content: ask(content, "tunnel"), tells=True)
    assert [message.to for message in Message.objects.all()] == [real.user.email]
    assert {row.form_version_id for row in Expert.including_tests.tests()} == {first.pk} == {version.pk}

    again = draft()
    TESTS_OF_EXPERTS.start(again, by=the_manager())
    discard(form_id=again.form_id, by=the_second_manager())
    assert [*Expert.including_tests.all()] == [real]
    assert len(tests) == 2


def test_test_keeps_no_account_and_goes_with_it_with_its_double_and_when_it_is_old():
    version, kept, double = draft(), the_manager(), the_second_manager()
    own = fill_in(TESTS_OF_EXPERTS.start(version, by=kept), COMPLETE)
    TESTS_OF_EXPERTS.start(version, by=double)
    erasure.erase_person(double)
    assert [*Expert.including_tests.all()] == [own]

    Expert.including_tests.update(changed_at=timezone.now() - timedelta(days=4000))
    list(retention.run(timezone.now()))
    assert not Expert.including_tests.exists()


def test_copy_of_what_we_hold_has_the_tests_of_the_person():
    by = the_manager()
    fill_in(TESTS_OF_EXPERTS.start(draft(), by=by), COMPLETE)
    test = TESTS_OF_CALLS.start(open_call().form.published_version, by=by)

    told = {**dict(portability.tells(by)), **dict(portability_of_applications.tells(by))}

    assert told["test_profile"]["sections"]["about"]["name"] == "Ana Horvat"
    assert "expert_profile" not in told
    assert [row["reference"] for row in told["applications"]] == [test.reference]


def test_two_accounts_with_a_test_each_become_one():
    version = draft()
    kept = make_staff(Role.MANAGER, email="one@town.example")
    double = make_staff(Role.MANAGER, email=double_address("one@town.example", 7))
    for by in (kept, double):
        TESTS_OF_EXPERTS.start(version, by=by)

    merge(kept_id=kept.pk, double_id=double.pk)

    assert Expert.including_tests.tests().get().user == kept
