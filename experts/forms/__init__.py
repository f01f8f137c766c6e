"""The forms of an expert profile, one for each section."""

from experts.forms.availability import AvailabilityForm
from experts.forms.sections import (
    AboutForm,
    CvForm,
    DeclarationsForm,
    ExpertiseForm,
    LanguagesForm,
    OrganisationsForm,
    RolesForm,
    SectionForm,
)

__all__ = [
    "AboutForm",
    "AvailabilityForm",
    "CvForm",
    "DeclarationsForm",
    "ExpertiseForm",
    "LanguagesForm",
    "OrganisationsForm",
    "RolesForm",
    "SectionForm",
]
