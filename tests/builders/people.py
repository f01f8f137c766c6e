"""People with an account, and staff with their roles."""

from __future__ import annotations

import itertools
from typing import Any

from core.accounts import actions
from core.accounts.enums import Role
from core.accounts.models import User
from tests.support.people import fresh_address

_number = itertools.count(1)
_kept: dict[str, User] = {}


def make_person(email: str = "ana@example.org", **fields: Any) -> User:
    """Open an account; further fields are set as its owner, or staff, would set them."""
    user = actions.open_account(
        email=email, name=fields.pop("name", ""), language=fields.pop("language", "en")
    )
    if fields:
        for name, value in fields.items():
            setattr(user, name, value)
        user.save()
    return user


def make_staff(*roles: Role, email: str = "staff@example.org", **fields: Any) -> User:
    user = make_person(email, **fields)
    return actions.give_roles(user_id=user.pk, roles=roles or (Role.MANAGER,), by=None)


def make_administrator(email: str = "admin@example.org") -> User:
    return make_staff(Role.ADMINISTRATOR, email=email)


def person(*roles: Role | None, email: str = "", name: str = "") -> User:
    """Somebody with an address that nobody has yet, staff if there is a role."""
    name, given = name or f"Person {next(_number)}", [role for role in roles if role]
    if not given:
        return make_person(email or fresh_address("person"), name=name)
    return make_staff(*given, email=email or fresh_address("staff", "oecd.example"), name=name)


def person_with_every_role() -> User:
    """Who sees every page of the administration."""
    return person(*Role)


def the_manager() -> User:
    """Who screens, assigns and selects where a test does not ask who did."""
    return _staff_once("manager@oecd.example", "Programme manager")


def the_second_manager() -> User:
    """Who confirms what the manager has proposed."""
    return _staff_once("second@oecd.example", "Second manager")


def _staff_once(email: str, name: str) -> User:
    """Return the same object while its row is there: it knows its permissions already."""
    known = _kept.get(email)
    if known is None or not User.objects.filter(pk=known.pk, email=email).exists():
        known = _kept[email] = make_staff(Role.MANAGER, email=email, name=name)
    return known
