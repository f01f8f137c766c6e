"""Which objections."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, QuerySet

from core.objections.enums import AGAINST_EVERYBODY, ObjectionKind

if TYPE_CHECKING:
    from core.objections.models import Objection

Pair = tuple[str, int | None]


class ObjectionQuerySet(QuerySet["Objection"]):
    def of_mailboxes(self, mailboxes: Iterable[str]) -> ObjectionQuerySet:
        return self.filter(mailbox__in=list(mailboxes))

    def in_force(self) -> ObjectionQuerySet:
        """Those that the owner of the mailbox has not lifted since."""
        later = self.model.objects.filter(
            mailbox=OuterRef("mailbox"), kind=ObjectionKind.LIFTED, pk__gt=OuterRef("pk")
        )
        return self.exclude(kind=ObjectionKind.LIFTED).exclude(Exists(later))

    def unwanted(self, pairs: Iterable[Pair]) -> set[Pair]:
        """Return those of the mailboxes and senders whose e-mails the owner of the mailbox does not want.

        Args:
            pairs: a mailbox, and the key of the account that causes the e-mail or None.
        """
        pairs = set(pairs)
        rows = self.of_mailboxes(mailbox for mailbox, _sender in pairs).in_force()
        said = set(rows.values_list("mailbox", "kind", "sender"))
        closed = {mailbox for mailbox, kind, _sender in said if kind in AGAINST_EVERYBODY}
        refused = {(mailbox, sender) for mailbox, kind, sender in said if kind == ObjectionKind.SENDER}
        return {pair for pair in pairs if pair[0] in closed or pair in refused}

    def reports_to_settle(self) -> ObjectionQuerySet:
        """Reports of misuse that no member of staff has dealt with."""
        return self.filter(kind=ObjectionKind.MISUSE, settlement__isnull=True)
