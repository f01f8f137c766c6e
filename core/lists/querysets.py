"""Which saved views, and how a person has set a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from core.accounts.models import User

if TYPE_CHECKING:
    from core.lists.models import ListSettings, SavedView


class SavedViewQuerySet(QuerySet["SavedView"]):
    def visible_to(self, person: User) -> SavedViewQuerySet:
        """Their own, and those shared with a role of theirs."""
        return self.filter(Q(owner=person) | Q(role__in=person.groups.values("name")))

    def of_list(self, label: str) -> SavedViewQuerySet:
        return self.filter(label=label)


class ListSettingsQuerySet(QuerySet["ListSettings"]):
    def of(self, person: User) -> ListSettingsQuerySet:
        return self.filter(person=person)

    def with_separator(self) -> ListSettingsQuerySet:
        return self.exclude(separator="")
