"""What an answer to a clarification says: of random forms as a naive reader has it, and through the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.contrib.messages import get_messages
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from applications.applying import snapshots
from applications.applying.clarified import Clarified
from applications.applying.next_version import NextVersion
from applications.enums import AttemptOutcome
from applications.form import answers
from applications.models import Application
from core.accounts.enums import Role
from core.sections.comparing import holds
from core.sections.conditions import as_asked, source_of
from core.sections.conditions import given as given_in
from core.sections.kinds.base import KINDS, Labels
from core.sections.kinds.settled import paired
from core.sections.questions import Clause, Condition, Formula, Operator, Question, Questionnaire, Section
from tests.applications.staff_clients import as_
from tests.builders.applications import answer, lead_of, ready, returned, submit
from tests.builders.calls import open_call
from tests.core.questionnaires.test_publishing import published
from tests.core.sections.cases import CASES
from tests.core.sections.test_conditions import ANSWERS, OPTIONS, VALUES
from tests.support.applicant_forms import logged_in, press_submit, typed, url

SLUGS = ("a", "b", "c")
PARTS = ("one", "two")


@st.composite
def forms(draw: Any) -> Questionnaire:
    """Return a form of three sections with questions, groups and sums that depend on one another."""
    sections, names, sums = [], ["gone"], ["gone"]
    for slug in SLUGS:
        questions = []
        for number in range(draw(st.integers(1, 3))):
            name = f"{slug}{number}"
            questions.append(draw(questions_of(name, names, sums)))
            names.append(name)
            sums += [f"{name}.two" if questions[-1].columns else name]
        sections.append(Section(slug, slug, "", tuple(questions)))
    return Questionnaire(tuple(sections))


@st.composite
def questions_of(draw: Any, name: str, earlier: list[str], sums: list[str]) -> Question:
    kind = draw(st.sampled_from([*sorted(ANSWERS), "group", "computed"]))
    condition = draw(st.none() | conditions(earlier))
    more: dict[str, Any] = {}
    if kind == "group":
        one = asked_as(
            draw(st.sampled_from(sorted(ANSWERS))), PARTS[0], draw(st.none() | conditions(earlier))
        )
        about = [*earlier, f"{name}.{PARTS[0]}"]
        two = asked_as(draw(st.sampled_from(sorted(ANSWERS))), PARTS[1], draw(st.none() | conditions(about)))
        more["columns"] = (one, two)
    if kind == "computed":
        more["formula"] = Formula("sum", (draw(st.sampled_from(sums)),))
    return asked_as(kind, name, condition, **more)


def asked_as(kind: str, name: str, condition: Condition | None, **more: Any) -> Question:
    return Question(name, KINDS[kind], label=name, limit=9, choices=OPTIONS, condition=condition, **more)


def conditions(names: list[str]) -> Any:
    clauses = st.builds(Clause, st.sampled_from(names), st.sampled_from(Operator), st.sampled_from(VALUES))
    return st.builds(Condition, st.lists(clauses, min_size=1, max_size=2).map(tuple), st.booleans())


@st.composite
def cells_of(draw: Any, form: Questionnaire) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for question in form.questions:
        if question.columns:
            for number in range(draw(st.integers(0, 2))):
                row = {c.name: draw(st.sampled_from(ANSWERS[c.kind.code])) for c in question.columns}
                cells[question.cell(str(number))] = row
        elif not question.kind.is_computed:
            cells[question.name] = draw(st.sampled_from(ANSWERS[question.kind.code]))
    return cells


def version_of(form: Questionnaire, cells: Mapping[str, Any]) -> dict[str, Any]:
    now = given_in(form, cells)
    return {
        "sections": [
            {"slug": s.slug, "questions": [entry(q, q.kind.value(q, now)) for q in s.questions]}
            for s in as_asked(form, cells)
        ]
    }


def entry(question: Question, value: Any) -> dict[str, Any]:
    return question.kind.heading(question) | {"value": question.kind.snapshot(question, value, Labels())}


def naively(form: Questionnaire, before: dict[str, Any], working: dict[str, Any], slugs: set[str]) -> Any:
    """Return what is answered by name, and which questions have opened: one by one."""
    former = {q["name"]: q["value"] for s in before["sections"] for q in s["questions"]}
    said: dict[str, Any] = {}
    opened = set()
    for question in form.questions:
        mine = [row for _cell, row in sorted(question.own(working).items())]
        stays = form.section_of(question.name).slug not in slugs and question.name in former
        if not is_met(question.condition, form, said, {}, ""):
            continue
        if question.kind.is_computed:
            said[question.name] = added(question.formula.sources[0], said)
            continue
        if not question.columns:
            said[question.name] = plain(question, former[question.name]) if stays else mine[0]
            if not stays and form.section_of(question.name).slug not in slugs:
                opened.add(question.name)
            continue
        kept = [
            {n: plain_of(question, n, v) for n, v in row.items()} for row in former.get(question.name, ())
        ]
        merged = opened_rows(question, kept, working, form, said)
        rows = merged if stays else [columns_asked(question, row, form, said) for row in mine]
        if stays and any(set(now) - set(row) for now, row in zip(rows, kept, strict=True)):
            stays, rows = False, merged
        said[question.name] = rows
        if not stays and form.section_of(question.name).slug not in slugs:
            opened.add(question.name)
    return said, opened


def opened_rows(question: Question, kept: list[Any], working: dict[str, Any], form: Any, said: Any) -> Any:
    """Return the rows of the version with what is asked now; only what they did not hold is as it is now."""
    found = []
    for cell, row in paired(question, kept, question.own(working)).items():
        found.append(columns_asked(question, working.get(cell, {}) | row, form, said))
    return found


def columns_asked(
    group: Question, row: dict[str, Any], form: Questionnaire, said: dict[str, Any]
) -> dict[str, Any]:
    now: dict[str, Any] = {}
    for column in group.columns:
        if is_met(column.condition, form, said, now, group.name):
            now[column.name] = row.get(column.name, column.kind.blank)
    return now


def is_met(
    condition: Any, form: Questionnaire, said: dict[str, Any], row: dict[str, Any], group: str
) -> bool:
    if condition is None:
        return True
    results = []
    for clause in condition.clauses:
        of, _dot, column = clause.question.partition(".")
        known = row if of == group and column else said
        name = column or of
        question = source_of(form, clause.question)
        if name in known and question:
            results.append(holds(clause, question, known[name]))
        else:
            results.append(clause.operator == "not_filled")
    return all(results) if condition.needs_all else any(results)


def added(source: str, said: dict[str, Any]) -> int | None:
    name, _dot, column = source.partition(".")
    value = said.get(name)
    values = [row.get(column) for row in value] if column and isinstance(value, list) and value else []
    values = values if column else [value]
    numbers = [v for v in values if isinstance(v, int) and not isinstance(v, bool)]
    return sum(numbers) if numbers else None


def plain(question: Question, value: Any) -> Any:
    return question.kind.restored(question, value)


def plain_of(group: Question, name: str, value: Any) -> Any:
    return plain(next(column for column in group.columns if column.name == name), value)


@given(data=st.data())
@trying(max_examples=120, deadline=None)
def test_answer_to_staff_says_what_a_naive_reader_of_the_rules_says(data):
    form = data.draw(forms())
    old, new = data.draw(cells_of(form)), data.draw(cells_of(form))
    slugs = data.draw(st.sets(st.sampled_from(SLUGS), min_size=1, max_size=2))
    before = version_of(form, old)

    answered = Clarified(form, before, new, frozenset(slugs))

    said, opened = naively(form, before, new, slugs)
    now = answered.asked
    assert set(now.questions) == set(said)
    assert {q.name for q in form.questions if answered.is_opened(q)} == opened
    former = {q["name"]: q for s in before["sections"] for q in s["questions"]}
    for name, question in now.questions.items():
        value = question.kind.value(question, now.cells)
        rows = (
            [{n: row[n] for n in said[name][i]} for i, row in enumerate(value)] if question.columns else value
        )
        assert rows == said[name], name
        kept = answered.former(question)
        if kept is not None:
            assert kept is former[name]
            assert name not in opened
    assert {s.slug for s in answered.sections} == slugs | {form.section_of(name).slug for name in opened}
    gone = {name for name in former if form.section_of(name).slug not in slugs} - set(said)
    assert {question.name for question in answered.closed} == gone


@pytest.mark.django_db
def test_every_kind_reads_back_what_a_version_keeps():
    for name, case in CASES.items():
        question = case.question
        value = question.kind.value(question, case.cells)
        kept = question.kind.snapshot(question, value, Labels(question.kind.regions(question, value)))
        back = question.kind.cells_of_version(question, kept)
        if question.kind.is_computed:
            continue
        read = question.kind.value(question, back)
        if question.columns and isinstance(read, list):
            columns = [c.name for c in question.columns if not c.kind.is_computed]
            read, value = ([{n: row[n] for n in columns} for row in rows] for rows in (read, value))
        assert read == value, name


def clause(question: str, operator: str, value: Any = None) -> dict[str, Any]:
    given_ = {"question": question, "operator": operator} | ({} if value is None else {"value": value})
    return {"join": "all", "clauses": [given_]}


def words(text: str) -> dict[str, str]:
    return {"en": text, "fr": text}


def with_flips(content: dict[str, Any]) -> dict[str, Any]:
    """In the territory somebody says how much there is; elsewhere more or less is asked of it."""
    territory, partnership, challenges = content["sections"][:3]
    territory["questions"].append(
        {"key": "money", "kind": "number", "label": words("Money"), "required": False}
    )
    partnership["questions"] += [
        {"key": "payer", "kind": "line", "label": words("Who pays"), "condition": clause("money", "over", 9)},
        {
            "key": "why_so_little",
            "kind": "line",
            "label": words("Why so little"),
            "condition": clause("money", "under", 10),
        },
    ]
    challenges["questions"].append(
        {"key": "bank", "kind": "line", "label": words("Which bank"), "condition": clause("payer", "filled")}
    )
    return content


def asked_again() -> Application:
    call = open_call()
    published(call, with_flips)
    draft = ready(call)
    answer(draft, {"money": 5, "why_so_little": "We are small"})
    assert submit(Application.objects.get(pk=draft.pk)).outcome == AttemptOutcome.ACCEPTED
    draft = Application.objects.get(pk=draft.pk)
    # Typed after the submission: nobody asks about it, so it is not part of the answer.
    answer(draft, {"governance_description": "Typed later", "why_so_little": "Typed later"})
    returned(draft, "territory")
    return Application.objects.get(pk=draft.pk)


def fresh(draft: Application) -> Application:
    return Application.objects.select_related("call").get(pk=draft.pk)


def said(draft: Application) -> dict[str, Any]:
    return snapshots.answers_by_name(fresh(draft).submissions.latest("number").snapshot)


@pytest.mark.django_db
def test_changed_answer_opens_the_question_that_it_leads_to_and_only_that(settings: Any):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    draft = asked_again()
    client, before = logged_in(lead_of(draft)), said(draft)
    assert client.get(url(draft, "partnership")).context["refusal"]

    led = client.post(url(draft, "territory"), typed(client.get(url(draft, "territory"))) | {"money": "50"})

    assert led["Location"].startswith(url(draft, "partnership"))
    told = [str(message) for message in get_messages(led.wsgi_request)]
    assert "Your answers lead to more questions in “Partnership”: “Who pays”." in told
    overview = client.get(draft.get_absolute_url())
    ((title, address, headings),) = overview.context["opened_sections"]
    assert (str(title), address, [*map(str, headings)]) == (
        "Partnership",
        url(draft, "partnership"),
        ["Who pays"],
    )
    assert [*map(str, overview.context["closed_questions"])] == ["Why so little"]
    assert [lack.anchor for lack in overview.context["missing"]] == ["id_payer"]
    assert submit(fresh(draft)).outcome == AttemptOutcome.INCOMPLETE

    page = client.get(url(draft, "partnership"))
    assert [question.name for question in page.context["form"].questions] == ["payer"]
    # Whatever else is sent from there is not taken.
    sent = typed(page) | {"payer": "The town", "governance_description": "Sneaked in"}
    assert client.post(url(draft, "partnership"), sent)["Location"].startswith(url(draft, "challenges"))
    check = client.get(f"/applications/{draft.public_id}/check/")
    assert [lack.anchor for lack in check.context["missing"]] == ["id_bank"]
    client.post(
        url(draft, "challenges"), typed(client.get(url(draft, "challenges"))) | {"bank": "The blue one"}
    )
    assert answers.read(fresh(draft))["governance_description"] == "Typed later"

    assert press_submit(client, draft).status_code == 302
    assert said(draft) == {n: v for n, v in before.items() if n != "why_so_little"} | {
        "money": 50,
        "payer": "The town",
        "bank": "The blue one",
    }
    assert answers.read(fresh(draft))["why_so_little"] == "Typed later"

    version = client.get(f"/applications/{draft.public_id}/versions/2/").content.decode()
    assert version.count("We did not ask about this section") == 3
    assert version.count("We are small") == 1
    staff = as_(Role.MANAGER).get(f"/admin/applications/application/{draft.pk}/change/").content.decode()
    assert "Partnership – Who pays" in staff
    assert "Partnership – Why so little" in staff
    assert "Sections concerned:" in staff


@pytest.mark.django_db
def test_answer_that_is_changed_back_closes_what_it_had_opened():
    draft = asked_again()
    client, before = logged_in(lead_of(draft)), said(draft)
    answer(draft, {"money": 50})
    stale = typed(client.get(url(draft, "partnership"))) | {"payer": "The town"}
    answer(draft, {"money": 5})

    refused = client.post(url(draft, "partnership"), stale)

    assert refused.status_code in (302, 409)
    assert "payer" not in {question for question, kept in answers.read(fresh(draft)).items() if kept}
    assert NextVersion(fresh(draft), fresh(draft).clarifications.get()).missing == []
    assert press_submit(client, draft).status_code == 302
    assert said(draft) == before


def test_rows_of_a_version_are_found_again_by_what_they_say_then_by_their_order():
    group = asked_as(
        "group", "g", None, columns=(asked_as("line", "one", None), asked_as("line", "two", None))
    )

    def cells_for(*former: str, now: dict[str, str]) -> list[str]:
        working = {f"g.{key}": {"one": one, "two": "new"} for key, one in now.items()}
        return [cell.partition(".")[2] for cell in paired(group, [{"one": one} for one in former], working)]

    assert cells_for("a", "b", now={"x": "a", "y": "b"}) == ["x", "y"]
    assert cells_for("a", "b", now={"y": "b", "x": "a"}) == ["x", "y"]
    # Changed since, with one more added: in their order.
    assert cells_for("a", "b", now={"x": "A", "y": "b", "z": "c"}) == ["x", "y"]
    assert cells_for("a", "a", now={"x": "a", "y": "a"}) == ["x", "y"]
    # One is gone and another was changed: nobody can say which, so neither takes the answers of the other.
    first, second = cells_for("a", "b", now={"z": "c"})
    assert "z" not in (first, second)
    assert [first, second] == cells_for("a", "b", now={"z": "c"})
