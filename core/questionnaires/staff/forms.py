"""The forms of the editor; each overwrites nothing that somebody else has saved since it was opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.decisions import use_theme_widget
from core.phrases import StrOrPromise
from core.questionnaires.faults import ANSWER
from core.questionnaires.fitting import needs_of
from core.questionnaires.kind_settings import (
    MISSING,
    Setting,
    SettingShape,
    is_computed,
    of_kind,
    offered_kinds,
)
from core.questionnaires.models import FormQuestion, FormSection
from core.questionnaires.purposes import purpose_of
from core.questionnaires.staff import setting_fields
from core.sections.kinds import KINDS
from core.sections.questions import Question, Questionnaire
from core.staff.stale_forms import MergingForm
from core.translated.forms import TranslatedFormField
from core.translated.texts import ENGLISH

# What the rules of the portal read keeps its own options, vocabularies and columns.
OF_CORE = frozenset(
    {
        SettingShape.WHOLE,
        SettingShape.NUMBER,
        SettingShape.DATE,
        SettingShape.MONTH,
        SettingShape.COUNTED,
        SettingShape.WORDS,
        SettingShape.FILE_TYPES,
    }
)
ROWS_OF_HELP = 4


class DraftForm(MergingForm):
    """A part of a draft, in which everything but English may still be missing."""

    def __init__(
        self, *args: Any, own_fields: Mapping[str, forms.Field] | None = None, **kwargs: Any
    ) -> None:
        if own_fields is not None:
            # Django copies them for each form; those of a class are the same for all.
            vars(self)["base_fields"] = own_fields
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, TranslatedFormField):
                field.needed_in = (ENGLISH,)
                field.widget.set_rows(ROWS_OF_HELP)
            else:
                use_theme_widget(field)

    @property
    def opened_text(self) -> str:
        """What the page sends back, to compare with what is saved by then."""
        return " ".join(f"{self.add_prefix(name)}={was}" for name, was in self.opened.items())

    def values(self) -> dict[str, Any]:
        """Return what the action is given: each part as the row would now have it."""
        return {name: getattr(self.instance, name) for name in self._meta.fields or () if name in self.fields}


class DraftSectionForm(DraftForm):
    class Meta:
        model = FormSection
        fields = ["title", "intro"]


class NewQuestionForm(DraftForm):
    """Asks for what cannot be changed lightly: the words that make the key, and the kind."""

    class Meta:
        model = FormQuestion
        fields = ["label", "kind"]

    def __init__(self, *args: Any, asked: Questionnaire, **kwargs: Any) -> None:
        is_column = kwargs["instance"].rows is not None
        kinds = _kind_field(kwargs["instance"], asked)
        super().__init__(*args, own_fields=self.base_fields | {"kind": kinds}, **kwargs)
        if is_column:
            self.fields["label"].label = _("Column")


class QuestionForm(DraftForm):
    """All of a question but its lists, columns and condition, which have pages of their own.

    Args:
        asked: all of the draft.
        earlier: the questions asked before it.
        criteria: code and title of those that it may serve.
        parts: what columns of the question are called in a form of this purpose.
    """

    class Meta:
        model = FormQuestion
        fields = [
            "label",
            "help",
            "example",
            "short_label",
            "kind",
            "is_required",
            "criterion",
            "is_public",
            "is_listed",
        ]

    def __init__(
        self,
        *args: Any,
        asked: Questionnaire,
        earlier: Sequence[Question],
        criteria: Sequence[tuple[str, str]],
        parts: Mapping[str, StrOrPromise],
        **kwargs: Any,
    ) -> None:
        question: FormQuestion = kwargs["instance"]
        self.setting_list = settings_of(question)
        kwargs["initial"] = setting_fields.shown(self.setting_list, question.settings)
        own = _own_fields(self.base_fields, question, asked, criteria) | setting_fields.fields_for(
            self.setting_list, earlier
        )
        super().__init__(*args, own_fields=own, **kwargs)
        for name, words in parts.items():
            if name in self.fields:
                self.fields[name].label = capfirst(str(words))

    def groups(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """Return the fields as they are shown: what a group is called, its part of the id, its fields."""
        words, used = ("label", "help", "example", "short_label"), ("criterion", "is_public", "is_listed")
        answer = [name for name in self.fields if name not in words + used]
        groups = (
            (_("Wording"), "words", words),
            (_("Answer"), ANSWER, answer),
            (_("How the answer is used"), "use", used),
        )
        found = [
            (str(title), code, [self[name] for name in names if name in self.fields])
            for title, code, names in groups
        ]
        return [group for group in found if group[2]]

    def values(self) -> dict[str, Any]:
        kept = setting_fields.taken(self.setting_list, self.instance.settings, self.cleaned_data)
        if self.instance.kind != self.initial.get("kind", self.instance.kind):
            # Of another kind nothing else is left, such as options that could come back with it.
            names = {setting.key for setting in (*of_kind(self.instance.kind).settings, MISSING)}
            kept = {name: value for name, value in kept.items() if name in names}
        return super().values() | {"settings": kept}


def settings_of(question: FormQuestion) -> list[Setting]:
    """Return what may be set of a question: of one that the portal needs, words and limits."""
    settings = (*of_kind(question.kind).settings, MISSING)
    return [setting for setting in settings if not question.is_fixed or setting.shape in OF_CORE]


def _own_fields(
    fields: Mapping[str, forms.Field],
    question: FormQuestion,
    asked: Questionnaire,
    criteria: Sequence[tuple[str, str]],
) -> dict[str, forms.Field]:
    """Return the fields that this question has."""
    is_column = question.rows_id is not None
    left_out = {"kind", "is_required"} if question.is_fixed else set()
    if is_computed(question.kind):
        # Nobody answers it.
        left_out.add("is_required")
    if is_column:
        left_out |= {"criterion", "is_public", "is_listed", "example"}
    if not criteria and not question.criterion:
        left_out.add("criterion")
    made: dict[str, forms.Field] = {"criterion": _criterion_field(criteria, question.criterion)}
    if "kind" not in left_out:
        made["kind"] = _kind_field(question, asked)
    return {name: made.get(name, field) for name, field in fields.items() if name not in left_out}


def _kind_field(question: FormQuestion, asked: Questionnaire) -> forms.ChoiceField:
    """Return the field for the kind: it offers those that the question can take, and says why no others."""
    without = purpose_of(question.version.form.purpose).without
    known = offered_kinds(for_columns=question.rows is not None, without=without)
    needs = needs_of(question, asked)
    fitting = [each for each in known if all(need.is_met(KINDS[each[0]]) for need in needs)]
    why = [need.why for need in needs if not all(need.is_met(KINDS[code]) for code, _title in known)]
    present = question.kind
    if present and present not in dict(fitting):
        fitting.insert(0, (present, of_kind(present).title))
    first = [] if present else [setting_fields.CHOOSE]
    return forms.ChoiceField(
        label=_("Answer type"), choices=[*first, *fitting], help_text=" ".join(dict.fromkeys(why))
    )


def _criterion_field(criteria: Sequence[tuple[str, str]], present: str) -> forms.ChoiceField:
    known = [("", _("None")), *criteria]
    if present and present not in dict(known):
        known.append((present, present))
    return forms.ChoiceField(label=_("Related criterion"), choices=known, required=False)
