"""Decisions: how the action is called in each scope, and how refusals become words."""

from types import SimpleNamespace

import pytest
from django import forms
from django.core.exceptions import ValidationError
from unfold import widgets

from core.decisions import Decision, DecisionForm, Scope, refusal_in_words
from core.history import IllegalMove, NotAllowed

BY = SimpleNamespace(name="Bea")


class Refusal(Exception):
    pass


def row(key: int) -> SimpleNamespace:
    return SimpleNamespace(pk=key, get_status_display=lambda: "Sent")


def decision(scope: Scope, action=None, **fields) -> tuple[Decision, list[dict]]:
    calls: list[dict] = []

    def keep(**arguments):
        calls.append(arguments)
        if action:
            return action(**arguments)
        return "done"

    made = Decision(
        name="act", label="Act", action=keep, permission="a.act", target="key", scope=scope, **fields
    )
    return made, calls


@pytest.mark.parametrize(
    ("scope", "targets", "calls"),
    [
        (Scope.ROW, [1], [{"key": 1, "by": BY, "reason": "x"}]),
        (Scope.EACH, [1, 2], [{"key": 1, "by": BY, "reason": "x"}, {"key": 2, "by": BY, "reason": "x"}]),
        (Scope.ROWS, [1, 2], [{"key": [1, 2], "by": BY, "reason": "x"}]),
        (Scope.LIST, [], [{"by": BY, "reason": "x"}]),
    ],
)
def test_action_is_called_as_its_scope_says(scope, targets, calls):
    made, called = decision(scope)
    outcome = made.take([row(key) for key in targets], by=BY, answers={"reason": "x"})
    assert called == calls
    assert outcome.results == ["done"] * len(calls)


def test_one_refused_row_does_not_stop_the_others():
    def refuse_two(key, **rest):
        if key == 2:
            raise NotAllowed("Not this one.")
        return key

    made, _calls = decision(Scope.EACH, refuse_two)
    rows = [row(1), row(2), row(3)]
    outcome = made.take(rows, by=BY, answers={})
    assert (outcome.results, outcome.refused) == ([1, 3], [(rows[1], ["Not this one."])])


def test_named_refusals_are_caught_and_others_are_not():
    def refuse(**arguments):
        raise Refusal("The call is closed.")

    made, _calls = decision(Scope.ROW, refuse, refusals=(Refusal,))
    assert made.take([row(1)], by=BY, answers={}).refused == [(None, ["The call is closed."])]
    unaware, _calls = decision(Scope.ROW, refuse)
    with pytest.raises(Refusal):
        unaware.take([row(1)], by=BY, answers={})


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValidationError(["One.", "Two."]), ["One.", "Two."]),
        (NotAllowed(), ["You do not have permission to do this."]),
        (NotAllowed("Ask somebody else."), ["Ask somebody else."]),
        (
            IllegalMove(SimpleNamespace(status="sent", get_status_display=lambda: "Sent"), "queued"),
            ["This is no longer possible: the status is now “Sent”."],
        ),
    ],
)
def test_refusal_is_in_words_for_people(error, words):
    assert refusal_in_words(error) == words


def test_fields_get_the_look_of_the_administration_and_keep_their_choices():
    class Form(DecisionForm):
        text = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}))
        kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")])

    form = Form(targets=[], by=BY)
    assert isinstance(form.fields["text"].widget, widgets.UnfoldAdminTextareaWidget)
    assert form.fields["text"].widget.attrs["rows"] == 3
    assert isinstance(form.fields["kind"].widget, widgets.UnfoldAdminSelectWidget)
    assert list(form.fields["kind"].widget.choices) == [("a", "A"), ("b", "B")]
    form.fields["kind"].choices = [("c", "C")]
    assert list(form.fields["kind"].widget.choices) == [("c", "C")]
