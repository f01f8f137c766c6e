"""Pages on which a test of a form could be found: of staff by their kind, of visitors by the URL patterns."""

from __future__ import annotations

import re
from uuid import UUID

from django.contrib import admin
from django.urls import reverse

from applications.models import Call
from core.accounts.models import User
from impact.pages.open_data import LIVE_SETS
from tests.support.addresses import addresses
from tests.support.admin_pages import pages

# Stands in whatever is typed in a test.
MARK = "zzyzx"
# Kinds of pages of the administration that show rows or figures.
SHOWN = {
    "analysis", "autocomplete", "balance", "board", "change", "changelist", "compare", "criteria",
    "criteria-version", "draft", "export", "find", "import", "index", "letter", "letters", "one", "optimise",
    "pool", "progress", "publish", "score", "search", "try-out",
}  # fmt: skip
A_DRAFT = "asks how one part of a draft shall be, and shows no answers"
# All other kinds, and why they are not read.
LEFT_OUT = {
    "add": "asks for a new row",
    "add-question": A_DRAFT,
    "add-section": A_DRAFT,
    "change-criteria": "asks for criteria; its figures are of reviews, and no test has one",
    "columns": "asks which columns of a list are shown, and has no rows",
    "condition": A_DRAFT,
    "cv": "a file of one expert; that of a test opens for no staff, as another test says",
    "delete": "asks about one row, which the list has",
    "document": "a file of one application; that of a test opens for no staff, as another test says",
    "exporting": "asks which columns a file has; the file is read",
    "history": "how one row was before",
    "many": "leads back to the list without ticked rows",
    "move": A_DRAFT,
    "not": "asks about one run, of which no test is part",
    "options": A_DRAFT,
    "pdf": "a version of one application, and a test has none",
    "preview": A_DRAFT,
    "question": A_DRAFT,
    "remove-option": A_DRAFT,
    "remove-question": A_DRAFT,
    "remove-section": A_DRAFT,
    "save": "asks for the name of a view of a list, and has no rows",
    "section": A_DRAFT,
    "template": "a file without rows",
    "version": "how one row was before",
    "word": "the form questions without answers",
}
# The app whose rows have nothing to do with applications and experts.
APART = "reference"
# Who looked at what is on record, so these pages are others each time.
OF_THE_READER = re.compile(r"/admin/(access|accounts/user)/")
# What visitors can ask for and is not read, and why.
NOT_READ = {
    "applications:questions_pdf": "the words of the page of questions, made anew as a file each time",
    "applications:questions_word": "the words of the page of questions, made anew as a file each time",
    "mfa_login_webauthn": "a number by chance, other at each call",
}
# For whatever addresses name besides a call: a visitor finds no row by these.
NAMED = {
    **dict.fromkeys(("name", "question", "section", "token"), "a"),
    **dict.fromkeys(("member", "member_id", "number", "pk", "region", "version"), 1),
    **dict.fromkeys(("document_id", "invitation_id", "partner_id", "public_id"), UUID(int=1)),
    "pages:open_data_reference:name": "countries.csv",
    "experts:section:section": "about",
    "expert_test:section:section": "about",
}


def shown(user: User) -> list[str]:
    """Return the addresses of the administration that show rows or figures."""
    found = [
        page.address
        for page in pages(user)
        if page.kind in SHOWN - {"autocomplete", "find", "search"}
        and not OF_THE_READER.match(page.address)
        and not (page.model_admin and page.model_admin.opts.app_label == APART)
    ]
    return [*found, *searches()]


def searches() -> list[str]:
    """Return where staff would look for the tests: on every page, and in every field that offers rows."""
    fields = [
        {"app_label": each.opts.app_label, "model_name": each.opts.model_name, "field_name": field}
        for each in admin.site._registry.values()
        for field in each.autocomplete_fields
    ]
    offered = [reverse("admin:autocomplete", query=field | {"term": MARK}) for field in fields]
    everywhere = [reverse("admin:search", query={"s": MARK} | more) for more in ({}, {"extended": 1})]
    return [*everywhere, reverse("admin:find", query={"s": MARK}), *offered]


def public() -> list[str]:
    """Return every address outside the administration, as a visitor may ask for it."""
    values = [NAMED | {"slug": call.slug, "form": "csv"} for call in Call.objects.all()]
    sets = [
        {"pages:open_data_live:name": name, "form": form} for name in LIVE_SETS for form in ("csv", "json")
    ]
    every = [values[0] | NAMED | each for each in sets] + [each | sets[0] for each in values]
    return list(dict.fromkeys(a.path for each in every for a in addresses(each) if a.name not in NOT_READ))
