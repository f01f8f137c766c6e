"""Pages about a form say which one it is: by its call, or as the form for experts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from core.questionnaires.admin import FormAdmin
from core.questionnaires.models import FormVersion
from tests.core.questionnaires.test_editor import Editor, editor
from tests.experts.test_form_pages import addresses

__all__ = ["editor"]

pytestmark = pytest.mark.django_db


def pages_of(version: FormVersion) -> list[str]:
    """Return the pages of a form: its own, those of its draft, and its decisions."""
    section = version.sections.first()
    known = {
        "pk": version.form_id,
        "section": section.pk,
        "question": version.questions.filter(is_core=False, rows=None).first().pk,
        "number": 1,
    }
    left_out = ("export", "word", "preview", "options", "remove-option")
    routes = [page.route for page in FormAdmin.pages if page.name not in left_out]
    found = [re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(known[part[1]]), route) for route in routes]
    found += [f"{version.form_id}/decide/{decision.name}/" for decision in FormAdmin.decisions]
    return [f"/admin/questionnaires/form/{route}" for route in (*found, f"{version.form_id}/change/")]


def breadcrumb(page: Any, form_id: int) -> str:
    """Return the words of the link to the form in the head of a page."""
    address = reverse("admin:questionnaires_form_change", args=[form_id])
    head = page.content.decode().partition('id="content-main"')[0].partition('id="content"')[0]
    links = re.findall(rf'<a[^>]*href="{address}"[^>]*>(.*?)</a\s*>', head, re.DOTALL)
    return " ".join(strip_tags(" ".join(links)).split())


def test_breadcrumbs_and_confirmations_name_the_call_or_the_experts(editor: Editor):
    title = str(editor.form.call.title)
    for address in pages_of(editor.draft):
        page = editor.client.get(address)
        assert page.status_code == 200, address
        assert title in breadcrumb(page, editor.form.pk), address
        assert "Application form" not in page.content.decode().replace("<td", "").partition("versions")[0]
        if "/decide/" in address:
            assert title in " ".join(strip_tags(page.content.decode().partition("<h2")[2]).split()), address

    of_experts = addresses()
    form_id = int(of_experts[0].split("/")[4])
    for address in of_experts:
        assert "Expert profile form" in breadcrumb(editor.client.get(address), form_id), address
