"""What a profile asks: the version of the form of experts on which it is written."""

from __future__ import annotations

from core.questionnaires.enums import FormPurpose
from core.questionnaires.loading import questionnaire, questionnaire_of_page
from core.questionnaires.models import Form, FormVersion
from core.sections.questions import Questionnaire
from experts.models import Expert


def asked_of(expert: Expert) -> Questionnaire:
    """Return what a profile asks; in memory after the first time."""
    return questionnaire(expert.form_version_id)


def asked_on(expert: Expert, version_id: int | None) -> Questionnaire:
    """Return what a page of a profile asked that was drawn on a version of the form."""
    return questionnaire_of_page(expert.form_version_id, version_id)


def asked_today() -> Questionnaire:
    """Return what who registers now is asked."""
    return questionnaire(published_version().pk)


def published_version(*, locks: bool = False) -> FormVersion:
    """Return the version on which new profiles are written.

    Args:
        locks: let nobody publish another one before the transaction ends.
    """
    forms = Form.objects.select_for_update(no_key=True) if locks else Form.objects
    return forms.get(purpose=FormPurpose.EXPERT, is_starting_point=True).published_version
