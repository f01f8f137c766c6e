"""How a public form is written, checked and shown: one way for every app.

A form is a `PublicForm`; a template shows it, whole, with
`{% load crispy_forms_tags %}{% crispy form %}`: error summary, fields, rows and buttons.

    class LanguageForm(PublicForm):
        language = forms.ChoiceField(label=_("Language"), choices=...)
        level = forms.ChoiceField(label=_("Level"), choices=...)

    class ProfileForm(PublicForm):
        submit_label = _("Save my profile")
        row_sets = {"languages": rows_of(LanguageForm, label=_("Language"), add_label=_("Add a language"))}
        name = forms.CharField(label=_("Name"), max_length=200)

    form = ProfileForm(request.POST or None, request.FILES or None, is_draft="save_draft" in request.POST)
    if form.is_valid():        # the rows too
        actions.save(name=form.cleaned_data["name"], languages=form.rows["languages"].kept)

* `is_draft=True` lets an incomplete form be saved: nothing is required but `always_required`;
  what is typed is still checked. `missing_fields()` says what a complete form lacks.
* "Add a row" is a submit button: such a form is never valid, shows no errors, and has one row more.
* Another button: `self.helper.add_input(Submit("save_draft", _("Save"), css_class="secondary"))`.
* Where rows or groups stand: `helper.layout = Layout(Fieldset(_("You"), "name"), RowsLayout("languages"))`.
* Two or more forms in one `<form>`: `helper.form_tag = False`, and `{% form_errors form other %}` on top.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.forms.formsets import DELETION_FIELD_NAME, TOTAL_FORM_COUNT, BaseFormSet, formset_factory
from django.forms.utils import ErrorDict, ErrorList
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from core.bases import FormBase, FormSetBase
from core.forms.fields import PublicBoundField, is_unanswered, prepare_public_field
from core.phrases import StrOrPromise

# The name of the button that asks for one more row; its value is the prefix of the rows.
ADD_ROW = "add_row"


class RowsLayout:
    """The place of a form's rows in its crispy layout."""

    def __init__(self, name: str) -> None:
        self.name = name

    def render(self, form: PublicFormMixin, context: object, **kwargs: Any) -> str:
        return render_to_string("impact/rows.html", {"formset": form.rows[self.name]})


