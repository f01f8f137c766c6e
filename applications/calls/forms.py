"""The eligibility check that anybody can make."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from applications.form.core_questions import MAX_PARTNERS
from core.forms.forms import PublicForm
from core.known_types import known_as
from core.reference.models import NutsUnit
from core.reference.region_fields import RegionsField, in_given_order
from core.reference.region_widgets import map_name, search_name


class EligibilityForm(PublicForm):
    submit_label = _("Check")

    regions = RegionsField(
        label=_("Regions where the partners are based"),
        help_text=_(
            "One for each partner. Type the name of a town, village, region or country in any language, "
            "or choose on the map."
        ),
        limit=MAX_PARTNERS,
    )

    has_cross_border = forms.BooleanField(
        label=_("One of the partners is cross-border by nature: an EGTC, a Euroregion or similar"),
        help_text=_("It may represent several sides of the border. Staff will decide."),
        required=False,
    )

    def __init__(self, data: QueryDict | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        typed = data.getlist("regions") if data else []
        searched, country = (
            data.get(name("regions"), "") if data else "" for name in (search_name, map_name)
        )
        self._regions.load(typed, searched, country)

    def build_helper(self) -> FormHelper:
        helper = super().build_helper()
        # The answer has an address of its own, which can be sent to the partners.
        helper.form_method = "get"
        return helper

    @property
    def chosen(self) -> list[NutsUnit]:
        chosen: list[NutsUnit] = self._regions.widget.chosen
        return chosen

    @property
    def in_typed_order(self) -> list[NutsUnit]:
        """The regions in the order in which they were chosen, which the partners then have."""
        return in_given_order(self.chosen, known_as(self.data, QueryDict).getlist("regions"))

    @property
    def _regions(self) -> RegionsField:
        return known_as(self.fields["regions"], RegionsField)
