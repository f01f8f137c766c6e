"""`manage.py solve_matching`: exit codes, the one line of a refusal, and that nothing is written then."""

import json

import pytest
from django.core.management import call_command

from impact.benchmarks.synthetic import make_problem
from tests.engine.problems import expert, problem
from tests.engine.referee import Referee


@pytest.fixture
def solve(tmp_path, capsys):
    """Run the command on some text; return exit code, result or None, and both outputs."""

    def run(text, *arguments):
        source, target = tmp_path / "problem.json", tmp_path / "result.json"
        source.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
        with pytest.raises(SystemExit) as ended:
            call_command("solve_matching", str(source), str(target), *arguments)
        result = json.loads(target.read_text(encoding="utf-8")) if target.exists() else None
        return ended.value.code, result, *capsys.readouterr()

    return run


def test_solved_problem_is_written_with_exit_0(solve):
    code, result, _, _ = solve(problem())

    assert (code, result["status"]) == (0, "optimal")
    Referee(problem()).check(result)


def test_time_limit_writes_the_best_so_far_with_exit_1(solve):
    content = make_problem(12, 40, 1, time_limit_s=0)

    code, result, _, _ = solve(content)

    assert (code, result["status"]) == (1, "feasible")
    Referee(content).check(result)


@pytest.mark.parametrize(
    ("line", "content"),
    [
        (
            "$.regions[0].half_days[1]: expected",
            problem() | {"regions": [problem()["regions"][0] | {"half_days": [0, -1]}]},
        ),
        ("$: expected JSON", "{"),
        ("$: expected JSON, the key 'version' comes twice", '{"version": 1, "version": 1}'),
        ("$: expected JSON, NaN", '{"version": NaN}'),
        ("$: expected an object", "[]"),
        ("$: expected JSON that is nested less deeply", "[" * 200_000 + "]" * 200_000),
        ("$['\\ud800']: unknown key", '{"version": 1, "months": [], "\\ud800": 1}'),
    ],
)
def test_bad_input_is_named_in_one_line_with_exit_2_and_nothing_written(solve, line, content):
    code, result, _, errors = solve(content)

    assert (code, result) == (2, None)
    assert errors.startswith(line)
    assert len(errors.strip().splitlines()) == 1
    assert len(errors) < 1000


def test_why_not_is_printed_as_json(solve):
    content = problem(experts=[expert(), expert("E2", languages={"fr": "C1", "de": "B2", "en": "C1"})])

    code, _, output, _ = solve(content, "--why-not", "R1", "E2")

    assert code == 0
    assert json.loads(output)["region_cost"] == 15


def test_why_not_of_an_unknown_name_is_refused_before_anything_is_written(solve):
    code, result, _, errors = solve(problem(), "--why-not", "R1", "E9")

    assert (code, result) == (2, None)
    assert errors.startswith("$.expert: expected the id of one of the experts")


def test_insights_are_printed_as_json(solve):
    content = problem(experts=[expert(), expert("E2", languages={"fr": "C1", "de": "B2", "en": "C1"})])

    _, _, output, _ = solve(content, "--insights")

    told = json.loads(output)
    assert [(row["expert"], row["sum"]) for row in told["irreplaceable"]] == [("E1", 15)]
    assert [team["team"] for team in told["alternatives"]["R1"]] == [[{"expert": "E2", "role": "lead"}]]
    assert told["price_of_fairness"]["price"] == 0


def test_matrix_of_scores_is_solved_in_the_general_mode(solve):
    code, result, _, _ = solve(
        {"version": 1, "scores": [[1, 2], [3, 9]], "demands": [1, 1], "loads_max": [1, 1]}
    )

    assert (code, result["assignment"], result["sum"]) == (0, [[0], [1]], 10)
