"""Forms that overwrite nothing unseen: each carries on which saved values it was written."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from applications.form.answers import Answers, Conflict, digest
from core.text import read_json_object

CHOICE_PREFIX = "choice-"


class MergingMixin:
    """What a form needs for `applications.form.answers.merge`; it has a hidden field `base`."""

    data: Any

    def answers(self) -> Answers:
        """Return the cells whose typed value is valid."""
        raise NotImplementedError

    @property
    def typed_base(self) -> dict[str, str]:
        """Digests of the saved values that the person has seen; {} if they did not arrive."""
        return read_json_object(self.data.get("base", ""))

    @property
    def typed_choices(self) -> dict[str, str]:
        """The person's decisions of conflicts: cell → choice."""
        return {
            name.removeprefix(CHOICE_PREFIX): value
            for name, value in self.data.items()
            if name.startswith(CHOICE_PREFIX)
        }

    def next_base(self, cells: Answers) -> str:
        """Return the `base` on which this page goes on after a save.

        Only where the saved value is the one on the page: what somebody else has saved meanwhile
        is not seen here, and must not be overwritten by the next save.
        """
        mine = self.answers()
        seen = {cell: digest(value) for cell, value in cells.items() if mine.get(cell) == value}
        return json.dumps(self.typed_base | seen)

    def note_saved(self, cells: Answers) -> None:
        base = self.next_base(cells)
        self.data = self.data.copy()
        self.data["base"] = base


def choice_field(conflict: Conflict, *, label: str | Promise, saved: str) -> forms.ChoiceField:
    """Return the question which of two values stays; `saved` is the other one as people read it."""
    choices = [
        (conflict.keep_mine, _("Keep what I have typed here")),
        (conflict.keep_saved, format_html("{}: {}", _("Take what was saved"), saved)),
    ]
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)
