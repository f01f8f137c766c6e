"""Saved views: one's own and those shared with a role, and nothing in them that their reader may not see."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.test import Client

from applications.models import Review
from core.accounts.enums import Role
from core.accounts.models import User
from core.history import NotAllowed
from core.lists import actions
from core.lists.enums import Separator
from core.lists.looks import separator_of
from core.lists.models import ListSettings, SavedView
from tests.builders.applications import eligible
from tests.builders.calls import closed_call
from tests.builders.people import make_staff
from tests.builders.reviews import assigned
from tests.support.lookups import lists_of

pytestmark = pytest.mark.django_db
LIST = "/admin/applications/application/"
VIEWS = "/admin/lists/savedview/"
LABEL = "applications.application"


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def as_(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def staff(role: Role, name: str) -> User:
    return make_staff(role, email=f"{name}@example.org")


def saved(by: User, name: str = "To screen", role: str = "", **kwargs: Any) -> SavedView:
    given = {"label": LABEL, "query": "status__exact=submitted&o=-call", "columns": {"call": True}} | kwargs
    return actions.save_view(by=by, name=name, role=role, **given)


def test_view_is_saved_as_the_list_is_and_opened_above_it() -> None:
    manager = staff(Role.MANAGER, "ana")
    client = as_(manager)
    columns = client.get(LIST).context["list_bar"].columns_url
    client.post(columns, {"columns": ["status_label", "call"]})
    page = client.get(LIST, {"status__exact": "submitted", "q": "a&b", "o": "-call", "p": "1"})

    done = client.post(page.context["list_bar"].save_url, {"name": "To screen", "role": Role.AUDITOR})

    view = SavedView.objects.get()
    assert (view.query, view.role) == ("status__exact=submitted&q=a%26b&o=-call", Role.AUDITOR)
    client.post(columns, {"columns": ["countries"]})
    for address in (done["Location"], client.get(f"{VIEWS}{view.pk}/show/")["Location"]):
        context = client.get(address).context
        assert context["cl"].list_display == ["action_checkbox", "number", "call", "status_label"]
        assert [str(pill.title) for pill in context["list_bar"].pills] == ["Search", "status"]
        assert [link.is_open for link in context["list_bar"].views] == [True]
        plain = client.get(f"{LIST}{context['list_bar'].pills[1].without}")
        assert plain.context["cl"].list_display == context["cl"].list_display
    assert client.get(LIST).context["cl"].list_display == ["action_checkbox", "number", "countries"]
    assert [link.view for link in as_(staff(Role.AUDITOR, "otto")).get(LIST).context["list_bar"].views] == [
        view
    ]


def test_who_sees_which_view_and_may_change_it() -> None:
    ana, bo = staff(Role.MANAGER, "ana"), staff(Role.MANAGER, "bo")
    auditor, admin_ = staff(Role.AUDITOR, "otto"), staff(Role.ADMINISTRATOR, "ada")
    own, shared = saved(ana, "Own"), saved(ana, "Shared", role=Role.AUDITOR)
    table = [
        (ana, own, True, True),
        (bo, own, False, False),
        (auditor, own, False, False),
        (admin_, own, False, False),
        (ana, shared, True, True),
        (bo, shared, False, True),
        (auditor, shared, True, False),
        (admin_, shared, False, True),
    ]
    for who, view, sees, may in table:
        assert (view in SavedView.objects.visible_to(who)) is sees, (who, view)
        assert actions.may_change(view, who) is may, (who, view)
        answer = as_(who).get(f"{VIEWS}{view.pk}/change/")
        assert (answer.status_code == 200) is sees
        if not may:
            for refused in (actions.remove_view, lambda **given: actions.rename_view(name="X", **given)):
                with pytest.raises(NotAllowed):
                    refused(view_id=view.pk, by=who)
    with pytest.raises(NotAllowed):
        saved(auditor, role=Role.AUDITOR)
    with pytest.raises(NotAllowed):
        actions.share_view(view_id=saved(auditor).pk, by=auditor, role=Role.MANAGER)
    assert "role" not in as_(auditor).get(f"{VIEWS}save/", {"list": LABEL}).context["form"].fields
    assert SavedView.objects.count() == 3


def test_views_are_renamed_shared_and_removed_by_buttons() -> None:
    ana = staff(Role.MANAGER, "ana")
    client = as_(ana)
    view, other = saved(ana), saved(ana, "Other")

    refused = client.post(f"{VIEWS}{view.pk}/decide/rename/", {"name": "Other"})
    assert refused.status_code == 409
    assert "already" in refused.content.decode()
    client.post(f"{VIEWS}{view.pk}/decide/rename/", {"name": "First"})
    client.post(f"{VIEWS}{view.pk}/decide/share/", {"role": Role.REVIEWER})
    client.post(f"{VIEWS}{other.pk}/decide/remove/")

    assert [(view.name, view.role) for view in SavedView.objects.all()] == [("First", Role.REVIEWER)]
    assert saved(ana, "First", role=Role.REVIEWER, query="q=1").pk == view.pk
    assert SavedView.objects.get().query == "q=1"


def test_shared_view_holds_nothing_that_its_reader_is_not_offered() -> None:
    """A reviewer's list of reviews has neither the column nor the filter of the reviewers."""
    manager, reviewer = staff(Role.MANAGER, "ana"), staff(Role.REVIEWER, "rita")
    assigned(eligible(closed_call()), reviewer)
    reviews = admin.site._registry[Review].list_url()
    view = saved(
        manager,
        label="applications.review",
        role=Role.REVIEWER,
        query=f"reviewer__id__exact={manager.pk}&status__exact=assigned&o=person&nothing__regex=a",
        columns={"person": True},
    )
    client = as_(reviewer)

    (link,) = client.get(reviews).context["list_bar"].views
    opened = client.get(f"{reviews}{link.address}")

    assert opened.status_code == 200
    assert "person" not in opened.context["cl"].list_display
    assert [str(pill.title) for pill in opened.context["list_bar"].pills] == ["status"]
    assert opened.context["list_bar"].sorting == []
    assert client.get(f"{VIEWS}{view.pk}/show/")["Location"] == f"{reviews}{link.address}"
    assert client.get(f"{VIEWS}{saved(manager, role=Role.REVIEWER).pk}/show/").status_code == 403


