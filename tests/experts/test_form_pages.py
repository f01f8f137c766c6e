"""The pages on which staff write the form of experts speak of experts and profiles, in both languages."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from core.accounts.enums import Role
from core.questionnaires.actions.publishing import publish, summary_of
from core.questionnaires.admin import FormAdmin
from experts.asked import asked_today, published_version
from experts.enums import ExpertStatus
from tests.applications.calls.test_word import words_of
from tests.applications.staff_clients import as_
from tests.builders.experts import make_expert_at
from tests.builders.people import the_manager
from tests.experts.test_trying_out import draft

pytestmark = pytest.mark.django_db
# Words of calls, which mean nothing to who writes what experts are asked.
OF_CALLS = {
    "": r"\b(applicants?|applications?|submissions?|the call|lead of|region is selected|if selected)\b",
    "/fr": r"\b(candidats?|candidatures?|dépôts?|l’appel|sélectionnée?|en cas de sélection)\b",
}


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def addresses() -> list[str]:
    """Return every page of the form of experts, with a draft: those of its admin, and its decisions."""
    version = draft()
    form, section = version.form, version.sections.get(key="about")
    known = {
        "pk": form.pk,
        "section": section.pk,
        "question": version.questions.get(key="bridge").pk,
        "slug": section.key,
        "number": 1,
        "list_name": "choices",
        "key": "x",
    }
    found = [reverse(f"admin:questionnaires_form_{name}", args=[form.pk]) for name in ("change",)]
    for page in FormAdmin.pages:
        if page.name not in ("export", "word", "preview", "options", "remove-option"):
            route = re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(known[part[1]]), page.route)
            found.append(f"/admin/questionnaires/form/{route}")
    decisions = [decision.name for decision in FormAdmin.decisions]
    return found + [f"/admin/questionnaires/form/{form.pk}/decide/{name}/" for name in decisions]


@pytest.mark.parametrize("language", OF_CALLS)
def test_pages_of_the_form_of_experts_speak_of_no_applications(language):
    client = as_(Role.MANAGER)

    found = {}
    for address in addresses():
        answer = client.get(f"{language}{address}", follow=True)
        assert answer.status_code == 200, address
        # Beside the page there is the menu of the administration, which names everything.
        page = answer.content.decode().split('id="content"')[-1]
        said = re.findall(OF_CALLS[language], strip_tags(page), re.IGNORECASE)
        if said:
            found[address] = said
    assert found == {}


def test_summary_of_a_publication_says_what_becomes_of_profiles_and_that_regions_see_another_answer():
    make_expert_at(ExpertStatus.DRAFT)
    make_expert_at(ExpertStatus.APPROVED)
    version = draft()
    version.questions.filter(key="website").update(is_public=False)
    client = as_(Role.MANAGER)

    page = client.get(f"/admin/questionnaires/form/{version.form_id}/draft/publish/").content.decode()

    assert "Profiles outside the pool: 1. Profiles in the pool (submitted, approved or paused): 1." in page
    assert "“Website or public profile” has changed. What is different: who sees the answer." in page
    question = version.questions.get(key="website").pk
    page = client.get(f"/admin/questionnaires/form/{version.form_id}/draft/question/{question}/").content
    assert "Shown to the regions to which the expert is proposed" in page.decode()
    publish(version_id=version.pk, by=the_manager(), seen=summary_of(version).seen)
    assert published_version() == version


@pytest.mark.parametrize(("prefix", "title"), [("", "Expert profile form"), ("/fr", "Formulaire")])
def test_questions_of_a_draft_are_a_word_file_that_staff_circulate(prefix, title):
    version = draft()
    version.questions.create(
        version=version,
        section=version.sections.get(key="about"),
        key="unfinished",
        position=99,
        kind="choice",
        label={"en": "Not yet with options", "fr": "Vous ne pouvez pas encore déposer de candidature"},
    )
    client = as_(Role.MANAGER)
    address = f"{prefix}/admin/questionnaires/form/{version.form_id}"

    assert f"{address}/word/{version.number}/" in client.get(f"{address}/change/").content.decode()
    answer = client.get(f"{address}/word/{version.number}/")
    text = words_of(answer.content)

    assert answer["Content-Disposition"].endswith(f'version-{version.number}.docx"')
    assert title in text
    assert ("Quel bridge" if prefix else "Which bridge?") in text
    shown = [str(q.label) for q in asked_today().questions] if not prefix else []
    assert [label for label in shown if label not in text] == []
    assert client.get(f"{address}/word/77/").status_code == 302
