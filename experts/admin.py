"""The pool of experts in the administration."""

from experts.staff import profiles

__all__ = ["profiles"]
