"""Makes the first administrator, who then gives everybody else their roles."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from core.accounts import actions, set_up_codes
from core.accounts.enums import Role
from core.accounts.models import User
from core.mail.mailboxes import NoAddress, address_of

NEXT = """{email} is administrator.
What to do next:
1. Open {address} and enter this e-mail address.
2. Enter the six-digit code that arrives by e-mail.
3. Set up an authenticator app or a passkey, and keep the recovery codes.{set_up}
Then give your colleagues their roles under “People & roles”."""
SET_UP = """
   Before that you are asked for this set-up code, shown only now and valid for three days:
   {code}
   If you are not this person, tell it in person or by phone, never by e-mail."""


class Command(BaseCommand):
    help = (
        "Make a person administrator. Safe to run again: a second run changes no role, and prints a new "
        "set-up code as long as the person has no second factor."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the e-mail address with which the person logs in")
        parser.add_argument("--name", default="", help="the person's name")

    def handle(self, *args: Any, email: str, name: str, **options: Any) -> None:
        try:
            email = address_of(email)
        except NoAddress as error:
            raise CommandError(f"{email!r} is not an e-mail address. {error}") from error
        user = actions.open_account(email=email, name=name)
        roles = {*user.groups.values_list("name", flat=True), Role.ADMINISTRATOR}
        actions.give_roles(user_id=user.pk, roles=roles, by=None, reason="create_administrator")
        address = settings.SITE_URL + reverse("admin:index")
        self.stdout.write(NEXT.format(email=user.email, address=address, set_up=_set_up_code(user.pk)))


def _set_up_code(user_id: int) -> str:
    if not set_up_codes.is_needed(User.objects.get(pk=user_id)):
        return ""
    _user, code = actions.issue_set_up_code(user_id=user_id, by=None, reason="create_administrator")
    return SET_UP.format(code=code)
