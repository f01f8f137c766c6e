"""What the forms of all sections share: answers in, answers out, and the copy they started from."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms.forms import PublicForm
from core.templatetags.impact_forms import error_links
from experts.enums import Section
from experts.snapshots import Answers, digest

# The name of the button that leads back to the list of sections.
SAVE_AND_LIST = "save_and_list"


class SectionForm(PublicForm):
    """A section of the profile.

    Args:
        answers: the section as saved, of `snapshots.take_section`.
    """

    submit_label = _("Save and continue")
    section: Section
    # What somebody declares is declared by a button.
    saves_itself = True
    # Buttons that draw the page again, as "add a row" does.
    redraw_buttons: tuple[str, ...] = ()

    base = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, answers: Answers, **kwargs: Any) -> None:
        self.saved = answers
        super().__init__(data, files, initial={**answers, "base": digest(answers)}, **kwargs)

    def build_helper(self) -> FormHelper:
        helper = super().build_helper()
        helper.add_input(Submit(SAVE_AND_LIST, _("Save and see the list"), css_class="secondary"))
        if self.saves_itself:
            helper.attrs["data-autosave"] = ""
        return helper

    def rows_kwargs(self, name: str) -> dict[str, Any]:
        # What was typed is compared with nothing: the saved rows may be others by now.
        return {} if self.is_bound else super().rows_kwargs(name)

    @property
    def is_adding_row(self) -> bool:
        return super().is_adding_row or any(name in self.data for name in self.redraw_buttons)

    @property
    def answers(self) -> Answers:
        """What was typed, in the form of `snapshots.take_section`; only after `is_valid()`.

        What is not valid is as it was saved.
        """
        names = (name for name in self.fields if name != "base")
        own = {name: self.cleaned_data.get(name, self.saved.get(name)) for name in names}
        return own | {
            name: rows.kept if rows.is_valid() else self.saved[name] for name, rows in self.rows.items()
        }

    @property
    def problems(self) -> list[str]:
        """Which answers are not valid, and why; only after `is_valid()`."""
        return [link.text for link in error_links(self)]

    def start_from(self, answers: Answers) -> None:
        """Let the next press of the button save over these answers, which the person has now seen."""
        self.data = self.data.copy()
        self.data["base"] = digest(answers)
