"""The pool of experts in the administration."""

from experts.staff import pool_form, profiles

__all__ = ["pool_form", "profiles"]
