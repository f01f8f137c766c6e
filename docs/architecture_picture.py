"""Draw docs/architecture.svg from the imports in the code: `python3 docs/architecture_picture.py`.

The parts stand in one column, each above those that it imports; an arc tells how many import
statements lead from one to another. What everybody imports, the kernel, has its arcs on the left.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PICTURE = Path(__file__).with_name("architecture.svg")

GROUND = "applications: ground"
# From the top downwards, as the import contracts in pyproject.toml have it: name, and what is said of it.
PARTS = {
    "impact": "settings, commands, home of the administration, public pages, demo",
    "matching": "runs, teams, invitations, board",
    "content": "pages, news, events, resources, questions and answers",
    "applications: lists": "what several rooms put on one page or list",
    "applications.selecting": "board, scenarios, letters, pilot regions",
    "applications.reviewing": "assignment, score sheets, ranking",
    "applications.screening": "verdicts, clarifications",
    "applications.applying": "drafts, members, documents, submission",
    "applications.calls": "calls, eligibility check",
    "applications.form": "what is asked",
    GROUND: "models, querysets, enums",
    "experts": "profiles, vetting",
    "newsletter": "subscribers, bulletins",
    "core": "the kernel: accounts, mail, files, forms, sections, reference data …",
    "engine": "exact matching and assignment, without Django",
    "inspection": "reads strangers’ files, without Django",
}
ROOMS = {name.partition(".")[2] for name in PARTS if name.startswith("applications.")}
ON_GROUND = {"models", "querysets", "enums", "exceptions", "typst"}

ROW, TOP, LEFT, WIDTH, BOX = 46, 24, 180, 440, 34


class Arc(NamedTuple):
    above: str
    below: str
    count: int


def part_of(module: str) -> str | None:
    """Return in which part a module lies, such as `applications.reviewing`; None for packages of others."""
    first, _dot, rest = module.partition(".")
    if first != "applications":
        return first if first in PARTS else None
    room = rest.partition(".")[0]
    if room in ROOMS:
        return f"applications.{room}"
    return GROUND if room in ON_GROUND else "applications: lists"


def imports_of(path: Path) -> Iterator[str]:
    """Yield the modules that a file imports when it runs, once for each statement that names them."""
    tree = ast.parse(path.read_text())
    for_types = {id(inner) for node in ast.walk(tree) if _is_for_types(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            is_package = (ROOT / node.module.replace(".", "/")).is_dir()
            yield f"{node.module}.{node.names[0].name}" if is_package else node.module


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def arcs() -> list[Arc]:
    """Return who imports whom, in the order of the column."""
    counts: Counter[tuple[str, str]] = Counter()
    for package in sorted({name.partition(".")[0].partition(":")[0] for name in PARTS}):
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            here = part_of(".".join(path.relative_to(ROOT).with_suffix("").parts))
            there = (part_of(module) for module in imports_of(path))
            counts.update((here, part) for part in there if here and part and part != here)
    order = list(PARTS)
    found = [Arc(above, below, count) for (above, below), count in counts.items()]
    return sorted(found, key=lambda arc: (order.index(arc.above), order.index(arc.below)))


def drawn(found: list[Arc]) -> str:
    """Return the picture as SVG; it needs no script and no font of its own."""
    rows = {name: TOP + ROW * place for place, name in enumerate(PARTS)}
    height = TOP + ROW * len(PARTS) + 10
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 {height}" role="img" '
        'font-family="sans-serif" font-size="13">',
        "<title>The parts of the portal and their imports, which all lead downwards</title>",
        f'<rect width="960" height="{height}" fill="#fff"/>',
        *(_arc(arc, rows) for arc in found),
        *(line for name, words in PARTS.items() for line in _box(name, words, rows[name])),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _box(name: str, words: str, y: int) -> Iterator[str]:
    fill = "#e7eef7" if name.startswith("applications") else "#f3f1ea"
    yield (
        f'<rect x="{LEFT}" y="{y}" width="{WIDTH}" height="{BOX}" rx="4" fill="{fill}" '
        'stroke="#5b6b7f" stroke-width="1"/>'
    )
    yield f'<text x="{LEFT + 10}" y="{y + 15}" font-weight="bold">{name}</text>'
    yield f'<text x="{LEFT + 10}" y="{y + 29}" font-size="11" fill="#333">{words}</text>'


def _arc(arc: Arc, rows: dict[str, int]) -> str:
    start, end = rows[arc.above] + BOX - 8, rows[arc.below] + 8
    is_kernel = arc.below == "core"
    side = LEFT if is_kernel else LEFT + WIDTH
    reach = (end - start) * (0.28 if is_kernel else 0.5) * (-1 if is_kernel else 1)
    colour = "#9aa3ad" if is_kernel else "#20507f"
    thickness = min(1 + arc.count / 15, 7)
    return (
        f'<path d="M{side} {start} C{side + reach:.0f} {start} {side + reach:.0f} {end} {side} {end}" '
        f'fill="none" stroke="{colour}" stroke-width="{thickness:.1f}" stroke-opacity="0.6">'
        f"<title>{arc.above} imports {arc.below}: {arc.count} times</title></path>"
    )


if __name__ == "__main__":
    PICTURE.write_text(drawn(arcs()))
