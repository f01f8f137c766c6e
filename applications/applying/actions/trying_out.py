"""Staff fill in a form as applicants would, before anybody is asked it: applications that count nowhere."""

from __future__ import annotations

from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from applications.applying.actions.erasing import erase_drafts
from applications.enums import MemberRole
from applications.models import Application, Call, Member
from applications.querysets import ApplicationQuerySet
from core.accounts.models import User
from core.history import require
from core.questionnaires.models import FormVersion
from core.questionnaires.purposes import CannotTryOut

PERMISSION = "questionnaires.edit_form"


def tests_of(version: FormVersion) -> ApplicationQuerySet:
    """Return the test applications of a form, on this version and on those before it."""
    tests: ApplicationQuerySet = Application.including_tests.filter(
        is_test=True, form_version__form=version.form_id
    )
    return tests


@transaction.atomic
def start_test(version: FormVersion, *, by: User) -> Application:
    """Return a test application of the person on a version: the one that they have, or a new one.

    Raises:
        NotAllowed: the person may not write forms.
        CannotTryOut: the form is of no call.
    """
    require(by, PERMISSION)
    call = Call.objects.select_for_update(no_key=True).filter(form=version.form_id).first()
    if call is None:
        raise CannotTryOut(_("This is the form with which new calls begin: it can be tried out in a call."))
    present = tests_of(version).filter(form_version=version).led_by(by).first()
    if present is not None:
        return present
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


@transaction.atomic
def delete_tests(version: FormVersion, *, by: User) -> int:
    """Delete all test applications of a form with their documents; return how many there were.

    Raises:
        NotAllowed: the person may not write forms.
    """
    require(by, PERMISSION)
    tests = list(tests_of(version).select_for_update(of=["self"]))
    erase_drafts(tests)
    return len(tests)
