"""A list of a question of a draft: options of a choice, or rows of a table, in all languages on one page."""

from __future__ import annotations

from typing import Any

from django.forms import Field
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _

from core.known_types import known_as
from core.questionnaires.actions import arranging, options
from core.questionnaires.kind_settings import SettingShape, of_kind
from core.questionnaires.models import FormQuestion
from core.questionnaires.staff.forms import DraftForm
from core.questionnaires.staff.in_place import OPENED, QuestionPartPage
from core.questionnaires.staff.questions import QuestionPage
from core.questionnaires.staff.writing import WritingMixin
from core.sections.kinds.settings import TABLE_ROWS
from core.translated.forms import TranslatedFormField
from core.translated.texts import ENGLISH, TranslatedText, language_codes

PREFIX, NEW = "option_", "added"
MAX_LENGTH = 300


class OptionsForm(DraftForm):
    """A text for each entry of a list, and one for a new entry.

    Args:
        entries: of the list, as they are saved.
    """

    class Meta:
        model = FormQuestion
        fields: list[str] = []

    def __init__(
        self, data: QueryDict | None, *, instance: FormQuestion, entries: list[options.Option]
    ) -> None:
        texts = {PREFIX + entry["key"]: TranslatedText(entry["label"]) for entry in entries}
        own = {
            **{name: _text(_("Entry %(n)s") % {"n": n}) for n, name in enumerate(texts, start=1)},
            NEW: _text(_("New entry"), required=False),
        }
        super().__init__(data, instance=instance, initial=texts, own_fields=own)
        if data is not None:
            # One that somebody else has added since the page was opened stays as it is.
            for name in texts:
                sent = (f"{name}_{code}" in data for code in language_codes())
                self.fields[name].disabled = not any(sent)

    @property
    def texts(self) -> dict[str, TranslatedText]:
        """What was entered for each entry, by key."""
        return {
            name.removeprefix(PREFIX): text
            for name, text in self.cleaned_data.items()
            if name.startswith(PREFIX)
        }


class OptionsPage(WritingMixin[OptionsForm, None], QuestionPartPage):
    """Changes, adds and moves entries; each button saves what is typed first."""

    route, name = "<int:pk>/draft/question/<int:question>/list/<str:options>/", "options"
    panel = "admin/questionnaires/options.html"

    def find_parts(self) -> None:
        super().find_parts()
        self.list_name: str = self.kwargs["options"]
        kind, _mark, answer = self.list_name.partition(".")
        shape = SettingShape.OPTIONS_BY if kind == options.BY_ANSWER else SettingShape.OPTIONS
        known = {s.key for s in of_kind(self.question.kind).settings if s.shape == shape}
        if kind not in known or self.question.is_fixed or bool(answer) != (shape == SettingShape.OPTIONS_BY):
            raise LookupError
        if answer and answer not in self.answers_it_depends_on:
            raise LookupError

    @property
    def answers_it_depends_on(self) -> set[str]:
        """The options of the earlier question that decides what can be chosen, and those that have a list."""
        rows = self.asked.question(self.question.rows.key) if self.question.rows else None
        among, decides = (
            rows.columns if rows else self.asked.questions,
            self.question.settings.get("depends_on"),
        )
        source = next((each for each in among if each.name == decides), None)
        listed = self.question.settings.get(options.BY_ANSWER) or {}
        return {str(code) for code, _words in (source.choices if source else ())} | set(listed)

    def get_title(self) -> str:
        words = _("Rows of “%(question)s”") if self.has_rows else _("Options of “%(question)s”")
        return words % {"question": self.question.label}

    @property
    def has_rows(self) -> bool:
        """Whether the entries are the rows of a table."""
        return self.list_name == TABLE_ROWS.key

    def lead_on(self, form: OptionsForm, saved: None) -> HttpResponse:
        here = self.address(self.row.pk, self.question.pk, self.list_name)
        if direction := self.pressed():
            return self.done(_("Saved and moved."), f"{here}?pressed={'-'.join(direction)}")
        leads_on = "stay" not in self.request.POST
        done = _("Rows saved.") if self.has_rows else _("Options saved.")
        return self.done(done, self.question_url if leads_on else f"{here}?pressed={NEW}")

    def save(self, form: OptionsForm) -> None:
        of: dict[str, Any] = {"question_id": self.question.pk, "by": self.by, "name": self.list_name}
        options.save_options(**of, texts=form.texts, added=form.cleaned_data[NEW])
        if moved := self.pressed():
            options.move_option(**of, direction=moved[0], key=moved[1])

    def pressed(self) -> tuple[str, str] | None:
        """Return the direction and the entry of a button that moves one."""
        direction, _mark, key = self.request.POST.get("press", "").partition("-")
        return (direction, key) if direction in arranging.STEPS and key else None

    def form(self, data: QueryDict | None) -> OptionsForm:
        return OptionsForm(data, instance=self.question, entries=self.entries)

    @property
    def entries(self) -> list[options.Option]:
        return options.options_of(self.question.settings, self.list_name)

    @property
    def question_url(self) -> str:
        return QuestionPage.address(self.row.pk, self.question.pk) + OPENED

    def show(self, form: OptionsForm) -> HttpResponse:
        entries, pressed = self.entries, self.request.GET.get("pressed", "")
        if pressed == NEW:
            known_as(form.fields[NEW], TranslatedFormField).widget.widgets[0].attrs["autofocus"] = True
        return self.render(
            form=form,
            question=self.question,
            list_name=self.list_name,
            lines=[
                {
                    "key": entry["key"],
                    "field": form[PREFIX + entry["key"]],
                    "text": TranslatedText(entry["label"]),
                }
                for entry in entries
            ],
            added=form[NEW],
            pressed=pressed,
            back_url=self.question_url,
        )


def _text(label: str, *, required: bool = True) -> Field:
    return TranslatedFormField(label=label, max_length=MAX_LENGTH, needed_in=(ENGLISH,), required=required)
