"""A form changes while people write: nothing of what they wrote is lost, and what was submitted stands."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from applications.applying import snapshots
from applications.models import Application
from core.accounts.enums import Role
from core.accounts.models import User
from core.history import NotAllowed
from core.mail.models import Message
from core.questionnaires.actions.importing import take_over
from core.questionnaires.actions.publishing import publish, publish_former, summary_of
from core.questionnaires.content import content_of
from core.questionnaires.enums import VersionStatus
from core.questionnaires.loading import questionnaire
from core.questionnaires.models import FormQuestion, FormVersion
from tests.applications.staff_clients import as_
from tests.builders.applications import answer, lead_of, ready, returned, started, submit
from tests.builders.calls import open_call
from tests.builders.people import person, the_manager
from tests.support.applicant_forms import logged_in, send, typed, url
from tests.support.forms import press

pytestmark = pytest.mark.django_db


def question_in(content: dict[str, Any], key: str) -> dict[str, Any]:
    return next(q for section in content["sections"] for q in section["questions"] if q["key"] == key)


def without(content: dict[str, Any], key: str) -> dict[str, Any]:
    for section in content["sections"]:
        section["questions"] = [q for q in section["questions"] if q["key"] != key]
    return content


def new_question(key: str = "bridge", **more: Any) -> dict[str, Any]:
    label = {"en": "Which bridge do you use?", "fr": "Quel pont utilisez-vous ?"}
    return {"key": key, "kind": "line", "label": label, "settings": {"most": 100}} | more


def draft_of(call: Any, change: Any) -> FormVersion:
    content = content_of(call.form.published_version)
    return take_over(form_id=call.form_id, content=change(content), by=None)


def published(call: Any, change: Any, by: User | None = None, **more: Any) -> FormVersion:
    draft = draft_of(call, change)
    return publish(version_id=draft.pk, by=by or the_manager(), seen=summary_of(draft).seen, **more)


def with_bridge(content: dict[str, Any]) -> dict[str, Any]:
    content["sections"][0]["questions"].append(new_question())
    return content


def test_open_drafts_move_to_the_new_version_and_keep_what_was_written():
    call = open_call()
    draft, done = started(call), ready(call)
    answer(draft, {"title": "Upper Rhine", "ambition": "One network", "acronym": "UR"})
    submit(done)
    before = done.submissions.get().sha256

    version = published(call, lambda content: with_bridge(without(content, "acronym")))

    draft.refresh_from_db()
    done.refresh_from_db()
    assert (draft.form_version, done.form_version_id != version.pk) == (version, True)
    assert draft.answers == {"ambition": "One network", "acronym": "UR"}
    assert done.submissions.get().sha256 == before
    assert snapshots.sha256_of(snapshots.make(done)) == before


def test_applicants_read_what_is_new_and_remove_what_is_no_longer_asked_when_they_like():
    call = open_call()
    draft = started(call)
    answer(draft, {"acronym": "UR"})
    published(call, lambda content: with_bridge(without(content, "acronym")))
    client, address = logged_in(lead_of(draft)), f"/applications/{draft.public_id}/"

    page = client.get(address).content.decode()
    assert "New in “Territory”: “Which bridge do you use?”. An answer is required." in page
    assert "No longer asked: “Short name”." in page
    assert "<p>UR</p>" in page
    assert "Which bridge do you use?" in client.get(url(draft, "territory")).content.decode()

    client.post(f"{address}form/{Application.objects.get(pk=draft.pk).form_version_id}/seen/")
    page = client.get(address).content.decode()
    assert "The form has changed" not in page
    assert "<p>UR</p>" in page

    asked = client.get(f"{address}form/acronym/remove/")
    assert "<p>UR</p>" in asked.content.decode()
    client.post(f"{address}form/acronym/remove/")
    draft.refresh_from_db()
    assert draft.answers == {}
    assert "No longer asked" not in client.get(address).content.decode()


def test_news_of_a_changed_form_ask_only_for_what_is_not_answered_and_end_when_it_is_submitted():
    call = open_call()
    draft = ready(call, acronym="UR")

    def change(content):
        question_in(content, "acronym")["required"] = True
        question_in(content, "ambition")["help"] = {"en": "Be bold.", "fr": "Osez."}
        return with_bridge(content)

    published(call, change)
    overview = f"/applications/{draft.public_id}/"

    client = logged_in(lead_of(draft))

    def news() -> list[str]:
        return [str(change) for change in client.get(overview).context["news"]]

    left = [
        "“Short name” has changed. What is different: whether an answer is required.",
        "“What should be better for residents” has changed. What is different: the help text.",
    ]
    assert news() == [
        *left[:1],
        "New in “Territory”: “Which bridge do you use?”. An answer is required.",
        *left[1:],
    ]
    draft.refresh_from_db()
    answer(draft, {"bridge": "The old one"})
    assert news() == left
    submit(draft)
    assert news() == []


def test_answer_that_is_asked_is_not_removed_by_an_address():
    draft = started()
    answer(draft, {"ambition": "One network"})

    client = logged_in(lead_of(draft))

    assert client.post(f"/applications/{draft.public_id}/form/ambition/remove/").status_code == 302
    assert client.get(f"/applications/{draft.public_id}/form/ambition/remove/").status_code == 404
    draft.refresh_from_db()
    assert draft.answers == {"ambition": "One network"}


def test_page_opened_before_the_change_keeps_all_that_was_typed_in_it():
    call = open_call()
    draft = started(call)
    client, address = logged_in(lead_of(draft)), url(draft, "territory")
    page = typed(client.get(address)) | {"title": "Upper Rhine", "acronym": "UR"}
    by_itself = client.post(address, page, headers={"X-Autosave": "1"}).json()
    assert "The form has changed" not in by_itself["note"]
    published(call, lambda content: with_bridge(without(content, "acronym")))

    by_itself = client.post(address, page, headers={"X-Autosave": "1"}).json()
    assert (by_itself["state"], by_itself["note"]) == (
        "saved",
        "The form has changed. Save to see the current questions.",
    )
    answered = press(client, address, page)

    draft.refresh_from_db()
    assert (draft.title, draft.answers) == ("Upper Rhine", {"acronym": "UR"})
    overview = client.get(answered.headers["Location"]).content.decode()
    assert "The form has changed since you opened that page" in overview


def test_page_of_a_section_that_is_gone_keeps_what_was_typed_in_it():
    call = open_call()
    draft = started(call)
    client, address = logged_in(lead_of(draft)), url(draft, "challenges")
    page = typed(client.get(address)) | {"ambition": "One network"}

    def gone(content):
        content["sections"] = [section for section in content["sections"] if section["key"] != "challenges"]
        return content

    published(call, gone)
    client.post(address, page)

    draft.refresh_from_db()
    assert draft.answers == {"ambition": "One network"}
    assert client.get(address).status_code == 404
    assert "One network" in client.get(f"/applications/{draft.public_id}/").content.decode()


def test_clarification_of_a_submission_asks_the_form_that_was_submitted():
    call = open_call()
    done = ready(call)
    submit(done)
    published(call, lambda content: with_bridge(without(content, "ambition")))
    returned(done, "challenges", question="Who?")
    client = logged_in(lead_of(done))

    send(client, done, "challenges", ambition="Clearer")
    submit(done)

    told = snapshots.answers_by_name(done.submissions.get(number=2).snapshot)
    assert told["ambition"] == "Clearer"
    assert "bridge" not in told


def test_leads_of_drafts_get_one_mail_if_staff_choose_so():
    call = open_call()
    draft = started(call)
    published(call, with_bridge)
    assert not Message.objects.filter(template__endswith="form_changed").exists()

    published(call, lambda content: without(content, "bridge"), tells=True)

    mail = Message.objects.get(template__endswith="form_changed")
    assert mail.to == lead_of(draft).email
    assert str(draft.public_id) in mail.body


def test_publishing_is_refused_to_others_twice_and_unseen():
    call = open_call()
    draft = draft_of(call, with_bridge)
    seen = summary_of(draft).seen

    with pytest.raises(NotAllowed):
        publish(version_id=draft.pk, by=person(), seen=seen)
    with pytest.raises(ValidationError, match="The form has changed since you opened this summary."):
        publish(version_id=draft.pk, by=the_manager(), seen="other")
    publish(version_id=draft.pk, by=the_manager(), seen=seen)
    with pytest.raises(ValidationError, match="already"):
        publish(version_id=draft.pk, by=the_manager(), seen=seen)
    assert [change.to_status for change in draft.changes.all()] == ["published"]


def test_undo_publishes_the_former_version_and_undone_again_the_later_one():
    call = open_call()
    first, draft = call.form.published_version, started(call)
    second = published(call, with_bridge)
    answer(draft, {"bridge": "The old one"})

    publish_former(form_id=call.form_id, by=the_manager(), seen=second.number)
    draft.refresh_from_db()
    assert (call.form.published_version, draft.form_version) == (first, first)
    assert draft.answers == {"bridge": "The old one"}

    with pytest.raises(ValidationError):
        publish_former(form_id=call.form_id, by=the_manager(), seen=second.number)
    publish_former(form_id=call.form_id, by=the_manager(), seen=first.number)
    draft.refresh_from_db()
    assert draft.form_version == second
    assert FormVersion.objects.filter(form=call.form, status=VersionStatus.PUBLISHED).count() == 1


def test_summary_counts_the_drafts_and_submissions_that_a_change_touches():
    call = open_call()
    answer(started(call), {"acronym": "UR"})
    started(call)
    submit(ready(call, acronym="AB"))

    def change(content):
        question_in(content, "ambition")["label"] = {"en": "What will be better?", "fr": "Quoi de mieux ?"}
        return with_bridge(without(content, "acronym"))

    summary = summary_of(draft_of(call, change))

    assert {c.key: (str(c), summary.touched[c.key]) for c in summary.changes} == {
        "bridge": ("New in “Territory”: “Which bridge do you use?”. An answer is required.", (2, 0)),
        "ambition": ("“What will be better?” has changed. What is different: the wording.", (0, 1)),
        "acronym": ("No longer asked: “Short name”.", (1, 1)),
    }


def test_postgresql_keeps_what_was_published_as_it_is():
    version = open_call().form.published_version
    for change in (
        lambda: version.questions.filter(key="ambition").update(is_required=False),
        lambda: version.questions.filter(key="ambition").delete(),
        lambda: version.sections.update(position=1),
        lambda: FormQuestion.objects.create(
            version=version,
            section=version.sections.first(),
            key="x",
            position=1,
            kind="line",
            label={"en": "X"},
        ),
    ):
        with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
            change()


def test_version_in_memory_is_the_one_that_was_published():
    call = open_call()
    version = call.form.published_version
    assert questionnaire(version.pk) is questionnaire(version.pk)
    draft = draft_of(call, with_bridge)
    assert questionnaire(draft.pk) is not questionnaire(draft.pk)


def test_start_that_waited_for_a_publication_begins_with_the_new_version():
    call = open_call()
    version = published(call, with_bridge)
    application = started(call)
    assert application.form_version == version


def test_staff_read_on_a_submission_what_needs_an_answer_by_now(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    call = open_call()
    done = ready(call)
    submit(done)
    address, client = f"/admin/applications/application/{done.pk}/change/", as_(Role.MANAGER)
    assert "now need an answer" not in client.get(address).content.decode()

    def change(content):
        question_in(content, "acronym")["required"] = True
        return with_bridge(content)

    published(call, change)

    page = client.get(address)
    assert [str(each.label) for each in page.context["became_required"]] == [
        "Short name",
        "Which bridge do you use?",
    ]
    assert "now need an answer" in page.content.decode()


def test_draft_of_staff_is_read_by_nobody_outside_through_what_is_no_longer_asked_or_an_old_page():
    call = open_call()
    application = started(call)
    second = published(call, with_bridge)
    answer(application, {"bridge": "The old one"})

    def secret(content):
        question_in(content, "bridge")["label"] = {"en": "Secret wording", "fr": "Secret"}
        content["sections"].append(
            {
                "key": "budget",
                "title": {"en": "Secret budget", "fr": "Secret"},
                "questions": [new_question("b2")],
            }
        )
        return content

    draft = draft_of(call, secret)
    publish_former(form_id=call.form_id, by=the_manager(), seen=second.number)
    client, address = logged_in(lead_of(application)), f"/applications/{application.public_id}/"

    overview = client.get(address).content.decode()
    assert "Which bridge do you use?" in overview
    assert "Secret" not in overview
    assert client.post(f"{address}budget/", {"form_version": draft.pk, "b2": "x" * 101}).status_code == 404
