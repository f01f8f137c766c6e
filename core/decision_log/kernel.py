"""What the kernel itself has of decisions: stages, accounts, reports of misuse, forms."""

from __future__ import annotations

from functools import partial

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy

from core.accounts.enums import AccountChangeKind, Role
from core.accounts.models import AccountChange, User
from core.checklists import stages
from core.decision_log.models import StageDecision
from core.decision_log.sources import UNFINISHED_THEN, Source, joined, register
from core.decision_log.wording import unfinished_in_words
from core.objections.models import Settlement
from core.phrases import StrOrPromise
from core.questionnaires.enums import VersionStatus
from core.questionnaires.models import FormVersionChange

SETTLED = "settled"
NO_DECISIONS = {
    "access.Access": "who saw what has a list of its own",
    "objections.Objection": "what recipients said; its settlement is the decision",
    "files.PreparedFileChange": "how far a file came; who asked for it is among who saw what",
    "questionnaires.FormEdit": "work on a draft; its publication is the decision",
    "calculations.CalculationChange": "how far a calculation came",
}


def register_kernel() -> None:
    """Register the kernel's sources."""
    register(_stages(), _accounts(), _settlements(), _forms(), no_decisions=NO_DECISIONS)


def _stages() -> Source:
    """Stages that no other history keeps."""
    return Source(
        code="decision_log.stagedecision",
        rows=lambda: StageDecision.objects.filter(stage__in=_own_stages()),
        permission="decision_log.view_loggeddecision",
        noun="",
        verbs=_own_stages,
        about="",
        key="about",
        label=F("label"),
        verb=F("stage"),
        detail=UNFINISHED_THEN,
        detail_words=unfinished_in_words,
        reason="",
        readable=_stages_readable,
    )


def _own_stages() -> dict[str, StrOrPromise]:
    return {code: stage.words for code, stage in stages().items() if not stage.has_history}


def _stages_readable(reader: User) -> Q:
    return Q(stage__in=[code for code, stage in stages().items() if reader.has_perm(stage.permission)])


def _accounts() -> Source:
    return Source(
        code="accounts.accountchange",
        rows=lambda: AccountChange.objects.filter(by__isnull=False).exclude(by=F("target")),
        permission="accounts.view_accountchange",
        noun=gettext_lazy("Account"),
        verbs=partial(dict, AccountChangeKind.choices),
        about="accounts.user",
        key="target_id",
        label=Coalesce(NullIf("target__name", Value("")), "target__email"),
        verb=F("kind"),
        detail=joined("before", Value(" → "), "after"),
        detail_words=_roles_in_words,
    )


def _roles_in_words(detail: str) -> str:
    """Name roles in the reader's language; everything else stands as it was kept."""
    labels: dict[str, StrOrPromise] = dict(Role.choices)
    sides = (side.split(", ") for side in detail.split(" → "))
    return " → ".join(", ".join(str(labels.get(part, part)) for part in side) or "–" for side in sides)


def _settlements() -> Source:
    return Source(
        code="objections.settlement",
        rows=Settlement.objects.all,
        permission="objections.view_objection",
        noun=gettext_lazy("Report of misuse"),
        verbs=lambda: {SETTLED: gettext_lazy("Settled")},
        about="objections.objection",
        key="objection_id",
        label=F("objection__email"),
        verb=Value(SETTLED),
    )


def _forms() -> Source:
    return Source(
        code="questionnaires.formversionchange",
        rows=lambda: FormVersionChange.objects.filter(by__isnull=False),
        permission="questionnaires.view_form",
        noun=gettext_lazy("Form"),
        verbs=partial(dict, VersionStatus.choices),
        about="questionnaires.form",
        key="target__form_id",
        label=joined("target__form__purpose", Value(" "), "target__number"),
    )
