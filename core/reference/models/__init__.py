"""Reference data: places, borders, programmes and vocabularies, loaded from the files in data/.

Rows are never deleted, since answers point to them: what leaves a file becomes inactive.
"""

from core.reference.models.base import DataFile, EditableRow, ReferenceRow
from core.reference.models.borders import BorderPair, CountryBorder, InterregProgramme, Tripoint
from core.reference.models.places import Country, Language, NutsUnit
from core.reference.models.searching import Place, PlaceName
from core.reference.models.vocabularies import Challenge, ExpertiseArea, OrganisationType, VocabularyTerm

__all__ = [
    "BorderPair",
    "Challenge",
    "Country",
    "CountryBorder",
    "DataFile",
    "EditableRow",
    "ExpertiseArea",
    "InterregProgramme",
    "Language",
    "NutsUnit",
    "OrganisationType",
    "Place",
    "PlaceName",
    "ReferenceRow",
    "Tripoint",
    "VocabularyTerm",
]
