"""Says to people what was made of an address that they pasted, where it looks other than what they typed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.forms.fields import AddressField
from core.mail.mailboxes import in_letters, is_read_differently


def say_what_was_read(request: HttpRequest, form: BaseForm) -> None:
    """Show each address of a form, and of its rows, that was read out of something longer or odd."""
    for address in read_differently(form):
        messages.info(
            request,
            _("We read the e-mail address as %(email)s. Check that this is correct.")
            % {"email": in_letters(address)},
        )


def read_differently(form: BaseForm) -> Iterator[str]:
    """Yield the addresses of a form, valid or not, that look other than what was typed."""
    cleaned: dict[str, Any] = getattr(form, "cleaned_data", {})
    for name, field in form.fields.items():
        if isinstance(field, AddressField) and cleaned.get(name):
            typed, address = str(form[name].data or ""), cleaned[name]
            if is_read_differently(typed, address):
                yield address
    for rows in getattr(form, "rows", {}).values():
        for row in rows.forms:
            yield from read_differently(row)
