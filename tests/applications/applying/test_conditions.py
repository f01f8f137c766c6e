"""Applications to a call whose form has conditions: through the pages, to what is submitted."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from applications.applying import snapshots
from applications.applying.next_version import NextVersion
from applications.calls import pdf, word
from applications.form import answers
from applications.models import Application
from tests.builders.applications import answer, lead_of, ready
from tests.builders.calls import open_call
from tests.core.questionnaires.test_publishing import published, question_in
from tests.support.applicant_forms import logged_in, press_submit, send, typed, url

pytestmark = pytest.mark.django_db
AUTOSAVE = {"X-Autosave": "1"}
CHALLENGES = ("challenges", "challenges_description", "ambition")


def with_conditions(content: dict[str, Any]) -> dict[str, Any]:
    """Ask for the description of the co-operation, and a whole section, only of an EGTC."""
    clause = {"question": "governance_form", "operator": "is", "value": "egtc"}
    for key in ("governance_description", *CHALLENGES):
        question_in(content, key)["condition"] = {"join": "all", "clauses": [clause]}
    return content


def application(form: str, **more: Any) -> Application:
    call = open_call()
    published(call, with_conditions)
    draft = ready(call)
    answer(draft, {"governance_form": form} | more)
    return Application.objects.get(pk=draft.pk)


def names(draft: Application) -> set[str]:
    snapshot = snapshots.make(Application.objects.get(pk=draft.pk))
    return {question["name"] for question in snapshots.questions(snapshot)}


def test_hidden_answer_is_kept_is_not_submitted_and_comes_back():
    draft = application("egtc", governance_description="An assembly", ambition="One network")
    client = logged_in(lead_of(draft))
    assert names(draft) >= {"governance_description", *CHALLENGES}

    led = client.post(
        url(draft, "partnership"), typed(client.get(url(draft, "partnership"))) | {"governance_form": "none"}
    )

    # The section after it is not asked any more.
    assert led["Location"] == url(draft, "experience")
    draft = Application.objects.get(pk=draft.pk)
    kept = answers.read(draft)
    assert (kept["governance_description"], kept["ambition"]) == ("An assembly", "One network")
    assert names(draft).isdisjoint({"governance_description", *CHALLENGES})
    overview = client.get(draft.get_absolute_url())
    tasks = {str(task["label"]): str(task["status"]) for task in overview.context["tasks"]}
    assert list(tasks.values()).count("Not needed") == 1
    section = client.get(url(draft, "challenges")).content.decode()
    assert ("This section does not apply to you" in section, "One network" in section) == (True, False)
    assert press_submit(client, draft).status_code == 302
    (version,) = Application.objects.get(pk=draft.pk).submissions.all()
    assert "One network" not in snapshots.canonical(version.snapshot).decode()

    send(client, draft, "partnership", governance_form="egtc")

    assert names(draft) >= {"governance_description", *CHALLENGES}
    assert typed(client.get(url(draft, "challenges")))["ambition"] == "One network"


def test_question_that_is_not_asked_is_not_missing_and_one_that_follows_is():
    draft = application("none", governance_description="", ambition="")
    assert NextVersion(draft, None).missing == []

    answer(draft, {"governance_form": "egtc"})

    draft = Application.objects.get(pk=draft.pk)
    lacks = [lack.anchor for lack in NextVersion(draft, None).missing]
    assert lacks == ["id_governance_description", "id_ambition"]
    page = logged_in(lead_of(draft)).get(draft.get_absolute_url())
    assert [lack.anchor for lack in page.context["missing"]] == lacks


def test_text_typed_while_somebody_else_hides_the_whole_section_is_kept():
    draft = application("egtc")
    client = logged_in(lead_of(draft))
    stale = typed(client.get(url(draft, "challenges")))
    answer(draft, {"governance_form": "none"})

    told = client.post(url(draft, "challenges"), stale | {"ambition": "More trains"}, headers=AUTOSAVE).json()

    assert (told["state"], told["text"]) == ("saved", "")
    assert answers.read(Application.objects.get(pk=draft.pk))["ambition"] == "More trains"


def test_question_says_when_it_is_asked_on_the_page_in_the_pdf_and_in_the_word_file(client):
    draft = application("none")
    form_of_today = reverse("applications:questions", args=[draft.call.slug])

    html = client.get(form_of_today).content.decode()

    told = (
        "Asked only if “How you co-operate today” is “European Grouping of Territorial Cooperation (EGTC)”."
    )
    assert html.count(told) == 1 + len(CHALLENGES)
    assert client.get(f"/fr{form_of_today}").content.decode().count("Posée uniquement si «") == 4
    with override("en"):
        assert pdf.of_questions(draft.call, language="en")
        assert word.of_questions(draft.call, language="en")
