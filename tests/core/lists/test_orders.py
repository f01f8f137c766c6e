"""Every column whose value is in the database can be sorted by."""

from __future__ import annotations

import pytest

from core.accounts.enums import Role
from core.lists.columns import name_of
from tests.builders.people import make_staff
from tests.support.lookups import ADMINS, asked

pytestmark = pytest.mark.django_db
SEVERAL = "several values"
CALCULATED = "worked out in Python"
LINK = "a link"
NOT_IN_DATABASE = {
    "accounts.staffrole.people": SEVERAL,
    "accounts.user.role_names": SEVERAL,
    "applications.call.state_label": CALCULATED,  # of the clock; its dates can be sorted by
    "applications.rankedapplication.by_criterion": SEVERAL,  # each has a column of its own on demand
    "applications.rankedapplication.flags": SEVERAL,
    "experts.expert.knows": SEVERAL,
    "experts.expert.speaks": SEVERAL,
    "decision_log.loggeddecision.details": CALCULATED,
    "files.preparedfile.fetch": LINK,
    "lists.savedview.open": LINK,
    "matching.reservation.amount": SEVERAL,
    "questionnaires.form.name": CALCULATED,
    "reference.challenge.is_edited": CALCULATED,
    "reference.expertisearea.is_edited": CALCULATED,
    "reference.interregprogramme.country_codes": SEVERAL,
    "reference.interregprogramme.is_edited": CALCULATED,
    "reference.organisationtype.is_edited": CALCULATED,
}


def test_every_column_is_sorted_by_or_says_why_not() -> None:
    everything = make_staff(*Role)
    unsortable = set()
    for model_admin in ADMINS:
        request = asked(model_admin, everything, {})
        changelist = model_admin.get_changelist_instance(request)
        for column in changelist.offered_columns:
            if column != "action_checkbox" and not changelist.get_ordering_field(column):
                unsortable.add(f"{model_admin.opts.label_lower}.{name_of(column)}")
    assert sorted(unsortable) == sorted(NOT_IN_DATABASE)


def test_every_list_is_sorted_by_each_of_its_columns_both_ways() -> None:
    everything = make_staff(*Role)
    tried = 0
    for model_admin in ADMINS:
        columns = model_admin.get_changelist_instance(asked(model_admin, everything, {})).offered_columns
        for column in columns[1 if columns[0] == "action_checkbox" else 0 :]:
            for sign in ("", "-"):
                request = asked(model_admin, everything, {"o": f"{sign}{name_of(column)}"})
                changelist = model_admin.get_changelist_instance(request)
                assert list(changelist.queryset[:1]) is not None
                tried += 1
    assert tried > 300
