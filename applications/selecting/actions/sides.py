"""The confirmation of the sides of a pilot region, without which no match run reads them."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from applications.models import PilotRegion, SidesConfirmation
from applications.selecting.querysets import unconfirmed_sides
from applications.selecting.sides import FEWEST_SIDES, digest_of, possible_third_sides, sides_as_now
from core.accounts.models import User
from core.history import require
from core.reference.articles import listed


@transaction.atomic
def confirm_sides(
    *, region_id: int, by: User, no_other_side: bool = False, seen: str = "", reason: str = ""
) -> SidesConfirmation:
    """Confirm the sides of a pilot region with their languages; a later change of them waits again.

    Args:
        region_id: an active region.
        by: may change pilot regions.
        no_other_side: the person’s word that no third country near the partners’ regions is needed.
        seen: digest of the sides that the person was shown; empty where no page was shown.
        reason: for the record.

    Raises:
        NotAllowed: the person may not.
        ValidationError: a side or a language is missing, they are confirmed already or changed meanwhile, or
            nobody has decided about a third country.
    """
    require(by, "applications.change_pilotregion")
    region = PilotRegion.objects.select_for_update().get(pk=region_id)
    sides = sides_as_now(region)
    _refuse_unfit(region, sides)
    if seen and seen != digest_of(sides):
        raise ValidationError(_("The sides have changed since you opened this page. Open it again."))
    third = possible_third_sides(region)
    if third and not no_other_side:
        words = _("Decide first whether %(countries)s must be represented too: confirm the region by itself.")
        raise ValidationError(words % {"countries": listed(third)})
    not_needed = [country.pk for country in third]
    return SidesConfirmation.objects.create(
        region=region, sides=sides, not_needed=not_needed, by=by, reason=reason
    )


def _refuse_unfit(region: PilotRegion, sides: list[dict[str, object]]) -> None:
    if not region.is_active:
        raise ValidationError(_("The pilot region has ended."))
    if len(sides) < FEWEST_SIDES or not all(side["languages"] for side in sides):
        raise ValidationError(_("At least two sides are needed, each with a language."))
    if not unconfirmed_sides(PilotRegion.objects.filter(pk=region.pk)).exists():
        raise ValidationError(_("The sides are confirmed already."))
