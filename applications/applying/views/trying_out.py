"""A test of the form of a call: deleted by whoever fills it in."""

from __future__ import annotations

from django.http import Http404

from applications.applying.actions import drafts
from applications.applying.views.base import ApplicationPage
from applications.models import Application
from applications.querysets import ApplicationQuerySet
from core.accounts.logged_in import person_at
from core.history import NotAllowed
from core.questionnaires.deleting_tests import DeleteTestPage
from core.questionnaires.models import FormVersion


class DeleteTestView(ApplicationPage, DeleteTestPage):
    template_name = "applications/delete_test.html"
    home = "applications:mine"

    def load(self, rows: ApplicationQuerySet) -> ApplicationQuerySet:
        return rows.filter(is_test=True)

    def get_form_version(self) -> FormVersion:
        return self.application.form_version

    def delete_test(self) -> None:
        try:
            drafts.withdraw(application_id=self.application.pk, by=person_at(self.request))
        except (Application.DoesNotExist, NotAllowed):
            raise Http404 from None
