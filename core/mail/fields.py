"""The column of an e-mail address: whatever is written into it or looked up in it has its one spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models
from django.db.models.expressions import Combinable

from core.forms import fields
from core.mail.mailboxes import NORMAL_FORM, normal

if TYPE_CHECKING:
    _EmailField = models.EmailField[str | Combinable, str]
else:
    _EmailField = models.EmailField


class AddressField(_EmailField):
    """An e-mail address as `mailboxes.address_of` spells it.

    Forms, commands, fixtures, bulk writes and exact lookups all pass here, so nobody has to remember it.
    """

    def to_python(self, value: object) -> Any:
        return normal(value) if isinstance(value, str) and value else value

    def get_prep_value(self, value: object) -> Any:
        return self.to_python(super().get_prep_value(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        # The row at hand then says what is stored.
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value

    def formfield(self, *args: Any, **kwargs: Any) -> forms.Field | None:
        return super().formfield(*args, **{"form_class": fields.AddressField} | kwargs)


def address_constraint(field: str, *, name: str, unless: models.Q | None = None) -> models.CheckConstraint:
    """Return the rule that a column holds addresses in their one spelling.

    Args:
        field: the column.
        name: of the constraint.
        unless: rows to which it does not apply.
    """
    rule = models.Q(**{f"{field}__regex": NORMAL_FORM})
    return models.CheckConstraint(condition=rule | unless if unless else rule, name=name)
