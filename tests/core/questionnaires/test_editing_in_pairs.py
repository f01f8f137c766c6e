"""Any two of what staff do to one draft, begun at once: none waits for ever, and the second sees the first.

Each pair is first done one after the other, then undone, and done again on two connections: the second begins
when the first holds its first lock and no other. So two that lock in different orders are found out by
PostgreSQL, and one that has read something before it waited ends in another state.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import combinations_with_replacement
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from core.accounts.enums import Role
from core.accounts.models import User
from core.questionnaires.actions import arranging, conditions, drafts, editing, importing, options, publishing
from core.questionnaires.content import content_of
from core.questionnaires.copying import new_form
from core.questionnaires.enums import FormPurpose, VersionStatus
from core.questionnaires.models import Form, FormEdit, FormQuestion, FormVersion
from core.translated.texts import TranslatedText
from tests.builders.people import person
from tests.support.at_once import Other

Act = Callable[[], Any]


class Draft:
    """A draft with a choice of staff's own, `river`, and what two people can do to it."""

    def __init__(self, by: User, like: Form) -> None:
        self.by = by
        self.form = new_form(FormPurpose.APPLICATION, like=like)
        self.version = drafts.begin(form_id=self.form.pk, by=by)
        self.section = self.version.sections.order_by("position")[0]
        self.river = self._add("choice", "River")
        self._add("line", "Bridge")
        options.save_options(question_id=self.river.pk, by=by, name="choices", texts={}, added=said("Rhine"))
        options.save_options(question_id=self.river.pk, by=by, name="choices", texts={}, added=said("Meuse"))
        self.title = self.version.questions.get(key="title").key
        self.seen = publishing.summary_of(self.version).seen
        self.content = content_of(self.form.published_version)

    def acts(self, by: User) -> dict[str, Act]:
        """Return what somebody does, by its name."""
        river: dict[str, Any] = {"question_id": self.river.pk, "by": by}
        clauses = [{"question": self.title, "operator": "filled"}]
        label = said(f"River of {by.email}")
        draft, form = {"version_id": self.version.pk, "by": by}, {"form_id": self.form.pk, "by": by}
        added = said(f"Of {by.email}")
        return {
            "begin": partial(drafts.begin, **form),
            "add": partial(editing.add_section, **draft, title=label),
            "edit": partial(editing.change_question, **river, values={"label": label}),
            "move": partial(arranging.move_question, **river, direction="up"),
            "duplicate": partial(editing.duplicate_question, **river),
            "remove": partial(editing.remove_question, **river),
            "options": partial(options.save_options, **river, name="choices", texts={}, added=added),
            "condition": partial(conditions.set_condition, **river, join="all", clauses=clauses),
            "publish": partial(publishing.publish, **draft, seen=self.seen),
            "discard": partial(drafts.discard, **form),
            "import": partial(importing.take_over, **form, content=self.content),
        }

    def _add(self, kind: str, label: str) -> FormQuestion:
        add = partial(editing.add_question, section_id=self.section.pk, by=self.by)
        return add(kind=kind, label=said(label))

    def state(self) -> tuple[Any, ...]:
        """Return all that is kept of the form: what each version asks, and who did what to it."""
        versions = FormVersion.objects.filter(form=self.form).order_by("number")
        edits = FormEdit.objects.filter(form=self.form).order_by("pk")
        published = [version.pk for version in versions if version.status != VersionStatus.REPLACED]
        return (
            list(versions.values_list("number", "status")),
            [content_of(version) for version in versions if version.pk in published],
            list(edits.values_list("version", "verb", "by", "key", "before", "after")),
        )


def said(text: str) -> TranslatedText:
    return TranslatedText({"en": text, "fr": f"{text} (fr)"})


def small_form(by: User) -> Form:
    """Return a form that asks no more than the portal needs."""
    form = new_form(FormPurpose.APPLICATION)
    draft = drafts.begin(form_id=form.pk, by=by)
    draft.questions.filter(is_core=False, rows=None).delete()
    draft.sections.filter(questions=None).delete()
    publishing.publish(version_id=draft.pk, by=by, seen=publishing.summary_of(draft).seen)
    return form


def is_refused(act: Act) -> bool:
    """Do something; return whether it was refused. Whatever else goes wrong is a fault."""
    try:
        with transaction.atomic():
            act()
    except ValidationError:
        return True
    return False


def one_after_the_other(draft: Draft, first: Act, second: Act) -> tuple[Any, ...]:
    with transaction.atomic():
        found = is_refused(first), is_refused(second), draft.state()
        transaction.set_rollback(True)
    return found


def at_the_same_time(draft: Draft, first: Act, second: Act) -> tuple[Any, ...]:
    """Begin the second when the first has its first lock; return the same of both."""
    other = Other(partial(is_refused, second))

    def let_the_other_begin(execute: Any, sql: str, *rest: Any) -> Any:
        result = execute(sql, *rest)
        if other.ident is None and (" FOR " in sql or not sql.startswith(("SELECT", "SAVEPOINT"))):
            other.start()
            other.wait_until_it_waits_or_is_done()
        return result

    with connection.execute_wrapper(let_the_other_begin):
        told = is_refused(first)
    other.join(timeout=30)
    assert not other.is_alive()
    if other.error:
        raise other.error
    return told, other.result, draft.state()


@pytest.mark.django_db(transaction=True)
def test_any_two_who_change_a_draft_at_once_end_as_if_one_had_waited_for_the_other():
    by, other = person(Role.MANAGER), person(Role.MANAGER)
    like = small_form(by)
    wrong = []
    # Each pair in one order, each act as often the second as the first.
    pairs = enumerate(combinations_with_replacement(Draft(by, like).acts(by), 2))
    for pair in (pair[:: (-1) ** number] for number, pair in pairs):
        draft = Draft(by, like)
        first, second = draft.acts(by)[pair[0]], draft.acts(other)[pair[1]]
        expected = one_after_the_other(draft, first, second)
        try:
            found = at_the_same_time(draft, first, second)
        except Exception as error:  # a deadlock, or a page with status 500
            found = (type(error).__name__,)
        if found != expected:
            wrong.append((*pair, found[:2], expected[:2]))
    assert wrong == []
