"""Which versions of which applications: what the ground cannot ask, since it takes the rows of both."""

from __future__ import annotations

from django.db.models import Prefetch

from applications.models import Submission
from applications.querysets import ApplicationQuerySet


def with_latest_version(applications: ApplicationQuerySet) -> ApplicationQuerySet:
    """Return those that staff may see, with the last version as `latest_version`, without its answers."""
    versions = Submission.objects.latest_versions().without_answers()
    return applications.submitted().prefetch_related(
        Prefetch("submissions", versions, to_attr="loaded_versions")
    )
