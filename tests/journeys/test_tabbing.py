"""The walk by the Tab key finds what is wrong with a page, else it proves nothing about those it passes."""

import pytest
from playwright.sync_api import Page

from tests.support.tabbing import findings_by_tab, learn_to_tab

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGE = "<a href='#main'>Skip</a><main id='main'>%s<button>One</button> <a href='/'>Two</a></main>"
STOP = "<button %s>Other</button>"
# As searched lists do it: what shows the focus is taken away by a timer, after the focus has gone.
LATE = """
<button id="late" style="outline: none" onfocus="this.style.background = 'red'">Other</button>
</main><button onblur="setTimeout(() => { late.style.background = '' }, 1)">After</button><main>
"""


def found(page: Page, part: str) -> list[str]:
    learn_to_tab(page)
    page.goto("about:blank")
    page.set_content(PAGE % part)
    return [finding.partition(": ")[2] for finding in findings_by_tab(page)]


@pytest.mark.parametrize(
    "part",
    [
        STOP % "",
        STOP % "disabled",
        "<input type=radio name=a><input type=radio name=a>",
        "<label style='cursor: pointer'>Yes <input type=checkbox></label>",
        "<details><summary>More</summary><button>Closed away</button></details>",
        "<div style='cursor: pointer'><a href='/'>Row</a></div>",
        LATE,
    ],
)
def test_page_that_works_by_keyboard_has_no_findings(page: Page, part: str) -> None:
    assert found(page, part) == []


@pytest.mark.parametrize(
    ("part", "finding"),
    [
        ("<a href='/' tabindex=-1>Other</a>", "Tab does not reach a “Other”"),
        (STOP % "style='outline: none'", "focus not seen on button “Other”"),
        (STOP % "style='outline-color: transparent'", "focus not seen on button “Other”"),
        ("<div @click='open = true'>Other</div>", "for the mouse alone: div “Other”"),
        ("<div style='cursor: pointer'>Other</div>", "for the mouse alone: div “Other”"),
        (STOP % "onkeydown='event.preventDefault()'", "Tab does not come out of #main again"),
        (
            STOP % "" + "<p style='position: fixed; inset: 0; z-index: 1; top: 4px; background: red'></p>",
            "under something else when focused: button “Other”",
        ),
    ],
)
def test_fault_is_found(page: Page, part: str, finding: str) -> None:
    page.set_viewport_size({"width": 400, "height": 300})
    assert finding in found(page, part)