def test_pages_about_a_list_open_for_whoever_sees_that_list_and_for_no_other_list() -> None:
    for role in Role:
        person = staff(role, role.name.lower())
        client, seen = as_(person), {one.opts.label_lower for one in lists_of(person)}
        for model_admin in admin.site._registry.values():
            label = model_admin.opts.label_lower
            for name in ("columns", "save"):
                answer = client.get(f"{VIEWS}{name}/", {"list": label})
                assert answer.status_code == (200 if label in seen else 403), (role, label, name)
        for label in ("nothing", "a.b", "lists.listsettings", "auth.group"):
            assert client.get(f"{VIEWS}columns/", {"list": label}).status_code == 404
        assert client.get(f"{VIEWS}columns/")["Location"] == VIEWS


def test_views_of_one_list_have_a_limit_that_replacing_does_not_touch(monkeypatch: Any) -> None:
    monkeypatch.setattr(actions, "MOST_VIEWS", 1)
    ana = staff(Role.MANAGER, "ana")
    saved(ana)
    saved(ana)
    with pytest.raises(ValidationError):
        saved(ana, "Another")
    answer = as_(ana).post(f"{VIEWS}save/?list={LABEL}", {"name": "Another"})
    assert "too many views" in answer.content.decode()
    assert "Another" in answer.content.decode()


def test_accounts_that_become_one_keep_the_settings_of_one() -> None:
    kept, double = staff(Role.MANAGER, "ana"), staff(Role.MANAGER, "ana2")
    for who, separator in ((kept, Separator.SEMICOLON), (double, Separator.COMMA)):
        saved(who)
        actions.choose_separator(by=who, label=LABEL, separator=separator)
    actions.choose_density(by=double, label="experts.expert", is_compact=True)
    saved(double, "Only here")

    actions.keep_those_of_one(kept=kept, double=double)
    SavedView.objects.filter(owner=double).update(owner=kept)
    ListSettings.objects.filter(person=double).update(person=kept)

    assert separator_of(kept) == Separator.SEMICOLON
    assert sorted(SavedView.objects.values_list("name", flat=True)) == ["Only here", "To screen"]
    actions.forget(kept)
    assert not SavedView.objects.exists()
    assert not ListSettings.objects.exists()
