"""Staff fill in a form before anybody is asked it: tests, which count nowhere, whoever's form it is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Generic, TypeVar

from django.db import models, transaction

from core.accounts.models import User
from core.history import require
from core.questionnaires.models import FormVersion

PERMISSION = "questionnaires.edit_form"
Test = TypeVar("Test", bound=models.Model)


class CannotTryOut(Exception):
    """Raised when a form cannot be tried out. Its text is for people."""


class TryingOut(ABC, Generic[Test]):
    """How staff fill in a version of a form as a test: an app says what is its own of it."""

    @abstractmethod
    def tests(self) -> models.QuerySet[Test]:
        """Return all tests of all forms."""

    @abstractmethod
    def begin(self, version: FormVersion, *, by: User) -> Test:
        """Return the person's test of a version: the one that they have, or a new one.

        Raises:
            CannotTryOut: nobody could be asked this form.
        """

    @abstractmethod
    def erase(self, tests: Iterable[Test]) -> None:
        """Delete locked tests with their files."""

    def of(self, version: FormVersion) -> models.QuerySet[Test]:
        """Return the tests of a form, on this version and on those before it."""
        return self.tests().filter(form_version__form=version.form_id)

    @transaction.atomic
    def start(self, version: FormVersion, *, by: User) -> Test:
        """Return the person's test of a version, which has pages of its own.

        Raises:
            NotAllowed: the person may not write forms.
            CannotTryOut: nobody could be asked this form.
        """
        require(by, PERMISSION)
        return self.begin(version, by=by)

    @transaction.atomic
    def delete(self, version: FormVersion, *, by: User) -> int:
        """Delete all tests of a form; return how many there were.

        Raises:
            NotAllowed: the person may not write forms.
        """
        require(by, PERMISSION)
        tests = list(self.of(version).select_for_update(of=["self"]))
        self.erase(tests)
        return len(tests)
