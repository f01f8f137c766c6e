"""What two accounts of one person mean for expert profiles, before they become one."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.accounts.merging import CannotMerge
from core.accounts.models import User
from experts.enums import ExpertStatus
from experts.erasure import delete_tests
from experts.models import Expert, ExpertChange


def merge_accounts(*, kept: User, double: User) -> None:
    """Let one profile stay: of two, one must never have been filled in.

    Raises:
        CannotMerge: both have content, or one account has decided about the profile of the other.
    """
    # Of the form one can have one test only; it is filled in again at once.
    delete_tests(Expert.including_tests.for_user(double).tests())
    profiles = {expert.user_id: expert for expert in Expert.objects.filter(user__in=[kept, double])}
    if len(profiles) == 2:
        _drop_blank(profiles[kept.pk], profiles[double.pk])
    for expert in profiles.values():
        others = {kept.pk, double.pk} - {expert.user_id}
        if ExpertChange.objects.filter(target=expert.pk, by__in=others).exists():
            raise CannotMerge(_("One account has made a decision on the expert profile of the other."))


def _drop_blank(*profiles: Expert) -> None:
    blank = [expert for expert in profiles if is_blank(expert)]
    if not blank:
        raise CannotMerge(_("Both accounts have an expert profile that has been filled in."))
    # The one of the account that goes, if nobody has written in either.
    blank[-1].delete()


def is_blank(expert: Expert) -> bool:
    """Whether nothing was ever saved in a profile."""
    return expert.status == ExpertStatus.DRAFT and not expert.revision and not expert.submitted_at
