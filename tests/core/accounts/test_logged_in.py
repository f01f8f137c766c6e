"""Who is at the screen, where a page took for granted that somebody is."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory

from core.accounts.logged_in import person_at
from core.accounts.models import User
from core.accounts.views.login import EnterCodeView


def test_person_at_a_page_is_who_is_logged_in() -> None:
    request = RequestFactory().get("/")
    request.user = User(email="ana@example.org")

    assert person_at(request) is request.user


def test_person_at_a_page_that_forgot_to_ask_for_a_log_in_is_refused() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()

    with pytest.raises(PermissionDenied):
        person_at(request)


def test_code_that_expires_while_the_page_answers_is_not_found() -> None:
    """Between two looks at the row of the code, its time may end: that is no fault of the portal."""
    view = EnterCodeView()
    view.setup(RequestFactory().get("/"))
    view.__dict__["asked"] = None

    with pytest.raises(Http404):
        assert view.origin
