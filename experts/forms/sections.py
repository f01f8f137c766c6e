"""The sections that are fields and rows; availability has a module of its own."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.forms.forms import ADD_ROW, PublicForm, Rows, rows_of
from core.reference.enums import CefrLevel
from core.reference.models import Challenge, Country, ExpertiseArea, Language
from core.reference.region_fields import RegionField, resolve
from core.reference.search import Searches
from core.reference.units import units
from core.uploads import PDF, CheckedUpload, check_upload
from experts.declarations import DECLARATIONS
from experts.enums import DeclarationKind, ExpertiseLevel, ExpertRole, Section
from experts.forms.base import SectionForm
from experts.snapshots import Answers

OTHER_COUNTRY = "other"
CHOOSE = ("", _("Choose…"))
MOST_REGIONS = 5

# What each level means, in our words, after the self-assessment grid of the Council of Europe.
CEFR_IN_WORDS = {
    CefrLevel.A1: _("simple phrases about myself"),
    CefrLevel.A2: _("short exchanges on familiar matters"),
    CefrLevel.B1: _("I manage most everyday conversations"),
    CefrLevel.B2: _("I discuss my field fluently and write clear texts"),
    CefrLevel.C1: _("I lead a workshop and write reports with ease"),
    CefrLevel.C2: _("I understand and express practically everything"),
    CefrLevel.N: _("my own language, or as good as it"),
}


class AboutForm(SectionForm):
    section = Section.ABOUT
    redraw_buttons = (ADD_ROW,)

    name = forms.CharField(
        label=_("Your name"), max_length=150, widget=forms.TextInput({"autocomplete": "name"})
    )
    headline = forms.CharField(
        label=_("You in one line"),
        max_length=150,
        help_text=_("For example: rural development adviser, fifteen years with local action groups."),
    )
    biography = forms.CharField(
        label=_("Your experience"),
        max_length=4000,
        widget=forms.Textarea,
        help_text=_("What you have done with communities, and what you have done across borders."),
    )
    website = forms.URLField(
        label=_("Website or public profile"), required=False, max_length=200, assume_scheme="https"
    )
    country = forms.ChoiceField(label=_("Country where you live"))
    other_country = forms.CharField(label=_("If another country: which?"), required=False, max_length=100)
    unit = RegionField(
        label=_("Region where you live"),
        required=False,
        is_home=True,
        help_text=_(
            "Type your town, your region, or your country to see all of its regions. "
            "You will not be matched with the region where you live."
        ),
    )
    countries = forms.MultipleChoiceField(label=_("Countries that you have worked in"), required=False)

    def __init__(self, data: Any = None, files: Any = None, *, answers: Answers, **kwargs: Any) -> None:
        super().__init__(data, files, answers=_with_other(answers), **kwargs)
        self.searches = Searches()
        countries = Country.objects.active().as_choices()
        self.fields["country"].choices = [CHOOSE, *countries, (OTHER_COUNTRY, _("Another country"))]
        self.fields["countries"].choices = countries
        self.fields["countries"].widget.choices = countries
        self.fields["unit"].search_if_asked(data, "unit", self.searches)
        home = units([answers["unit"]]).get(answers["unit"])
        self.fields["unit"].widget.shown = {home.pk: str(home)} if home else {}

    def clean_unit(self) -> str:
        """Return the code of the region; it must lie in the country, which stays as it was chosen."""
        text = self.cleaned_data["unit"]
        resolved = resolve([text], self.searches)
        code = self.fields["unit"].take(text, resolved)
        country = self.cleaned_data.get("country")
        if code and country and resolved[text].unit.country_id != country:
            raise ValidationError(
                _("This region is not in the country that you chose. Change one of the two."), code="country"
            )
        return code or ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        is_other = cleaned.get("country") == OTHER_COUNTRY
        if is_other and not cleaned.get("other_country") and not self.is_draft:
            self.add_error("other_country", _("Enter the name of the country."))
        return cleaned

    @property
    def answers(self) -> Answers:
        typed = super().answers
        is_other = typed["country"] == OTHER_COUNTRY
        place = {"country": "", "unit": ""} if is_other else {"other_country": ""}
        if "unit" in self.errors and not _is_in(typed["unit"], typed["country"]):
            # The region saved before lies in another country than the one where the expert lives now.
            place |= {"unit": ""}
        return typed | place | {"countries": sorted(typed["countries"])}


def _is_in(unit: str, country: str) -> bool:
    return all(found.country_id == country for found in units([unit]).values())


class LanguageRow(PublicForm):
    language = forms.ChoiceField(label=_("Language"))
    level = forms.ChoiceField(
        label=_("Level"),
        choices=[CHOOSE]
        + [(level, format_lazy("{} – {}", level.label, words)) for level, words in CEFR_IN_WORDS.items()],
    )
    always_required = ("language", "level")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [CHOOSE, *_languages()]


class OnceEach:
    """Rows of which each must name something else."""

    key: str
    duplicate: Any

    def clean(self) -> None:
        super().clean()
        seen: set[str] = set()
        for form in self.forms:
            value = None if form in self.deleted_forms else form.cleaned_data.get(self.key)
            if value and value in seen:
                form.add_error(self.key, ValidationError(self.duplicate))
            seen.add(value)


class LanguageRows(
    OnceEach,
    rows_of(
        LanguageRow,
        label=_("Language"),
        add_label=_("Add a language"),
        min_num=1,
        max_num=20,
        help_text=_("Your own language counts too. Say what you can do today, not what you once learnt."),
    ),
):
    key, duplicate = "language", _("This language is there already. Keep one of the two.")


class LanguagesForm(SectionForm):
    section = Section.LANGUAGES
    row_sets = {"languages": LanguageRows}


class ExpertiseRow(PublicForm):
    area = forms.ChoiceField(label=_("Area of expertise"))
    level = forms.TypedChoiceField(label=_("Level"), coerce=int, choices=[CHOOSE, *ExpertiseLevel.choices])
    evidence = forms.CharField(
        label=_("Evidence"),
        required=False,
        max_length=500,
        help_text=_("A project, a publication, a link."),
    )
    always_required = ("area", "level")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [CHOOSE, *ExpertiseArea.objects.active().as_grouped_choices()]


class ExpertiseRows(
    OnceEach,
    rows_of(
        ExpertiseRow,
        label=_("Area"),
        add_label=_("Add an area"),
        min_num=1,
        max_num=30,
        help_text=_("A few areas with evidence help a region more than many without."),
    ),
):
    key, duplicate = "area", _("This area is there already. Keep one of the two.")


class ExpertiseForm(SectionForm):
    section = Section.EXPERTISE
    row_sets = {"expertise": ExpertiseRows}

    challenges = forms.MultipleChoiceField(label=_("Challenges that you have worked on"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = Challenge.objects.active().as_choices()
        self.fields["challenges"].choices = self.fields["challenges"].widget.choices = choices

    def build_helper(self) -> FormHelper:
        helper = super().build_helper()
        helper.layout = Layout("base", Rows("expertise"), "challenges")
        return helper

    @property
    def answers(self) -> Answers:
        typed = super().answers
        return typed | {"challenges": sorted(typed["challenges"])}


class RolesForm(SectionForm):
    section = Section.ROLES

    roles = forms.MultipleChoiceField(
        label=_("Roles that you offer"),
        choices=[
            (ExpertRole.LEAD, _("Lead expert: I coordinate a region's team and am its first contact")),
            (ExpertRole.SUPPORT, _("Support expert: I add my field to a team that somebody else leads")),
        ],
    )
    max_regions = forms.TypedChoiceField(
        label=_("Most regions at a time"),
        coerce=int,
        choices=[(number, str(number)) for number in range(1, MOST_REGIONS + 1)],
    )
    always_required = ("max_regions",)

    @property
    def answers(self) -> Answers:
        typed = super().answers
        return typed | {"roles": sorted(typed["roles"])}


class OrganisationRow(PublicForm):
    name = forms.CharField(label=_("Organisation"), max_length=200)
    connection = forms.CharField(
        label=_("Your connection"),
        required=False,
        max_length=200,
        help_text=_("For example: employer, client since 2023, member of the board."),
    )
    always_required = ("name",)


class OrganisationsForm(SectionForm):
    section = Section.ORGANISATIONS
    row_sets = {
        "organisations": rows_of(
            OrganisationRow,
            label=_("Organisation"),
            add_label=_("Add an organisation"),
            help_text=_("Leave this empty if there is none."),
        )
    }


class CvForm(PublicForm):
    submit_label = _("Upload this file")

    cv = forms.FileField(
        label=_("CV"),
        help_text=_("One PDF file of at most 10 MB."),
        widget=forms.FileInput({"accept": ".pdf,application/pdf"}),
    )
    checked: CheckedUpload

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def clean_cv(self) -> Any:
        file = self.cleaned_data["cv"]
        self.checked = check_upload(file, allowed=[PDF], by=self.by)
        return file


class DeclarationsForm(SectionForm):
    section = Section.DECLARATIONS
    saves_itself = False

    declares_truth = forms.BooleanField(
        label=DECLARATIONS[DeclarationKind.TRUTH].label,
        help_text=DECLARATIONS[DeclarationKind.TRUTH].explanation,
    )
    agrees_to_sharing = forms.BooleanField(
        label=DECLARATIONS[DeclarationKind.SHARING].label,
        help_text=DECLARATIONS[DeclarationKind.SHARING].explanation,
    )
    agrees_to_listing = forms.BooleanField(
        label=DECLARATIONS[DeclarationKind.LISTING].label,
        help_text=DECLARATIONS[DeclarationKind.LISTING].explanation,
        required=False,
    )


def _languages() -> list[tuple[str, str]]:
    return Language.objects.active().as_choices()


def _with_other(answers: Answers) -> Answers:
    return answers | {"country": OTHER_COUNTRY} if answers["other_country"] else answers
