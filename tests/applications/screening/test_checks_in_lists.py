"""The list of applications shows, sorts and filters by what the automatic checks found of each."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.applying import checked_versions
from applications.applying.checked_versions import BORDER, GROUPS, REGIONS, SIDES, THIRD_COUNTRY
from applications.applying.eligibility import check_submission
from applications.enums import CheckResult
from applications.models import AutomaticChecks
from applications.tasks import sweep
from core.accounts.enums import Role
from core.reference.borders import FindingCode
from core.reference.models import DataFile
from tests.builders.applications import submitted
from tests.builders.calls import closed_call
from tests.builders.people import make_staff

pytestmark = pytest.mark.django_db
LIST = "admin:applications_application_changelist"


def test_every_finding_belongs_to_one_check_that_lists_show():
    of = checked_versions.group_of
    groups = {group: {code for code in FindingCode if of(code) == group} for group in GROUPS}

    assert all(groups.values())
    assert groups[THIRD_COUNTRY] == {FindingCode.THIRD_SIDE_POSSIBLE}
    single = ("unit_", "no_location", "country_not")
    assert all(code.startswith(single) for code in groups[REGIONS])
    assert not any(code.startswith(single) for code in groups[SIDES] | groups[BORDER])


def test_list_shows_sorts_and_filters_by_each_check(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    client = Client()
    client.force_login(make_staff(Role.MANAGER))
    call = closed_call()
    units = {
        "plain": ["FRF11", "DE134"],
        "third": ["AT113", "HU222"],
        "lake": ["AT342", "DE147"],
        "near": ["DE131", "FRF11"],
        "sea": ["EE001", "FI1B1"],
    }
    rows = {name: submitted(call, units=codes) for name, codes in units.items()}
    found = {
        row.pk: checked_versions.results_of(check_submission(row.latest_version.snapshot))
        for row in rows.values()
    }

    def listed(query):
        return [row.pk for row in client.get(f"{reverse(LIST)}?{query}").context["cl"].result_list]

    for group in GROUPS:
        for result in CheckResult:
            expected = {key for key, results in found.items() if results[group] == result}
            assert (group, result, set(listed(f"check_{group}={result}"))) == (group, result, expected)
    columns = [
        getattr(column, "__name__", column) for column in client.get(reverse(LIST)).context["cl"].list_display
    ]
    by_third = [found[key][THIRD_COUNTRY] for key in listed(f"o=-{columns.index('check_third_country')}")]
    assert by_third == sorted(by_third, reverse=True)
    assert by_third[0] == CheckResult.TO_DECIDE
    assert 'aria-hidden="true">help</span> For staff to decide' in client.get(reverse(LIST)).content.decode()


def test_versions_without_checks_and_those_checked_on_older_data_are_checked_by_the_sweep():
    row = submitted(closed_call(), units=["AT113", "HU222"])
    assert row.automatic_checks.third_country == CheckResult.TO_DECIDE
    AutomaticChecks.objects.all().delete()
    assert list(checked_versions.due()) == [row.latest_version]

    sweep()

    kept = AutomaticChecks.objects.get(application=row)
    assert (kept.third_country, kept.submission) == (CheckResult.TO_DECIDE, row.latest_version)
    assert not checked_versions.due().exists()
    DataFile.objects.filter(name="tripoints.csv").update(loaded_at=timezone.now() + timedelta(seconds=1))
    assert list(checked_versions.due()) == [row.latest_version]
