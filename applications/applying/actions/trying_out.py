"""Staff fill in the form of a call as applicants would: applications that count nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import uuid4

from django.utils.translation import gettext as _

from applications.applying.actions.erasing import erase_drafts
from applications.enums import MemberRole
from applications.models import Application, Call, Member
from applications.querysets import ApplicationQuerySet
from core.accounts.models import User
from core.questionnaires.models import FormVersion
from core.questionnaires.trying_out import CannotTryOut, TryingOut


class TestsOfCalls(TryingOut[Application]):
    """A test is an application of one version: its person has another one of the next."""

    def tests(self) -> ApplicationQuerySet:
        tests: ApplicationQuerySet = Application.including_tests.filter(is_test=True)
        return tests

    def begin(self, version: FormVersion, *, by: User) -> Application:
        call = Call.objects.select_for_update(no_key=True).filter(form=version.form_id).first()
        if call is None:
            raise CannotTryOut(_("New calls start with this form. To try it out, use the form of a call."))
        present = self.tests().filter(form_version=version).led_by(by).first()
        return present or _begun(call, version, by)

    def erase(self, tests: Iterable[Application]) -> None:
        erase_drafts(tests)


def _begun(call: Call, version: FormVersion, by: User) -> Application:
    key = uuid4()
    application: Application = Application.including_tests.create(
        call=call,
        form_version=version,
        public_id=key,
        reference=f"TEST-{key.hex[:12].upper()}",
        language=by.language,
        is_test=True,
        changed_by=by,
    )
    Member.objects.create(application=application, user=by, role=MemberRole.LEAD, added_by=by)
    return application


TESTS_OF_CALLS = TestsOfCalls()
