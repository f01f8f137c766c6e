"""What every map and every list of countries must say; in our own words (data/README.md, Duties)."""

from django.utils.translation import gettext_lazy as _

BOUNDARIES_CREDIT = _("© EuroGeographics for the administrative boundaries.")
TERRITORIAL_NOTE = _(
    "Names and boundaries are shown for orientation only. They take no position on the status of any "
    "territory, on sovereignty over it, or on the course of international frontiers."
)
KOSOVO_NOTE = _(
    "* The name Kosovo is used without taking a position on its status. Its use follows United Nations "
    "Security Council Resolution 1244 (1999) and the opinion of the International Court of Justice on "
    "Kosovo's declaration of independence."
)
