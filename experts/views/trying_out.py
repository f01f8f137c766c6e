"""A test of the form of experts: deleted by whoever filled it in."""

from __future__ import annotations

from typing import Any

from core.accounts.logged_in import person_at
from core.questionnaires.deleting_tests import DeleteTestPage
from core.questionnaires.models import FormVersion
from experts import actions
from experts.views.own_profile import OwnProfileMixin


class DeleteTestView(OwnProfileMixin, DeleteTestPage):
    template_name = "experts/delete_test.html"
    home = "experts:register"

    def get_form_version(self) -> FormVersion:
        return self.expert.form_version

    def delete_test(self) -> None:
        actions.delete_own_test(expert_id=self.expert.pk, by=person_at(self.request))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(expert=self.expert, **kwargs)
