"""When a question is asked, as staff set it in the editor: for every kind of earlier answer."""

from __future__ import annotations

from typing import Any

import pytest

from core.questionnaires.faults import blocking
from core.questionnaires.kind_settings import offered_kinds
from core.questionnaires.models import FormQuestion
from core.sections.condition_faults import WITHOUT_VALUE
from core.sections.kinds import KINDS
from core.sections.questions import Compared
from tests.builders.applications import PARIS
from tests.core.questionnaires.test_editor import Editor, condition, editor, fill
from tests.support.posting import posted
from tests.support.undoing import undone

__all__ = ["editor"]

pytestmark = pytest.mark.django_db


def test_condition_is_built_from_an_earlier_answer_by_what_fits_its_kind(editor: Editor):
    bridges, about = editor.add("number", "Bridges"), editor.add("text", "About the bridges")
    below = f"question/{about.pk}/condition/"
    editor.post(below, condition(editor, below) | {"added": "bridges"})
    typed = condition(editor, below)
    refused = editor.post(below, typed | {"operator_0": "over", "value_0": ""})
    unsaid = editor.post(below, typed | {"operator_0": "filled", "value_0": "3.5"})
    editor.post(below, typed | {"operator_0": "over", "value_0": "3.5"})

    # What is typed without a comparison is not dropped without a word.
    assert unsaid.context["form"].errors.keys() == {"operator_0"}
    assert refused.context["form"].errors.keys() == {"value_0"}
    kept = FormQuestion.objects.get(pk=about.pk).condition
    assert kept == {
        "join": "all",
        "clauses": [{"question": "bridges", "operator": "over", "value": "3.5"}],
    }
    assert "Asked only if “Bridges” is over 3.5." in editor.get().content.decode()
    shown = editor.get("preview/territory/").content.decode()
    assert "Asked only if “Bridges” is over 3.5." in shown
    assert f'name="{about.key}"' in shown
    # What is asked later cannot be chosen, and a question that moves behind is a problem.
    choices = editor.get(f"question/{bridges.pk}/condition/").context["form"].fields["added"].choices
    assert "about_the_bridges" not in dict(choices)
    assert "title" in dict(choices)
    editor.post("", {"press": f"question-{about.pk}-up"})
    assert any("asked later" in text for text in editor.told()[about.key])
    editor.post(below, condition(editor, below) | {"remove": "0"})
    assert FormQuestion.objects.get(pk=about.pk).condition is None


def test_condition_can_be_about_an_answer_of_every_kind_that_staff_can_ask(editor: Editor):
    """Each is compared in every way that its kind knows, with what its page offers or takes."""
    values = {Compared.NUMBER: "7", Compared.DAY: "2027-03-01", Compared.OPTION: PARIS}
    about = editor.add("text", "Last of all", section="declarations")
    below = f"question/{about.pk}/condition/"
    # Of those that are compared alike the first, which is the simplest.
    kinds = {KINDS[code].compared_as: code for code, _title in reversed(offered_kinds())}
    assert len(kinds) >= 6
    for compared, kind in kinds.items():
        with undone():
            earlier = editor.add(kind, f"About {kind}")
            fill(editor, earlier)
            editor.post(below, condition(editor, below) | {"added": earlier.key})
            form = editor.get(below).context["form"]
            opened = posted(form) | {"seen": "", "size_0": "2"}
            for operator, _words in form.fields["operator_0"].choices:
                typed = opened | {"operator_0": operator}
                choices = getattr(form.fields.get("value_0"), "choices", ())
                offered = [code for code, _label in flat(choices) if code]
                typed["value_0"] = offered[0] if offered else values.get(compared, "Rhine")
                if operator in WITHOUT_VALUE:
                    del typed["value_0"], typed["size_0"]
                assert editor.post(below, typed).status_code == 302, (kind, operator)
                kept = FormQuestion.objects.get(pk=about.pk).condition["clauses"][0]
                assert kept["operator"] == operator
                # Of a box "is not" never holds: one that is not ticked is no answer.
                found = [fault.text for fault in blocking(editor.draft) if fault.key == about.key]
                assert all("because its condition can never be true." in text for text in found), (
                    kind,
                    operator,
                    kept,
                    found,
                )


def flat(choices: Any) -> Any:
    for code, label in choices:
        yield from flat(label) if isinstance(label, list | tuple) else [(code, label)]
