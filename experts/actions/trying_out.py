"""Staff fill in the form of experts before anybody is asked it: profiles that count nowhere."""

from __future__ import annotations

from django.db import transaction

from core.accounts.models import User
from core.history import require
from core.questionnaires.carrying import move_to
from core.questionnaires.models import FormVersion
from experts import erasure
from experts.actions import locking
from experts.models import Expert
from experts.querysets import ExpertQuerySet

PERMISSION = "questionnaires.edit_form"


def tests_of(version: FormVersion) -> ExpertQuerySet:
    """Return the test profiles of a form, on this version and on those before it."""
    tests: ExpertQuerySet = Expert.including_tests.tests().filter(form_version__form=version.form_id)
    return tests


@transaction.atomic
def start_test(version: FormVersion, *, by: User) -> Expert:
    """Return the test profile of the person, which goes on with this version, or a new one.

    Raises:
        NotAllowed: the person may not write forms.
    """
    require(by, PERMISSION)
    begun = {"name": by.name, "form_version": version}
    test, _is_new = Expert.including_tests.get_or_create(user=by, is_test=True, defaults=begun)
    move_to(version, Expert.including_tests.filter(pk=test.pk))
    return test


@transaction.atomic
def delete_tests(version: FormVersion, *, by: User) -> int:
    """Delete all test profiles of a form with their files; return how many there were.

    Raises:
        NotAllowed: the person may not write forms.
    """
    require(by, PERMISSION)
    tests = list(tests_of(version).select_for_update(of=["self"]))
    erasure.delete_tests(tests)
    return len(tests)


@transaction.atomic
def delete_own_test(*, expert_id: int, by: User) -> None:
    """Delete a test profile, by whoever filled it in.

    Raises:
        NotAllowed: not this person's profile.
        Expert.DoesNotExist: it is no test.
    """
    locking.lock_own(expert_id, by)
    erasure.delete_tests([Expert.including_tests.tests().get(pk=expert_id)])
