"""The regions of an eligibility check, carried by the address of the page that starts an application."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from django.urls import reverse

from applications.form.core_questions import MAX_PARTNERS
from applications.models import Call
from core.reference.models import NutsUnit
from core.reference.region_fields import in_given_order, selectable

# In the address and in the form that starts an application; logging in keeps the address.
FIELD = "regions"


def start_address(call: Call, regions: Iterable[NutsUnit]) -> str:
    """Return where an application is started that can begin with the regions of a check."""
    query = urlencode({FIELD: [unit.pk for unit in regions]}, doseq=True)
    return f"{reverse('applications:start', args=[call.slug])}?{query}"


def regions_of(codes: Iterable[str]) -> list[NutsUnit]:
    """Return the regions of an address or form that may be chosen, in its order; as many as a check takes."""
    given = list(dict.fromkeys(codes))
    return in_given_order(selectable(given), given)[:MAX_PARTNERS]
