"""Reviewers with a profile, and what is asked of a balanced assignment."""

from applications.models import ReviewerProfile
from core.accounts.enums import Role
from tests.builders.people import person


def reviewer(name, **profile):
    user = person(Role.REVIEWER, name=name)
    languages, countries = profile.pop("languages", []), profile.pop("countries", [])
    row = ReviewerProfile.objects.create(user=user, **profile)
    row.languages.set(languages)
    row.countries.set(countries)
    return user
