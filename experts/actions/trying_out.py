"""Staff fill in the form of experts before anybody is asked it: profiles that count nowhere."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from core.accounts.models import User
from core.questionnaires.carrying import move_to
from core.questionnaires.models import FormVersion
from core.questionnaires.trying_out import TryingOut
from experts import erasure
from experts.actions import locking
from experts.models import Expert
from experts.querysets import ExpertQuerySet


class TestsOfExperts(TryingOut[Expert]):
    """A person has one test, which goes on with the version that is tried out next."""

    def tests(self) -> ExpertQuerySet:
        tests: ExpertQuerySet = Expert.including_tests.tests()
        return tests

    def begin(self, version: FormVersion, *, by: User) -> Expert:
        begun = {"name": by.name, "form_version": version}
        test, _is_new = Expert.including_tests.get_or_create(user=by, is_test=True, defaults=begun)
        move_to(version, Expert.including_tests.filter(pk=test.pk))
        return test

    def erase(self, tests: Iterable[Expert]) -> None:
        erasure.delete_tests(tests)


@transaction.atomic
def delete_own_test(*, expert_id: int, by: User) -> None:
    """Delete a test profile, by whoever filled it in.

    Raises:
        NotAllowed: not this person's profile.
        Expert.DoesNotExist: it is no test.
    """
    locking.lock_own(expert_id, by)
    erasure.delete_tests([Expert.including_tests.tests().get(pk=expert_id)])


TESTS_OF_EXPERTS = TestsOfExperts()
