"""What the demo's visitor finds on a page: the words, links and forms of a browser without JavaScript."""

from impact.demo.pages import Page, PageButton, PageForm

HTML = """<!doctype html>
<html><head><title>Not on the page</title><style>.x { }</style></head><body>
<!-- <a href="/never/">Comment</a> -->
<p>“Rhin <b>supérieur</b>”&nbsp;&amp; more<script>var words = "<p>none</p>";</script></p>
<template><form><input name="row-9"><button>Add</button></form></template>
<div data-x="a > b"><a href="/one/"><span>One</span> of
 two</a></div>
<form action="/save/" method="POST">
  <input type="hidden" name="token" value="a&quot;b">
  <input name="empty">
  <input name="off" value="x" disabled>
  <input type="file" name="paper">
  <label><input type="checkbox" name="yes" checked> Yes</label>
  <label><input type="checkbox" name="no"> No</label>
  <label><input type="radio" name="side" value="de"> Germany</label>
  <label><input type="radio" name="side" value="fr" checked> France</label>
  <textarea name="text">
&lt;b&gt; two
lines</textarea>
  <select name="one"><option value="1">First</option><option>Second</option></select>
  <select name="many" multiple><option value="a" selected>A</option><option value="b">B</option>
    <option value="c" selected>C</option></select>
  <button name="go" value="next"><span>Save</span> and continue</button>
  <button type="button" name="toggle">Show more</button>
  <input type="submit" name="delete" value="Delete">
</form>
<form><button>Search</button></form>
</body></html>"""


def test_page_says_what_a_person_reads():
    page = Page(HTML.encode())

    assert page.text.startswith("“Rhin supérieur ” & more One of two")
    assert [word for word in ("Not on", "Comment", "none", "Add", ".x", "a >") if word in page.text] == []
    assert page.links == [("One of two", "/one/")]


def test_page_has_forms_as_a_browser_sends_them():
    save, search = Page(HTML.encode()).forms

    assert save == PageForm(
        action="/save/",
        method="post",
        fields=[
            ("token", 'a"b'),
            ("empty", ""),
            ("yes", "on"),
            ("side", "fr"),
            ("text", "<b> two\nlines"),
            ("one", "1"),
            ("many", "a"),
            ("many", "c"),
        ],
        names={"token", "empty", "paper", "yes", "no", "side", "text", "one", "many"},
        buttons=[PageButton("Save and continue", "go", "next"), PageButton("Delete", "delete", "Delete")],
    )
    assert search == PageForm("", "get", [], set(), [PageButton("Search", "", "")])


def test_page_offers_options_and_boxes_with_their_labels():
    page = Page(HTML.encode())

    assert list(page.offered("one")) == [("1", "First"), ("Second", "Second")]
    assert list(page.offered("side")) == [("de", "Germany"), ("fr", "France")]
    assert list(page.offered("yes")) == [("on", "Yes")]
    assert list(page.offered("text")) == []


def test_page_without_html_is_its_text():
    assert [Page(content).text for content in (b"", b"  \n", b'{"status": "ok"}')] == [
        "",
        "",
        '{"status": "ok"}',
    ]
