"""The migration that made rows of the questions of experts keeps every answer, there and back."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from experts import snapshots
from experts.enums import ExpertStatus
from experts.models import Expert, ExpertVersion
from tests.builders.experts import make_expert_at
from tests.experts.test_stored_profiles import expert_of_the_example, stored_form_of

pytestmark = pytest.mark.django_db
BEFORE = [("experts", "0003_sensible_dates")]
COLUMNS = "name, headline, biography, website"


def migrate(target):
    # What was checked at the end of a transaction is checked now: tables with open checks are not altered.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    MigrationExecutor(connection).migrate(target)


def fetched(query):
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def test_profiles_and_versions_are_the_same_after_the_migration_as_before():
    expert, empty = expert_of_the_example(), make_expert_at(ExpertStatus.DRAFT)
    approved = make_expert_at(ExpertStatus.APPROVED)
    people = [expert.pk, empty.pk, approved.pk]
    stored = stored_form_of(expert)
    profiles = {pk: snapshots.take(Expert.objects.get(pk=pk)) for pk in people}
    versions = list(ExpertVersion.objects.values_list("pk", "profile", "saved_at"))

    migrate(BEFORE)
    rows = fetched(f"SELECT {COLUMNS} FROM experts_expert WHERE id = {expert.pk}")
    about = profiles[expert.pk]["about"]
    assert rows == [(about["name"], about["headline"], about["biography"], about["website"])]
    chosen = fetched(f"SELECT country_id FROM experts_expert_countries WHERE expert_id = {expert.pk}")
    assert sorted(chosen) == [("AT",), ("HR",)]
    assert fetched("SELECT count(*) FROM questionnaires_form WHERE purpose = 'expert'") == [(0,)]

    # The models that read it are those of today.
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes("experts"))
    assert stored_form_of(Expert.objects.get(pk=expert.pk)) == stored
    assert {pk: snapshots.take(Expert.objects.get(pk=pk)) for pk in people} == profiles
    assert list(ExpertVersion.objects.values_list("pk", "profile", "saved_at")) == versions
    assert Expert.objects.get(pk=empty.pk).answers == {}
