"""Questions that name criteria by their code: told where a code is gone, in the form and at the criteria."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from core.accounts.enums import Role
from core.questionnaires.actions import drafts, editing
from core.questionnaires.actions.importing import copy_from
from core.questionnaires.actions.publishing import publish, summary_of
from core.questionnaires.copying import new_form
from core.questionnaires.enums import FormPurpose
from core.questionnaires.faults import blocking
from tests.applications.staff_clients import as_, url
from tests.builders.applications import eligible
from tests.builders.calls import closed_call, with_other_criteria
from tests.builders.people import the_manager
from tests.builders.reviews import scoring
from tests.support.posting import forms_of, posted

pytestmark = pytest.mark.django_db

FAULT = "The call has no criterion “{}”. Choose another criterion for this question, or none."
ORPHANS = "These questions refer to a criterion that does not exist,"


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def naming(call, code, key="acronym"):
    """A draft of the form of a call in which a question names a criterion."""
    draft = drafts.begin(form_id=call.form_id, by=the_manager())
    question = draft.questions.get(key=key, rows=None)
    editing.change_question(question_id=question.pk, by=the_manager(), values={"criterion": code})
    return draft


def published(call, code):
    draft = naming(call, code)
    publish(version_id=draft.pk, by=the_manager(), seen=summary_of(draft).seen)
    return draft


def told(draft):
    return [(fault.key, fault.text) for fault in blocking(draft)]


def test_code_that_the_call_does_not_have_is_told_in_the_editor_and_stops_publishing():
    call = closed_call()
    draft = naming(call, "reach")
    manager = as_(Role.MANAGER)
    editor = f"/admin/questionnaires/form/{call.form_id}/draft/"

    assert told(draft) == [("acronym", FAULT.format("reach"))]
    assert FAULT.format("reach") in manager.get(editor).content.decode()
    question = draft.questions.get(key="acronym", rows=None)
    page = manager.get(f"{editor}question/{question.pk}/")
    assert FAULT.format("reach") in page.content.decode()
    offered = [code for code, _title in page.context["form"].fields["criterion"].choices]
    assert offered == ["", "need", "partnership", "reach"]
    with pytest.raises(ValidationError, match="no criterion “reach”"):
        publish(version_id=draft.pk, by=the_manager(), seen=summary_of(draft).seen)

    editing.change_question(question_id=question.pk, by=the_manager(), values={"criterion": "need"})
    assert told(draft) == []
    publish(version_id=draft.pk, by=the_manager(), seen=summary_of(draft).seen)


def test_form_for_new_calls_may_name_criteria_that_are_still_to_come():
    form = new_form(FormPurpose.APPLICATION)
    draft = drafts.begin(form_id=form.pk, by=the_manager())
    question = draft.questions.get(key="acronym", rows=None)
    editing.change_question(question_id=question.pk, by=the_manager(), values={"criterion": "reach"})

    assert told(draft) == []


def test_draft_takes_over_what_names_criteria_of_another_call_and_says_so(tmp_path):
    call, other = closed_call(weights={"reach": 1}), closed_call()
    published(call, "reach")
    file = tmp_path / "form.json"
    call_command("form", "export", call.slug, str(file), verbosity=0)
    assert '"criterion": "reach"' in json.dumps(json.loads(file.read_text()))

    copied = copy_from(form_id=other.form_id, source_id=call.form_id, by=the_manager())
    assert told(copied) == [("acronym", FAULT.format("reach"))]
    call_command("form", "import", other.slug, str(file), verbosity=0)
    assert told(copied) == [("acronym", FAULT.format("reach"))]
    with pytest.raises(SystemExit):
        call_command("form", "import", other.slug, str(file), "--publish", verbosity=0)
    assert other.form.published_version.number == 1


def test_criterion_that_questions_name_is_told_when_it_is_renamed_or_removed():
    call, scoring_call = closed_call(), closed_call()
    for each in (call, scoring_call):
        published(each, "partnership")
    manager = as_(Role.MANAGER)
    rows = "Code,Title (English),Title (French),Weight,Highest score\nneed,Need,Besoin,1,5\n"
    table = SimpleUploadedFile("criteria.csv", rows.encode())

    imported = manager.post(url("call", "criteria", call.pk), {"file": table})
    assert ORPHANS in imported.content.decode()

    address = url("call", "change", call.pk)
    page = manager.get(address)
    sent = posted(*forms_of(page)) | {"opened": page.context["opened"], "criteria-1-code": "team"}
    assert ORPHANS in manager.post(address, sent, follow=True).content.decode()
    assert [criterion.code for criterion in call.criteria.all()] == ["need", "team"]

    scoring(eligible(scoring_call))
    address = url("call", "change-criteria", scoring_call.pk)
    forms = manager.get(address).context_data["forms"]
    sent = posted(forms.criteria.management_form, *forms.criteria.forms)
    shown = manager.post(address, sent | {"criteria-1-is_removed": "on", "reason": "Not needed."})
    assert ORPHANS in shown.content.decode()
    assert shown.context_data["preview"]
    assert with_other_criteria(scoring_call, {"need": {"weight": 1}}).number == 2
