"""The searchable choice of a row in the administration; values that are no key break no page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.widgets import AutocompleteMixin, AutocompleteSelect, AutocompleteSelectMultiple
from django.db import models

from core.keys import is_key


class _OfKeysOnly(AutocompleteMixin):
    """Asks the database for those chosen rows only whose key could be one: the form names the others."""

    def optgroups(self, name: str, value: Sequence[Any], attr: Any = None) -> list[Any]:
        return super().optgroups(name, [chosen for chosen in value if self._could_be_key(chosen)], attr)

    def _could_be_key(self, chosen: object) -> bool:
        if isinstance(self.field.remote_field.model._meta.pk, models.IntegerField):
            return is_key(str(chosen))
        return "\x00" not in str(chosen)


class KeyAutocomplete(_OfKeysOnly, AutocompleteSelect):
    pass


class KeysAutocomplete(_OfKeysOnly, AutocompleteSelectMultiple):
    pass
