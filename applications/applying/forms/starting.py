"""The buttons that start, submit and withdraw."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.applying import snapshots
from applications.applying.snapshots import Snapshot
from applications.form.answers import digests
from core.forms.forms import PublicForm
from core.reference.models import NutsUnit
from core.text import read_json_object


class StartForm(PublicForm):
    """Draws the key of the new application, so that pressing twice starts one."""

    submit_label = _("Start the application")
    key = forms.UUIDField(widget=forms.HiddenInput)
    takes_regions = forms.BooleanField(
        label=_("Start with these regions"),
        help_text=_(
            "They are entered as your territory, and as the regions of your partners: one row for each, "
            "to complete or remove. You can change all of it."
        ),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, checked: Sequence[NutsUnit] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not checked:
            del self.fields["takes_regions"]


class SubmitForm(PublicForm):
    """Carries when the page was opened and what it showed: only that is submitted."""

    submit_label = _("Submit the application")
    submit_name = "submit"
    opened = forms.CharField(widget=forms.HiddenInput, required=False)
    # SHA-256 of the snapshot, and a fingerprint of each answer, so that changes can be named.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    base = forms.CharField(widget=forms.HiddenInput, required=False)

    @classmethod
    def showing(cls, snapshot: Snapshot, *, opened: str) -> SubmitForm:
        """Return the form of a page that shows this snapshot."""
        fingerprints = json.dumps(digests(snapshots.answers_by_name(snapshot)))
        return cls(initial={"opened": opened, "seen": snapshots.sha256_of(snapshot), "base": fingerprints})

    def changed_answers(self, snapshot: Snapshot) -> set[str]:
        """Return the names of the questions whose answer is another one than on the page that was sent."""
        shown = read_json_object(self.data.get("base", ""))
        if not shown:
            return set()
        now = digests(snapshots.answers_by_name(snapshot))
        return {name for name in now if name not in shown or shown[name] != now[name]}


class WithdrawForm(PublicForm):
    submit_label = _("Withdraw the application")
    submit_name = "withdraw"

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Kept with the application. The OECD can read it."),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
    )
    is_sure = forms.BooleanField(label=_("I am sure, and all partners know"))
