"""What staff choose of a list, and how they call what they save."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.accounts.enums import Role
from core.decisions import DecisionForm, use_theme_widget
from core.lists.enums import Separator
from core.lists.models import SavedView
from core.phrases import StrOrPromise

NOBODY = ("", _("Nobody: only I see it"))


class ThemeForm(forms.Form):
    """A form in the theme's look."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            use_theme_widget(field)


class ColumnsForm(ThemeForm):
    """Which columns, and how close together the rows stand."""

    columns = forms.MultipleChoiceField(
        label=_("Columns"), required=False, widget=forms.CheckboxSelectMultiple
    )
    density = forms.ChoiceField(
        label=_("Rows"),
        choices=[("", _("Comfortable")), ("compact", _("Compact: more rows on the screen"))],
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, offered: Sequence[tuple[str, StrOrPromise]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["columns"].choices = offered  # type: ignore[attr-defined]  # a field of choices has them


class ExportForm(ThemeForm):
    """Which columns a file has, of which kind it is, and how its cells are separated."""

    kind = forms.ChoiceField(
        label=_("Kind of file"),
        choices=[("xlsx", _("XLSX: a workbook of Excel")), ("csv", _("CSV: plain text"))],
        widget=forms.RadioSelect,
    )
    separator = forms.ChoiceField(
        label=_("Separator of CSV files"),
        choices=Separator.choices,
        help_text=_(
            "With semicolons, numbers have a decimal comma. If Excel shows everything in one column, "
            "choose the other one."
        ),
        widget=forms.RadioSelect,
    )
    columns = forms.MultipleChoiceField(label=_("Columns"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, offered: Sequence[tuple[str, StrOrPromise]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["columns"].choices = offered  # type: ignore[attr-defined]  # a field of choices has them
        self.fields["columns"].error_messages["required"] = gettext("Choose at least one column.")


class SaveViewForm(ThemeForm):
    """The name of a view, and for those who may share it with whom."""

    name = forms.CharField(label=_("Name"), max_length=60)
    role = forms.ChoiceField(label=_("Share with"), choices=[NOBODY, *Role.choices], required=False)

    def __init__(self, *args: Any, may_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_share:
            del self.fields["role"]


class RenameForm(DecisionForm[SavedView]):
    name = forms.CharField(label=_("Name"), max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"name": self.targets[0].name} if self.targets else {}


class ShareForm(DecisionForm[SavedView]):
    role = forms.ChoiceField(label=_("Share with"), choices=[NOBODY, *Role.choices], required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"role": self.targets[0].role} if self.targets else {}
