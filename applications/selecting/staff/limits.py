"""The limits of the optimiser: the form on which staff choose them, and how each reads in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from applications.models import Call, Selection
from applications.selecting.candidates import FAMILIES, GroupNames, Profile, count_groups
from applications.selecting.rules import places_left
from core.decisions import use_theme_widget
from core.known_types import known_as
from core.staff.admin import DecisionForm
from engine.portfolio import (
    AtLeast,
    AtMost,
    AtMostEach,
    Exclude,
    Group,
    Include,
    Limit,
    Places,
    Threshold,
)

AT_MOST_OF_EACH = {
    "border": gettext_lazy("at most %(number)s per border"),
    "country": gettext_lazy("at most %(number)s per country"),
    "programme": gettext_lazy("at most %(number)s per Interreg programme"),
}
EMPTY_ROWS = 2
# The fields of a row; more rows than a hundred are nobody's wish.
ROW = re.compile(r"(?:number|group)_([0-9]{1,2})")


class LimitsForm(DecisionForm[Selection]):
    """Asked by GET: an answer has an address, and finding one changes nothing."""

    places = forms.IntegerField(label=gettext_lazy("Places to give"), min_value=0)
    border = forms.IntegerField(label=gettext_lazy("Maximum per border"), min_value=0, required=False)
    country = forms.IntegerField(label=gettext_lazy("Maximum per country"), min_value=0, required=False)
    programme = forms.IntegerField(
        label=gettext_lazy("Maximum per Interreg programme"),
        min_value=0,
        required=False,
        help_text=gettext_lazy(
            "An application counts for a programme if its partners come from two of its countries."
        ),
    )
    counts_given = forms.BooleanField(
        label=gettext_lazy("Count places already given"), required=False, initial=True
    )
    threshold = forms.DecimalField(
        label=gettext_lazy("Lowest weighted score"),
        min_value=0,
        max_value=100,
        decimal_places=2,
        required=False,
    )
    include = forms.CharField(
        label=gettext_lazy("Always include"),
        help_text=gettext_lazy("Application references, separated by spaces or commas."),
        required=False,
    )
    exclude = forms.CharField(
        label=gettext_lazy("Never include"),
        help_text=gettext_lazy("Application references, separated by spaces or commas."),
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        rows: Mapping[int, Profile],
        given: Sequence[Profile],
        names: GroupNames,
        left: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._given = given
        self._keys = {row.reference.upper(): key for key, row in rows.items()}
        places = known_as(self.fields["places"], forms.IntegerField)
        places.initial = places.max_value = max(0, left)
        places.validators.append(MaxValueValidator(max(0, left)))
        places.help_text = _("Places left across all calls: %(left)s.") % {"left": left}
        self.fields["counts_given"].help_text = _in_words_of_given(len(given))
        self._groups = _choices_of_groups(rows, names)
        self.least = list(self._add_rows())

    @property
    def main_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("places", "threshold", *AT_MOST_OF_EACH)]

    @property
    def named_fields(self) -> list[forms.BoundField]:
        return [self["include"], self["exclude"]]

    def clean_include(self) -> list[int]:
        return self._references("include")

    def clean_exclude(self) -> list[int]:
        return self._references("exclude")

    def clean(self) -> dict[str, Any]:
        for number, group in self.least:
            count, code = self.cleaned_data.get(number.name), self.cleaned_data.get(group.name)
            if count and not code:
                self.add_error(group.name, _("Choose what this limit counts."))
            if code and not count:
                self.add_error(number.name, _("Enter the minimum number."))
        return self.cleaned_data

    def limits(self) -> list[Limit]:
        """Return what was chosen, with the places of calls that have their own; the form is valid."""
        data = self.cleaned_data
        found: list[Limit] = [Places(data["places"])]
        for call in Call.objects.with_own_places():
            found.append(AtMost(("call", str(call.pk)), max(0, places_left(call))))
        for family in AT_MOST_OF_EACH:
            if data[family] is not None:
                found.append(AtMostEach(family, data[family], frozenset(self._taken(family).items())))
        for number, group in self.least:
            if data[number.name]:
                family, code = data[group.name].split(":", 1)
                taken = self._taken(family)[family, code]
                found.append(AtLeast((family, code), data[number.name], taken))
        if data["threshold"] is not None:
            found.append(Threshold(int(data["threshold"] * 100)))
        found += [Include(key) for key in data["include"]]
        return found + [Exclude(key) for key in data["exclude"]]

    def _taken(self, family: str) -> Counter[Group]:
        """How many of each group have a place already, where these count."""
        return count_groups(self._given if self.cleaned_data["counts_given"] else [], family)

    def _add_rows(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        """The rows to the last that was filled, also past empty ones, and some to fill."""
        for row in range(_rows_filled(self.data) + EMPTY_ROWS):
            number = forms.IntegerField(label=_("Minimum"), min_value=1, required=False)
            group = forms.ChoiceField(label=_("From"), required=False, choices=self._groups)
            for name, field in ((f"number_{row}", number), (f"group_{row}", group)):
                self.fields[name] = field
                use_theme_widget(field)
            yield self[f"number_{row}"], self[f"group_{row}"]

    def _references(self, name: str) -> list[int]:
        given = dict.fromkeys(re.findall(r"[^\s,;]+", self.cleaned_data[name].upper()))
        unknown = [reference for reference in given if reference not in self._keys]
        if unknown:
            text = ngettext("No candidate: %(names)s.", "No candidates: %(names)s.", len(unknown))
            raise forms.ValidationError(text % {"names": ", ".join(unknown)})
        return [self._keys[reference] for reference in given]


class LimitWords:
    """Says limits for people."""

    def __init__(self, rows: Mapping[int, Profile], names: GroupNames) -> None:
        self._rows, self._names = rows, names

    def __call__(self, limit: Limit) -> str:
        match limit:
            case Places(number):
                text = ngettext("at most %(number)s place", "at most %(number)s places", number)
                return text % {"number": number}
            case AtMostEach(family, number, taken):
                return _with_given(str(AT_MOST_OF_EACH[family]) % {"number": number}, bool(taken))
            case AtMost(group, number):
                return _("at most %(number)s from “%(group)s” (the call’s own places)") % self._about(
                    group, number
                )
            case AtLeast(group, number, taken):
                text = _("at least %(number)s from “%(group)s”") % self._about(group, number)
                return _with_given(text, bool(taken))
            case Threshold(score):
                return _("a weighted score of %(score)s or more") % {"score": f"{score / 100:g}"}
            case Include(key):
                return _("%(reference)s always included") % {"reference": self._rows[key].reference}
            case Exclude(key):
                return _("%(reference)s never included") % {"reference": self._rows[key].reference}

    def _about(self, group: Group, number: int) -> dict[str, Any]:
        return {"number": number, "group": self._names[group]}


def _rows_filled(answers: Mapping[str, Any]) -> int:
    """Return how many rows there are up to the last with something in it."""
    filled = (ROW.fullmatch(name) for name, value in answers.items() if value)
    return max((int(match[1]) + 1 for match in filled if match), default=0)


def _with_given(text: str, counts_given: bool) -> str:
    return _("%(limit)s, including places already given") % {"limit": text} if counts_given else text


def _in_words_of_given(count: int) -> str:
    text = ngettext(
        "%(count)s region already has a place. If ticked, the maximums and minimums apply to "
        "this region and the new selection together. Otherwise they apply to the new selection "
        "only.",
        "%(count)s regions already have a place. If ticked, the maximums and minimums apply to "
        "these regions and the new selection together. Otherwise they apply to the new "
        "selection only.",
        count,
    )
    return text % {"count": count}


def _choices_of_groups(rows: Mapping[int, Profile], names: GroupNames) -> list[tuple[Any, Any]]:
    present = {group for row in rows.values() for group in row.groups}
    choices: list[tuple[Any, Any]] = [("", "–")]
    for family, title in FAMILIES.items():
        of_family = [(names[group], group) for group in present if group[0] == family]
        options = [(f"{family}:{code}", name) for name, (_family, code) in sorted(of_family)]
        if options:
            choices.append((title, options))
    return choices
