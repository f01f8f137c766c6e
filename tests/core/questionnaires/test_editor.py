"""The editor of a draft: what staff see, press and type, over HTTP."""

from __future__ import annotations

import pytest
from django.test import Client

from core.accounts.enums import Role
from core.questionnaires.actions import drafts
from tests.builders.calls import open_call
from tests.builders.people import person

pytestmark = pytest.mark.django_db


def test_smoke(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    manager = person(Role.MANAGER)
    form = open_call().form
    client = Client()
    client.force_login(manager)
    base = f"/admin/questionnaires/form/{form.pk}/"
    assert client.get("/admin/questionnaires/form/").status_code == 200
    assert client.get(base + "change/").status_code == 200
    assert client.get(base + "draft/").status_code == 302
    draft = drafts.begin(form_id=form.pk, by=manager)
    page = client.get(base + "draft/")
    assert page.status_code == 200
    print(page.content.decode()[-3000:])
    for s in draft.sections.all():
        assert client.get(base + f"draft/section/{s.pk}/").status_code == 200
        assert client.get(base + f"draft/section/{s.pk}/add/").status_code == 200
        assert client.get(base + f"draft/section/{s.pk}/remove/").status_code == 200
        r = client.get(base + f"draft/preview/{s.key}/")
        assert r.status_code == 200
        print(r.headers["Content-Security-Policy"], r.headers["X-Frame-Options"])
    for q in draft.questions.all():
        assert client.get(base + f"draft/question/{q.pk}/").status_code == 200, q
        for p in ["move/", "remove/", "condition/", "list/choices/"]:
            r = client.get(base + f"draft/question/{q.pk}/{p}")
            print(q.key, p, r.status_code)
    assert client.get(base + "draft/section/add/").status_code == 200
