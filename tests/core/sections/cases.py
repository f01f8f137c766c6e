"""A question of every kind, what is typed, what is kept of it, how it is told, and what is refused."""

from __future__ import annotations

from typing import Any, NamedTuple

from core.reference.models import Language
from core.sections import kinds
from core.sections.kinds.base import KINDS
from core.sections.kinds.rows import KeyedRows, OrderedRows, RowsByColumn
from core.sections.questions import Formula, Question

HOSTILE = "<script>alert('1')</script> & \"Ö\" {{ x }} 日本 =1+1"
ADDRESS = "ana@xn--mller-kva.example"
NAME = Question("name", kinds.LINE, label="Name", limit=200)
LANGUAGE = Question("language", kinds.TERM, label="Language", is_always_required=True, vocabulary=Language)
LEVEL = Question(
    "level", kinds.CHOICE, label="Level", is_always_required=True, choices=((1, "Low"), (2, "High"))
)


class Case(NamedTuple):
    question: Question
    typed: dict[str, Any]
    cells: dict[str, Any]
    told: list[str]
    wrong: dict[str, Any] = {}


def asks(kind: kinds.Kind, **more: Any) -> Question:
    return Question("q", kind, label="Question", **more)


def rows(*rows: dict[str, Any]) -> dict[str, Any]:
    typed = {"q-TOTAL_FORMS": str(len(rows)), "q-INITIAL_FORMS": "0"}
    return typed | {f"q-{i}-{name}": value for i, row in enumerate(rows) for name, value in row.items()}


