"""What the reader of an e-mail wants to happen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms.forms import PublicForm
from core.known_types import known_as
from core.mail.models import Message
from core.mail.quoting import who
from core.objections.enums import ObjectionKind


class ObjectionForm(PublicForm):
    submit_label = gettext_lazy("Confirm")

    kind = forms.ChoiceField(label=gettext_lazy("What would you like to happen?"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=gettext_lazy("What should we know?"),
        help_text=gettext_lazy("Only if you report misuse. The IMPACT team will read it."),
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )

    def __init__(self, *args: Any, message: Message, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known_as(self.fields["kind"], forms.ChoiceField).choices = list(_choices(message))


def _choices(message: Message) -> Iterator[tuple[str, str]]:
    if message.caused_by:
        yield ObjectionKind.SENDER, _("No more e-mails from %(who)s") % {"who": who(message.caused_by)}
    yield ObjectionKind.ALL, _("No more e-mails from this portal that I did not request")
    yield ObjectionKind.MISUSE, _("Report misuse: stop these e-mails and ask the IMPACT team to look into it")
