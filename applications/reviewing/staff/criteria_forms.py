"""The forms of the page on which the criteria of a call that is being scored are changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.models import Call
from applications.models.criteria import MAX_REASON
from applications.reviewing.criteria import FIELDS, MAX_ROWS, CriterionForm, plain_value
from applications.reviewing.criteria_versions import (
    NUMBERS,
    TEXTS,
    CriterionValues,
    criteria_values,
    title_of,
)
from core.decisions import use_theme_widget
from core.forms.forms import NOT_ALL_ARRIVED
from core.known_types import known_as
from core.translated.forms import TranslatedFormField

ROWS_OF_TEXT = 4


class CriterionRowForm(CriterionForm):
    """A criterion with its place; its code, by which questions name it, is asked of a new one only."""

    place = forms.IntegerField(
        label=gettext_lazy("Order"), min_value=1, max_value=2 * MAX_ROWS, required=False
    )
    is_removed = forms.BooleanField(label=gettext_lazy("Remove criterion"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, TranslatedFormField):
                field.widget.set_rows(ROWS_OF_TEXT)
            else:
                use_theme_widget(field)
        self.is_new = self.empty_permitted
        if not self.is_new:
            self.fields["code"].widget = forms.HiddenInput()
        else:
            del self.fields["is_removed"]

    @property
    def heading(self) -> str:
        return title_of(self.initial) if self.initial else _("Add criterion")

    @property
    def texts(self) -> list[forms.BoundField]:
        return [self[name] for name in (("code",) if self.is_new else ()) + TEXTS]

    @property
    def numbers(self) -> list[forms.BoundField]:
        return [self[name] for name in (*NUMBERS, "place")]

    @property
    def row(self) -> dict[str, Any]:
        return {name: plain_value(self.cleaned_data[name]) for name in FIELDS}


class CriteriaFormSet(forms.BaseFormSet):
    default_error_messages = NOT_ALL_ARRIVED

    def clean(self) -> None:
        kept = [form for form in self.kept() if form.cleaned_data.get("code")]
        codes = Counter(form.cleaned_data["code"].lower() for form in kept)
        for form in kept:
            if codes[form.cleaned_data["code"].lower()] > 1:
                form.add_error("code", _("Another criterion already has this code. Enter a different one."))

    def kept(self) -> list[CriterionRowForm]:
        """Return the forms whose criterion stays or comes, in the order of their places."""
        forms_ = [
            form
            for form in self.forms
            if hasattr(form, "cleaned_data")
            and (form.has_changed() or not form.is_new)
            and not form.cleaned_data.get("is_removed")
        ]
        return sorted(forms_, key=lambda form: form.cleaned_data.get("place") or 2 * MAX_ROWS)

    @property
    def wrong(self) -> list[tuple[str, forms.BoundField]]:
        """The fields with an error, each with the criterion that it is about."""
        return [(form.heading, field) for form in self.forms for field in form if field.errors]


class WhyForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy(
            "Visible to staff only and kept with your name. Reviewers see what changed, but not why."
        ),
        max_length=MAX_REASON,
        widget=forms.Textarea,
    )
    # The version on which the page was opened.
    number = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        use_theme_widget(self.fields["reason"])


_FormSet = forms.formset_factory(
    CriterionRowForm, formset=CriteriaFormSet, extra=1, max_num=2 * MAX_ROWS, absolute_max=2 * MAX_ROWS
)


class ChangeForms:
    """Everything that the page asks: a form for each criterion, one for a new one, and why.

    Args:
        call: whose criteria change.
        data: what was typed; None shows the criteria as they are, or `rows`.
        rows: criteria to begin with, in place of those of the call.
        reason: to begin with.
    """

    def __init__(
        self,
        call: Call,
        data: Mapping[str, Any] | None = None,
        *,
        rows: Sequence[CriterionValues] | None = None,
        reason: str = "",
    ) -> None:
        shown = criteria_values(call) if rows is None else rows
        initial = [{**row, "place": place} for place, row in enumerate(shown, start=1)]
        self.criteria = known_as(_FormSet(data, initial=initial, prefix="criteria"), CriteriaFormSet)
        self.why = WhyForm(data, initial={"reason": reason})

    def is_valid(self) -> bool:
        return self.criteria.is_valid() & self.why.is_valid()

    @property
    def has_errors(self) -> bool:
        return self.why.is_bound and not self.is_valid()

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [form.row for form in self.criteria.kept()]
