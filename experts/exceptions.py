"""Why an action of the expert pool refuses; their texts are for people."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext

from core.sections.completeness import Missing


class IncompleteProfile(Exception):
    """Raised when something is missing that the step needs; nothing was written."""

    def __init__(self, gaps: Sequence[Missing]) -> None:
        self.gaps = list(gaps)
        labels = "; ".join(gap.text for gap in self.gaps)
        super().__init__(gettext("The profile is not complete. Missing: %(gaps)s.") % {"gaps": labels})


class NotNow(Exception):
    """Raised when the step is not open to this profile as it stands; nothing was written."""
