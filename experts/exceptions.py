"""Why an action of the expert pool refuses; their texts are for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext


class IncompleteProfile(Exception):
    """Raised when something is missing that the step needs; nothing was written."""

    def __init__(self, gaps: Sequence[Any]) -> None:
        self.gaps = list(gaps)
        labels = "; ".join(str(gap.label) for gap in self.gaps)
        super().__init__(gettext("The profile is not complete: %(gaps)s.") % {"gaps": labels})


class StaleSection(Exception):
    """Raised when the section was saved elsewhere since the form was opened; nothing was written."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        super().__init__(gettext("This part of the profile was changed elsewhere."))


class NotNow(Exception):
    """Raised when the step is not open to this profile as it stands; nothing was written."""
