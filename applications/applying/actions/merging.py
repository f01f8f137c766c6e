"""What two accounts of one person mean for applications, before they become one."""

from __future__ import annotations

from django.utils.translation import gettext as _

from applications.enums import MemberRole
from applications.models import Application, ApplicationChange, Member, Review
from core.accounts.merging import CannotMerge
from core.accounts.models import User

# Whoever may do more in one of the accounts may do it in the one that stays.
STRONGEST_FIRST = (MemberRole.LEAD, MemberRole.EDIT, MemberRole.VIEW)


def merge_accounts(*, kept: User, double: User) -> None:
    """Let each application have the person once, with the stronger of two roles.

    Raises:
        CannotMerge: one account has judged an application on which the other works.
    """
    _refuse_judges(kept, double)
    for membership in Member.objects.filter(user=double):
        other = Member.objects.filter(user=kept, application=membership.application_id).first()
        if other is not None:
            membership.delete()
            other.role = min(other.role, membership.role, key=STRONGEST_FIRST.index)
            other.save(update_fields=["role"])
    _rename_writer(kept, double)


def _refuse_judges(kept: User, double: User) -> None:
    for member, judge in ((kept, double), (double, kept)):
        own = Application.objects.for_member(member)
        judged = Review.objects.assigned_to(judge).filter(application__in=own.values("pk")).exists()
        decided = ApplicationChange.objects.filter(by=judge, target__in=own.values("pk")).exists()
        if judged or (judge.is_staff and decided):
            raise CannotMerge(_("One account has assessed an application that the other account works on."))


def _rename_writer(kept: User, double: User) -> None:
    """Say of each answer that the kept account wrote it, where the other one did."""
    # Locked: an answer that is saved meanwhile names its writer too.
    written = Application.objects.with_writer(double.pk).order_by("pk")
    for application in written.select_for_update(of=["self"]):
        writers = {cell: kept.pk if key == double.pk else key for cell, key in application.writers.items()}
        if writers != application.writers:
            Application.objects.filter(pk=application.pk).update(writers=writers)