class PublicFormMixin(FormBase):
    """What every public form shares; see the top of this module."""

    submit_label: Any = _("Save")
    submit_name = "save"
    # Name in the page → class of the rows.
    row_sets: dict[str, type[PublicFormSet]] = {}
    # What the database cannot do without, even in a draft.
    always_required: Iterable[str] = ()
    use_required_attribute = False
    bound_field_class: type[forms.BoundField] | None = PublicBoundField

    def __init__(self, *args: Any, is_draft: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_draft = is_draft
        for field in self.fields.values():
            prepare_public_field(field)
        self.required_fields = frozenset(name for name, field in self.fields.items() if field.required)
        if is_draft:
            for name in self.required_fields.difference(self.always_required):
                self.fields[name].required = False
        self.rows = {name: self.build_rows(name, rows) for name, rows in self.row_sets.items()}

    @cached_property
    def helper(self) -> FormHelper:
        """How the form is shown; one that is only read needs none."""
        return self.build_helper()

    def build_helper(self) -> FormHelper:
        helper = FormHelper(self)
        # The server's messages are translated, linked and complete; the browser's are none of these.
        helper.attrs = {"novalidate": True}
        helper.layout.extend(RowsLayout(name) for name in self.rows)
        helper.add_input(Submit(self.submit_name, self.submit_label))
        return helper

    def build_rows(self, name: str, rows: type[PublicFormSet]) -> PublicFormSet:
        return rows(
            self.data if self.is_bound else None,
            self.files if self.is_bound else None,
            prefix=self.add_prefix(name),
            form_kwargs={"is_draft": self.is_draft},
            **self.rows_kwargs(name),
        )

    def rows_kwargs(self, name: str) -> dict[str, Any]:
        return {"initial": self.initial.get(name)}

    @property
    def is_adding_row(self) -> bool:
        return ADD_ROW in self.data

    @property
    def judged_rows(self) -> list[PublicFormSet]:
        """The rows whose errors are in the way: all, unless a form hides some."""
        return list(self.rows.values())

    def full_clean(self) -> None:
        if self.is_bound and self.is_adding_row:
            # Half-typed on purpose: nobody wants to read what is still missing.
            self._errors, self.cleaned_data = ErrorDict(renderer=self.renderer), {}
            return
        super().full_clean()

    def is_valid(self) -> bool:
        parts = [super().is_valid(), *(rows.is_valid() for rows in self.judged_rows)]
        return all(parts) and not self.is_adding_row

    def is_multipart(self) -> bool:
        return super().is_multipart() or any(rows.is_multipart() for rows in self.rows.values())

    def missing_fields(self) -> list[forms.BoundField]:
        """Return the fields without an answer that a complete form must have, rows included."""
        own = [field for field in self if field.name in self.required_fields and is_unanswered(field)]
        return own + [field for rows in self.rows.values() for field in rows.missing_fields()]


class PublicForm(PublicFormMixin, forms.Form):
    pass


# Of rows whose number the page did not send: it was cut off on its way, or somebody has changed it.
NOT_ALL_ARRIVED: dict[str, Any] = {
    "missing_management_form": _("Part of the page did not reach us. Send it again.")
}


class RowsMixin(FormSetBase):
    """Rows in a form: one blank row when there is none, and a button for one more."""

    label: Any = _("Row")
    add_label: Any = _("Add row")
    help_text: Any = ""
    default_error_messages = NOT_ALL_ARRIVED | {
        "too_many_forms": ngettext_lazy(
            "Add no more than %(num)d row.", "Add no more than %(num)d rows.", "num"
        ),
        "too_few_forms": ngettext_lazy("Add at least %(num)d row.", "Add at least %(num)d rows.", "num"),
    }

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        prefix = kwargs.get("prefix") or self.get_default_prefix()
        self.is_adding = data is not None and data.get(ADD_ROW) == prefix
        # Any "add a row" on the page: nothing is judged then, in no set of rows.
        self.is_unjudged = data is not None and ADD_ROW in data
        super().__init__(self.with_one_more(data, prefix) if self.is_adding else data, files, **kwargs)
        self.rows_needed = self.min_num
        if self.form_kwargs.get("is_draft", False):
            self.min_num = 0
        self.extra = 0 if self.initial_form_count() else max(self.rows_needed, 1) - self.min_num

    def with_one_more(self, data: Any, prefix: str) -> Any:
        key = f"{prefix}-{TOTAL_FORM_COUNT}"
        total = data.get(key, "")
        if not total.isdecimal() or int(total) >= self.max_num:
            return data
        more = data.copy()
        more[key] = str(int(total) + 1)
        return more

    def add_fields(self, form: forms.BaseForm, index: int | None) -> None:
        super().add_fields(form, index)
        if DELETION_FIELD_NAME in form.fields:
            form.fields[DELETION_FIELD_NAME].label = _("Remove row")
        if self.is_adding and index == self.total_form_count() - 1:
            form.visible_fields()[0].field.widget.attrs["autofocus"] = True

    def full_clean(self) -> None:
        if self.is_bound and self.is_unjudged:
            self._errors: list[dict[str, Any]] = [{} for _row in self.forms]
            self._non_form_errors = ErrorList()
            return
        super().full_clean()

    def is_valid(self) -> bool:
        return not self.is_unjudged and super().is_valid()

    @property
    def can_add(self) -> bool:
        return self.total_form_count() < self.max_num

    @property
    def kept(self) -> list[dict[str, Any]]:
        """What was typed in the rows that are neither blank nor removed; only after `is_valid()`."""
        return [
            {name: value for name, value in form.cleaned_data.items() if name != DELETION_FIELD_NAME}
            for form in self.forms
            if form.cleaned_data and form not in self.deleted_forms
        ]

    def missing_fields(self) -> list[forms.BoundField]:
        """Return what the rows lack: all of the first ones that must be there, parts of the others."""
        return [
            field
            for index, form in enumerate(self.forms)
            if index < max(self.rows_needed, self.initial_form_count()) or form.has_changed()
            for field in form.missing_fields()
        ]


class PublicFormSet(RowsMixin, BaseFormSet):
    pass


ROW_DEFAULTS = {"can_delete": True, "validate_min": True, "validate_max": True, "max_num": 50}
# So many rows beyond the most are built and shown with what was typed; no page of ours announces more.
ROWS_BEYOND = 5


def rows_of(
    form: type[PublicForm],
    *,
    label: StrOrPromise,
    add_label: StrOrPromise,
    help_text: StrOrPromise = "",
    **options: Any,
) -> type[PublicFormSet]:
    """Return a class of rows of `form`.

    Args:
        form: one row.
        label: what one row is; shown with its number.
        add_label: the text of the button for one more.
        help_text: shown once, above the rows.
        options: `min_num`, `max_num` and others of `formset_factory`.
    """
    words = {"label": label, "add_label": add_label, "help_text": help_text}
    base = type(f"{form.__name__}Rows", (PublicFormSet,), words)
    settings = ROW_DEFAULTS | options
    rows = formset_factory(form, formset=base, absolute_max=settings["max_num"] + ROWS_BEYOND, **settings)
    return cast(type[PublicFormSet], rows)
