"""A page walked through by the Tab key: what is not reached, where no focus is seen, what needs a mouse."""

from pathlib import Path

from playwright.sync_api import Page

SCRIPT = Path(__file__).with_suffix(".js").read_text()
# Parts that scroll are stops as well, though no controls.
MAX_OTHER_STOPS = 30


def learn_to_tab(page: Page) -> None:
    """Give the page, with every address it opens, what `findings_by_tab` asks it."""
    page.add_init_script(SCRIPT)


def findings_by_tab(page: Page, part: str = "#main") -> list[str]:
    """Press Tab through a part of the page, entered by its skip link, and say what is wrong, a line each."""
    # A page that gives the focus to its first field has passed the link already.
    if page.evaluate("document.activeElement !== document.body"):
        page.locator(f"a[href='{part}']").focus()
    else:
        page.keyboard.press("Tab")
    entered = page.evaluate("document.activeElement.getAttribute('href')")
    if entered != part:
        return [f"{page.url}: Tab begins at {entered}, not at the link that skips to {part}"]
    if not page.evaluate("tabbing.isOnTop(document.activeElement)"):
        return [f"{page.url}: the link that skips to {part} has the focus and is not seen"]
    page.keyboard.press("Enter")
    # Held down rather than pressed again and again: half of the messages to the browser.
    for _control in range(page.evaluate("part => tabbing.begin(part)", part)):
        page.keyboard.down("Tab")
    page.keyboard.up("Tab")
    for _other in range(MAX_OTHER_STOPS):
        if page.evaluate("tabbing.isOut()"):
            return [f"{page.url}: {finding}" for finding in page.evaluate("tabbing.end()")]
        page.keyboard.press("Tab")
    return [f"{page.url}: Tab does not come out of {part} again"]
