"""The buttons of the expert pool."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from core.decisions import use_theme_widget
from core.reference.enums import CefrLevel
from core.staff.admin import Decision, DecisionForm, OptionalReasonForm, ReasonForm, Scope
from experts import actions
from experts.enums import ExpertStatus
from experts.exceptions import IncompleteProfile, NotNow
from experts.models import Expert

VET = "experts.vet_expert"
REFUSALS = (IncompleteProfile, NotNow)

# Both lead to "approved"; which verb is meant depends on where the profile stands.
TO_APPROVE = frozenset({ExpertStatus.SUBMITTED, ExpertStatus.DECLINED})


def _may_approve(expert: Expert) -> bool:
    return expert.status in TO_APPROVE


class WritingForm(DecisionForm):
    """A level for each language of the profile."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        (expert,) = self.targets
        known = dict(expert.written_languages.values_list("language_id", "level"))
        self._languages = {f"written_{row.language_id}": row.language for row in expert.languages.all()}
        for name, language in self._languages.items():
            field = forms.ChoiceField(
                label=str(language),
                choices=[("", _("Not recorded")), *CefrLevel.choices],
                initial=known.get(language.pk, ""),
                required=False,
            )
            use_theme_widget(field)
            self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        return {"levels": {language.pk: answers.get(name, "") for name, language in self._languages.items()}}


DECISIONS = [
    Decision(
        name="approve",
        label=_("Approve"),
        action=actions.approve,
        target="expert_id",
        permission=VET,
        form=OptionalReasonForm,
        scope=Scope.EACH,
        is_possible=_may_approve,
        explain=_("The expert enters the pool, can be proposed to regions, and is told by e-mail."),
        done=_("Approved; the e-mail is queued."),
        refusals=REFUSALS,
        icon="check_circle",
    ),
    Decision(
        name="ask",
        label=_("Ask for more"),
        action=actions.ask_for_more,
        target="expert_id",
        permission=VET,
        form=ReasonForm,
        is_possible=lambda expert: expert.status == ExpertStatus.SUBMITTED,
        explain=_("The profile goes back to the expert with your text, to be completed and sent again."),
        done=_("The profile went back; the e-mail is queued."),
        refusals=REFUSALS,
        icon="help",
        variant=ActionVariant.DEFAULT,
    ),
    Decision(
        name="decline",
        label=_("Decline"),
        action=actions.decline,
        target="expert_id",
        permission=VET,
        form=ReasonForm,
        is_possible=lambda expert: expert.can_move(ExpertStatus.DECLINED),
        explain=_(
            "The expert is not, or no longer, proposed to regions and reads your reason by e-mail. "
            "Matches that stand are not ended by this."
        ),
        done=_("Declined; the e-mail is queued."),
        icon="cancel",
        variant=ActionVariant.DANGER,
    ),
    Decision(
        name="pause",
        label=_("Pause"),
        action=actions.pause,
        target="expert_id",
        permission=VET,
        form=ReasonForm,
        is_possible=lambda expert: expert.can_move(ExpertStatus.PAUSED),
        explain=_("No new region is proposed until staff resume the profile. Matches that stand go on."),
        done=_("Paused; the e-mail is queued."),
        icon="pause_circle",
        variant=ActionVariant.DEFAULT,
    ),
    Decision(
        name="resume",
        label=_("Resume"),
        action=actions.resume,
        target="expert_id",
        permission=VET,
        form=OptionalReasonForm,
        is_possible=lambda expert: expert.status == ExpertStatus.PAUSED,
        explain=_("The expert can be proposed to regions again and is told by e-mail."),
        done=_("Resumed; the e-mail is queued."),
        refusals=REFUSALS,
        icon="play_circle",
    ),
    Decision(
        name="seen",
        label=_("I have seen the changes"),
        action=actions.mark_seen,
        target="expert_id",
        permission=VET,
        scope=Scope.EACH,
        is_possible=lambda expert: expert.is_changed_since_seen,
        explain=_("The profile leaves the list of changes to look at, for all staff."),
        done=_("Noted."),
        icon="visibility",
        variant=ActionVariant.DEFAULT,
    ),
    Decision(
        name="writing",
        label=_("Record written languages"),
        action=actions.record_writing,
        target="expert_id",
        permission=VET,
        form=WritingForm,
        is_possible=lambda expert: expert.is_in_pool,
        explain=_(
            "How well the expert writes each language of the profile, as you know from texts that you read. "
            "A match run reads it where a rule asks that the lead writes a working language. The expert sees "
            "it in the copy of his or her data."
        ),
        done=_("Recorded for the match runs to come."),
        refusals=REFUSALS,
        icon="edit_note",
        variant=ActionVariant.DEFAULT,
    ),
    Decision(
        name="erase",
        label=_("Delete the personal data"),
        action=actions.erase,
        target="expert_id",
        permission=VET,
        form=ReasonForm,
        is_possible=lambda expert: bool(expert.erasure_asked_at and not expert.erased_at),
        explain=_(
            "The expert asked for it, and a region has worked with the profile. Name, text, CV and all "
            "versions are deleted for good; matches stay, without a name. Check first whether the rules on "
            "accounts of public money let you."
        ),
        done=_("The personal data are deleted."),
        refusals=REFUSALS,
        icon="delete_forever",
        variant=ActionVariant.DANGER,
    ),
]
