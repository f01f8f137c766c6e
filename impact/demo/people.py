"""The people of the demo. They are invented: staff are named by their role, others by a tree or a river."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from django.contrib.auth.hashers import check_password, is_password_usable, make_password

from core.accounts import actions
from core.accounts.enums import Role
from core.accounts.models import User

STAFF_EMAIL = "staff@impact.example"
SECOND_STAFF_EMAIL = "second@impact.example"
AUDITOR_EMAIL = "auditor@impact.example"
REVIEWER_EMAILS = [f"reviewer{number}@impact.example" for number in range(1, 5)]
# One for all staff of the demo, which listens on this machine alone.
STAFF_PASSWORD = "impact-demo"

APPLICANT_EMAIL = "applicant@impact.example"
EXPERT_EMAIL = "expert@impact.example"

_STAFF: dict[str, tuple[str, list[Role]]] = {
    STAFF_EMAIL: ("Programme manager", [Role.MANAGER, Role.COMMUNICATIONS, Role.ADMINISTRATOR]),
    SECOND_STAFF_EMAIL: ("Second manager", [Role.MANAGER]),
    AUDITOR_EMAIL: ("Auditor", [Role.AUDITOR]),
    **{email: (f"Reviewer {number}", [Role.REVIEWER]) for number, email in enumerate(REVIEWER_EMAILS, 1)},
}


def make_staff() -> dict[str, User]:
    """Make the staff, log-in included; the same people on every call."""
    return {email: _staff(email, name, roles) for email, (name, roles) in _STAFF.items()}


def member(email: str, name: str = "", language: str = "en") -> User:
    """Return the account of somebody outside the OECD."""
    return actions.open_account(email=email, name=name, language=language)


def _staff(email: str, name: str, roles: Iterable[Role]) -> User:
    user = actions.open_account(email=email, name=name)
    user = actions.give_roles(user_id=user.pk, roles=roles, by=None, reason="Demo")
    if not _opens(user.password):
        user.password = _hashed_password()
        user.save(update_fields=["password"])
    return user


# Hashing is slow by design, and all share the password: once is enough.
@cache
def _hashed_password() -> str:
    return make_password(STAFF_PASSWORD)


@cache
def _opens(hashed: str) -> bool:
    return is_password_usable(hashed) and check_password(STAFF_PASSWORD, hashed)
