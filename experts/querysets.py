"""Which experts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, TextField, Value
from django.db.models.functions import Coalesce, JSONObject

from core.accounts.models import User
from core.annotating import with_declared
from core.questionnaires.enums import FormPurpose
from core.questionnaires.models import FormQuestion
from core.reference.enums import CefrLevel
from core.sections.kinds import KINDS
from core.sections.questions import Compared
from experts import commitments
from experts.enums import ExpertStatus

if TYPE_CHECKING:
    from experts.models.expert import Expert


TEXTS = "array_to_string(ARRAY(SELECT found #>> '{}' FROM jsonb_path_query(%(expressions)s) AS found), ' ')"
# What is typed, of answers and of columns in their rows; a code, or the hash of the CV, is no text.
TYPED = '$.** ? (@.type() == "object").keyvalue() ? (@.key == $names[*]).value.** ? (@.type() == "string")'


class ExpertQuerySet(QuerySet["Expert"]):
    def for_user(self, user: User) -> ExpertQuerySet:
        return self.filter(user=user)

    def tests(self) -> ExpertQuerySet:
        """Those with which staff try out the form; `objects` has none of them."""
        return self.filter(is_test=True)

    def approved(self) -> ExpertQuerySet:
        return self.filter(status=ExpertStatus.APPROVED)

    def listed(self) -> ExpertQuerySet:
        """Whose name may be public: they said so, and have not left the pool since."""
        return self.filter(agrees_to_listing=True, status__in=[ExpertStatus.APPROVED, ExpertStatus.PAUSED])

    def pool(self, *, keep: Iterable[int] = ()) -> ExpertQuerySet:
        """The approved, and those in `keep` (primary keys) whatever their status."""
        return self.filter(Q(status=ExpertStatus.APPROVED) | Q(pk__in=list(keep))).order_by("pk")

    def of(self, user: User) -> ExpertQuerySet:
        """The profile of a person with all that its pages read; nobody's if there is none."""
        return self.for_user(user).with_profile()

    def idle_since(self, moment: datetime) -> ExpertQuerySet:
        """Outside the pool, unchanged since then, and never matched with a region."""
        outside = [ExpertStatus.DRAFT, ExpertStatus.WITHDRAWN, ExpertStatus.DECLINED]
        idle = self.filter(status__in=outside, changed_at__lt=moment, erased_at__isnull=True)
        return idle.exclude(commitments.is_committed())

    def to_remind(self, before: datetime) -> ExpertQuerySet:
        """In the pool, and not confirmed as current since then."""
        return self.filter(
            status__in=[ExpertStatus.APPROVED, ExpertStatus.PAUSED], confirmed_at__lt=before
        ).select_related("user")

    def changed_since_seen(self) -> ExpertQuerySet:
        """In the pool, with changes that staff have not looked at; those waiting for approval apart."""
        return self.filter(
            status__in=[ExpertStatus.APPROVED, ExpertStatus.PAUSED], revision__gt=F("seen_revision")
        )

    def erasure_open(self) -> ExpertQuerySet:
        """Deletion was asked for and waits for staff."""
        return self.filter(erasure_asked_at__isnull=False, erased_at__isnull=True)

    def speaking(self, language: str, level: str = CefrLevel.A1) -> ExpertQuerySet:
        """Who speaks the language at that CEFR level or above."""
        return self._having(languages__language=language, languages__level__in=CefrLevel.at_least(level))

    def skilled_in(self, area: str, level: int = 1) -> ExpertQuerySet:
        """Who knows the area at that level (1 to 3) or above."""
        return self._having(expertise__area=area, expertise__level__gte=level)

    def free_between(self, first: date, last: date, *, half_days: int = 1) -> ExpertQuerySet:
        """Who has at least so many half-days in these months that no team has been promised.

        Args:
            first, last: first days of the first and the last month that count.
            half_days: in all months together.
        """
        rows = self.model.objects.filter(pk=OuterRef("pk"), months__month__range=(first, last))
        offered = total_half_days(rows, "months__half_days")
        free = offered - commitments.promised(first, last)
        return self.annotate(half_days_free=free).filter(half_days_free__gte=half_days)

    def with_half_days_from(self, month: date) -> ExpertQuerySet:
        """With `half_days_offered`: the sum over that month and all later ones."""
        ahead = Sum("months__half_days", filter=Q(months__month__gte=month), default=0)
        return with_declared(self, half_days_offered=ahead)

    def ever_sent(self) -> ExpertQuerySet:
        """What staff may read: a draft is its author's alone until it is sent for the first time."""
        return self.filter(submitted_at__isnull=False)

    def awaiting_approval(self) -> ExpertQuerySet:
        return self.filter(status=ExpertStatus.SUBMITTED)

    def names(self) -> dict[int, str]:
        """Return what each is called, as `str` says it; thousands without making a row of each."""
        named = dict(self.exclude(name="").order_by().values_list("pk", "name"))
        others = self.filter(name="").order_by().select_related("user")
        told = others.only("name", "erased_at", "user__name", "user__email", "user__erased_at")
        return named | {expert.pk: str(expert) for expert in told}

    def with_profile(self) -> ExpertQuerySet:
        """With everything that a snapshot or a profile page reads, in a fixed number of queries."""
        return self.select_related("user", "country", "unit").prefetch_related(
            "languages__language", "expertise__area", "months", "organisations"
        )

    def with_texts(self) -> ExpertQuerySet:
        """With `answered`, for searches: what is typed in the profile as its page shows it to staff."""
        # Not of `answers`, which keep what other answers hide and what is no longer asked.
        rows = self.model.objects.filter(pk=OuterRef("pk")).order_by("-versions__revision")
        last = Subquery(rows.values("versions__profile")[:1])
        texts = FormQuestion.objects.filter(
            version__form__purpose=FormPurpose.EXPERT, kind__in=_typed_kinds()
        )
        names = JSONObject(names=ArraySubquery(texts.order_by().values("key").distinct()))
        return self.alias(answered=Func(last, Value(TYPED), names, template=TEXTS, output_field=TextField()))

    def _having(self, **conditions: Any) -> ExpertQuerySet:
        """Those with one related row that meets all conditions; without a join that would multiply rows."""
        return self.filter(pk__in=self.model.objects.filter(**conditions).values("pk"))


def _typed_kinds() -> list[str]:
    return [kind.code for kind in KINDS.values() if kind.is_prose or kind.compared_as == Compared.TEXT]


def total_half_days(rows: QuerySet, column: str) -> Coalesce:
    """Return the sum of a column over some rows, in one subquery; 0 where there is none."""
    # Without GROUP BY, so that the sum is over all rows of the condition.
    total = rows.order_by().annotate(total=Func(column, function="SUM", output_field=IntegerField()))
    return Coalesce(Subquery(total.values("total")), 0)
