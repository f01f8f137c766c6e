"""Who may; a refusal is raised before anything is written."""

from typing import Any

from impact.history import NotAllowed


def require(by: Any, permission: str) -> None:
    """Raise NotAllowed unless the person has the permission."""
    if not by.has_perm(permission):
        raise NotAllowed
