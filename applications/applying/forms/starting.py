"""The buttons that start, submit and withdraw."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from applications.applying import snapshots
from applications.applying.snapshots import Snapshot
from applications.models import Application
from core.forms.forms import PublicForm
from core.known_types import known_as
from core.reference.models import NutsUnit

SALT = "applications.shown_answers"


class StartForm(PublicForm):
    """Draws the key of the new application, so that pressing twice starts one, and knows which were there."""

    submit_label = _("Start application")
    key = forms.UUIDField(widget=forms.HiddenInput)
    # Public ids of the person's applications that the page named, with blanks between.
    known = forms.CharField(widget=forms.HiddenInput, required=False)
    # Codes of the regions that the page shows; the view reads them, as it does those of the address.
    regions = forms.Field(widget=forms.MultipleHiddenInput, required=False)
    takes_regions = forms.BooleanField(
        label=_("Start with these regions"),
        help_text=_(
            "We will enter them as your territory and as your partners’ regions, with one row "
            "for each partner. You can complete, change or remove any of this."
        ),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, checked: Sequence[NutsUnit] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["regions"] = [unit.pk for unit in checked]
        if not checked:
            del self.fields["takes_regions"]

    def clean_known(self) -> list[str]:
        return [word for word in self.cleaned_data["known"].split() if _is_uuid(word)]

    def name_now(self, applications: Iterable[Application]) -> None:
        """Let the next press know of these applications, which the page now names."""
        data = known_as(self.data, QueryDict).copy()
        data["known"] = known(applications)
        self.data = data


def known(applications: Iterable[Application]) -> str:
    """Return what the hidden field says of the applications that a page names."""
    return " ".join(str(application.public_id) for application in applications)


def _is_uuid(word: str) -> bool:
    try:
        return bool(UUID(word))
    except ValueError:
        return False


class SubmitForm(PublicForm):
    """Carries when the page was opened and what it showed: only that is submitted."""

    submit_label = _("Submit application")
    submit_name = "submit"
    opened = forms.CharField(widget=forms.HiddenInput, required=False)
    # SHA-256 of the snapshot, and all of it, so that a change can be shown beside what stood there.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    @classmethod
    def showing(cls, snapshot: Snapshot, *, opened: str) -> SubmitForm:
        """Return the form of a page that shows this snapshot."""
        shown: Any = signing.dumps(snapshot, salt=SALT, compress=True)
        return cls(initial={"opened": opened, "seen": snapshots.sha256_of(snapshot), "shown": shown})

    @property
    def shown_snapshot(self) -> Snapshot | None:
        """What stood on the page that was sent; None if it does not say so in a value of ours."""
        try:
            shown: Snapshot = signing.loads(self.data.get("shown", ""), salt=SALT)
        except signing.BadSignature:
            return None
        return shown


class WithdrawForm(PublicForm):
    submit_label = _("Withdraw application")
    submit_name = "withdraw"

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Kept with the application. The OECD can read it."),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
    )
    is_sure = forms.BooleanField(label=_("I am sure, and all partners know about this"))
