"""What is kept back for a coming call, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.half_days import days_in_words
from matching.models import Reservation


def kept_back(row: Reservation) -> str:
    """Say for which call, of whom and how much."""
    return _("Reserved for %(call)s from %(whom)s: %(what)s.") % {
        "call": row.call,
        "whom": row.expert or _("all experts"),
        "what": amount(row),
    }


def amount(row: Reservation) -> str:
    """Say how much is kept back."""
    parts = []
    if row.half_days:
        parts.append(_("%(days)s in each month") % {"days": days_in_words(row.half_days)})
    if row.share:
        parts.append(_("%(share)s%% of the days in each month") % {"share": row.share})
    if row.regions:
        text = ngettext("%(count)s region", "%(count)s regions", row.regions)
        parts.append(text % {"count": row.regions})
    return _(" and ").join(parts)
