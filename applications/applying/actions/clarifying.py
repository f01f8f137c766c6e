"""Questions of staff: when none is open any more."""

from __future__ import annotations

from datetime import datetime

from applications.models import Application


def close_questions(application: Application, *, at: datetime) -> None:
    """Close the open question, if there is one: it was answered, or nobody waits for the answer any more.

    Args:
        application: locked.
        at: when that was so, aware.
    """
    application.clarifications.awaiting().update(answered_at=at)