KEY = "0" * 31 + "7"
ROW = {"name": HOSTILE, "cost": "1,5", "said_de": "Ja", "where": "Kehl", "day": "2027-01-02"}
ROW |= {"sure": "no", "spoken": ["fr", "de"], "near": ["FRF11"], "key": KEY}
CHOICES = (("a", "First"), ("b", HOSTILE))
CASES = {
    "line": Case(asks(kinds.LINE, limit=200), {"q": HOSTILE}, {"q": HOSTILE}, [HOSTILE], {"q": "x" * 201}),
    "mail": Case(
        asks(kinds.MAIL), {"q": "Ana@Müller.example"}, {"q": ADDRESS}, [ADDRESS], {"q": "ana at home"}
    ),
    "web": Case(
        asks(kinds.WEB, limit=200),
        {"q": "ana.example/?a=<b>"},
        {"q": "https://ana.example/?a=<b>"},
        ["https://ana.example/?a=<b>"],
        {"q": "javascript:alert(1)"},
    ),
    "text": Case(
        asks(kinds.TEXT, limit=300),
        {"q": f"{HOSTILE}\nsecond"},
        {"q": f"{HOSTILE}\nsecond"},
        [HOSTILE, "second"],
        {"q": "x" * 301},
    ),
    "number": Case(
        asks(kinds.NUMBER, limit=10**7), {"q": "1 234 567"}, {"q": 1234567}, ["1,234,567"], {"q": "1e9"}
    ),
    "month": Case(asks(kinds.MONTH), {"q": "2027-03"}, {"q": "2027-03-01"}, ["March 2027"], {"q": "0000-13"}),
    "tick": Case(asks(kinds.TICK), {"q": "on"}, {"q": True}, ["Yes"]),
    "choice": Case(asks(kinds.CHOICE, choices=CHOICES), {"q": "b"}, {"q": "b"}, [HOSTILE], {"q": "c"}),
    "choices": Case(
        asks(kinds.CHOICES, choices=CHOICES, limit=2),
        {"q": ["b", "a"]},
        {"q": ["a", "b"]},
        ["First", HOSTILE],
        {"q": ["a", "c"]},
    ),
    "term": Case(asks(kinds.TERM, vocabulary=Language), {"q": "de"}, {"q": "de"}, ["German"], {"q": "xx"}),
    "terms": Case(
        asks(kinds.TERMS, vocabulary=Language, limit=2),
        {"q": ["fr", "de"]},
        {"q": ["de", "fr"]},
        ["German", "French"],
        {"q": ["de", "fr", "it"]},
    ),
    "region": Case(
        asks(kinds.REGION), {"q": "Bas-Rhin (FRF11)"}, {"q": "FRF11"}, ["Bas-Rhin (FRF11)"], {"q": "Qwrtzp"}
    ),
    "regions": Case(
        asks(kinds.REGIONS, limit=2),
        {"q": ["FRF11", "DE134"]},
        {"q": ["DE134", "FRF11"]},
        ["Ortenaukreis (DE134)", "Bas-Rhin (FRF11)"],
        {"q": ["XX999"]},
    ),
    "rows": Case(
        asks(kinds.ROWS, columns=(LANGUAGE, LEVEL), key_column="language", twice_text="Twice.", limit=3),
        rows({"language": "fr", "level": "1"}, {"language": "de", "level": "2"}),
        {"q": [{"language": "de", "level": 2}, {"language": "fr", "level": 1}]},
        ["German; High", "French; Low"],
        rows({"language": "fr", "level": "1"}, {"language": "fr", "level": "2"}),
    ),
    "ordered_rows": Case(
        asks(OrderedRows(), columns=(NAME,), key_column="name", limit=3),
        rows({"name": HOSTILE}, {"name": "A"}),
        {"q": [{"name": HOSTILE}, {"name": "A"}]},
        [HOSTILE, "A"],
        rows({"name": "x" * 201}, {"name": "A"}),
    ),
    "keyed_rows": Case(
        asks(KeyedRows(), columns=(NAME,), limit=3),
        rows({"name": HOSTILE, "key": KEY}),
        {f"q.{KEY}": {"name": HOSTILE}},
        [HOSTILE],
        rows({"name": "x" * 201, "key": KEY}),
    ),
    "rows_by_column": Case(
        asks(RowsByColumn(), columns=(LANGUAGE, LEVEL), key_column="language", twice_text="Twice.", limit=3),
        rows({"language": "fr", "level": "1"}, {"language": "de", "level": "2"}),
        {"q.fr": {"language": "fr", "level": 1}, "q.de": {"language": "de", "level": 2}},
        ["French; Low", "German; High"],
        rows({"language": "fr", "level": ""}),
    ),
    "phone": Case(
        asks(KINDS["phone"]),
        {"q": "+33 (0)3 88-12 34"},
        {"q": "+33 (0)3 88-12 34"},
        ["+33 (0)3 88-12 34"],
        {"q": "call me"},
    ),
    "amount": Case(
        asks(KINDS["amount"], limit="100000.5"),
        {"q": "1 234,50 €"},
        {"q": "1234.5"},
        ["€\xa01,234.50"],
        {"q": "1.001,999"},
    ),
    "date": Case(
        asks(KINDS["date"], least="2027-01-01", limit="2027-12-31"),
        {"q": "3.5.2027"},
        {"q": "2027-05-03"},
        ["3 May 2027"],
        {"q": "2028-01-01"},
    ),
    "yes_no": Case(asks(KINDS["yes_no"]), {"q": "no"}, {"q": False}, ["No"], {"q": "maybe"}),
    "place": Case(
        asks(KINDS["place"]),
        {"q": "Kehl"},
        {"q": {"id": 2891951, "name": "Kehl", "unit": "DE134", "country": "DE"}},
        ["Kehl, Ortenaukreis, Germany"],
        {"q": "Qwrtzp"},
    ),
    "texts": Case(
        asks(KINDS["texts"], choices=(("de", ""), ("ca", "")), limit=300),
        {"q_de": HOSTILE, "q_ca": "Hola"},
        {"q.de": HOSTILE, "q.ca": "Hola"},
        [f"German: {HOSTILE}", "Catalan: Hola"],
        {"q_de": "x" * 301, "q_ca": "Hola"},
    ),
    "dependent_choice": Case(
        asks(
            KINDS["dependent_choice"],
            depends_on="side",
            choices=(("l", "Left"), ("r", "Right")),
            choices_by={"l": (("a", "First"),), "r": (("b", HOSTILE), ("c", "C"))},
        ),
        {"q": "b"},
        {"q": "b"},
        [HOSTILE],
        {"q": "z"},
    ),
    "table": Case(
        asks(
            KINDS["table"],
            fixed_rows=(("staff", "Staff"), ("travel", HOSTILE)),
            columns=(
                Question("y1", KINDS["amount"], label="2027", limit=5000),
                Question("y2", KINDS["amount"], label="2028", is_required=False),
            ),
        ),
        {"q-staff-y1": "0,1", "q-staff-y2": "0.2", "q-travel-y1": "1 000"},
        {"q.staff.y1": "0.1", "q.staff.y2": "0.2", "q.travel.y1": "1000"},
        [
            "Staff; €\xa00.10; €\xa00.20; €\xa00.30",
            f"{HOSTILE}; €\xa01,000.00; –; €\xa01,000.00",
            "Total; €\xa01,000.10; €\xa00.20; €\xa01,000.30",
        ],
        {"q-staff-y1": "5001", "q-staff-y2": "0.2", "q-travel-y1": "1000"},
    ),
    "group": Case(
        asks(
            KINDS["group"],
            limit=3,
            columns=(
                NAME,
                Question("cost", kinds.NUMBER, label="Cost", decimals=2, unit="k€"),
                Question("twice", KINDS["computed"], label="Twice", formula=Formula("sum", ("cost", "cost"))),
                Question("said", KINDS["texts"], label="Said", choices=(("de", ""),), is_required=False),
                Question("where", KINDS["place"], label="Where", is_required=False),
                Question("day", KINDS["date"], label="Day", is_required=False),
                Question("sure", KINDS["yes_no"], label="Sure", is_required=False),
                Question("spoken", kinds.TERMS, label="Spoken", vocabulary=Language, is_required=False),
                Question("near", kinds.REGIONS, label="Near", is_required=False),
            ),
        ),
        rows(ROW),
        {
            f"q.{KEY}": {"name": HOSTILE, "cost": "1.5", "said": {"de": "Ja"}, "day": "2027-01-02"}
            | {"where": {"id": 2891951, "name": "Kehl", "unit": "DE134", "country": "DE"}}
            | {"sure": False, "spoken": ["de", "fr"], "near": ["FRF11"]}
        },
        [
            f"{HOSTILE}; 1.5\xa0k€; 3; German: Ja; Kehl, Ortenaukreis, Germany; 2 January 2027; No; "
            "German; French; Bas-Rhin (FRF11)"
        ],
        rows(ROW | {"name": "x" * 201}),
    ),
}
# Not typed: files are uploaded on a page of their own, the other is worked out.
WITHOUT_FIELDS = {"files", "computed"}
