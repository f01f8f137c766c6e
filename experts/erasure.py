"""Which personal data a profile holds, and how they are removed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

import pgtrigger
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.history import move
from core.mail import actions as mail
from core.privacy.registry import Hindered
from experts import commitments
from experts.enums import ExpertStatus
from experts.models import Expert

_BLANK: dict[str, object] = {
    "user": None,
    "name": "",
    "headline": "",
    "answers": {},
    "carried_from": None,
    "country": None,
    "other_country": "",
    "unit": None,
    "roles": [],
    "max_regions": 1,
    "cv": "",
    "cv_name": "",
    "cv_size": None,
    "cv_sha256": "",
    "declares_truth": False,
    "agrees_to_sharing": False,
    "agrees_to_listing": False,
}


def hindrances(person: User) -> Iterator[str]:
    """Yield why the account of an expert must stay: a region has worked with the profile."""
    expert = Expert.objects.for_user(person).first()
    if expert and expert.has_matches:
        yield _(
            "A pilot region has worked with your expert profile, so it is part of the record "
            "of how public money was spent. First ask us to delete the profile. OECD staff "
            "will tell you when this is possible."
        )


def erase_person(person: User) -> None:
    """Delete the profile of a person whose account goes, and the test of the form.

    Raises:
        Hindered: a region began to work with the profile before it was locked.
    """
    delete_tests(Expert.including_tests.for_user(person).tests())
    experts = list(Expert.objects.for_user(person).select_for_update())
    if reasons := list(hindrances(person)):
        raise Hindered(reasons)
    erase_profiles(experts)


def erase_profiles(experts: Iterable[Expert]) -> None:
    """Withdraw and empty locked profiles by the clock or with their account."""
    for expert in experts:
        if expert.status != ExpertStatus.WITHDRAWN:
            move(expert, ExpertStatus.WITHDRAWN, by=None)
        erase_profile(expert)


def erase_profile(expert: Expert) -> None:
    """Empty a locked row and remove all that hangs on it; the row stays for the history that names it.

    The e-mails about the profile are erased, and those to the expert about its matches.
    """
    mail.erase(about=expert.about)
    for about in commitments.abouts(expert.pk):
        mail.erase(about=about, to=expert.owner.email)
    drop_file(expert)
    written = expert.written_languages
    for related in (expert.languages, written, expert.expertise, expert.months, expert.organisations):
        related.all().delete()
    # The one exception to "never deleted": the right to erasure, GDPR article 17.
    with pgtrigger.ignore("experts.ExpertVersion:expert_version_append_only"):
        expert.versions.all().delete()
    for field, value in _BLANK.items():
        setattr(expert, field, value)
    expert.erased_at = timezone.now()
    expert.save()


def delete_tests(tests: Iterable[Expert]) -> None:
    """Delete profiles with which staff tried out the form: nobody else ever saw them."""
    for test in tests:
        drop_file(test)
        test.delete()


def drop_file(expert: Expert) -> None:
    """Remove the stored CV once the transaction holds; a rolled back one keeps it."""
    if expert.cv:
        transaction.on_commit(partial(expert.cv.storage.delete, expert.cv.name))
