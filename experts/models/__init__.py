"""Experts in community-led local development: profile, its rows, and the records of both."""

from experts.models.details import (
    ExpertExpertise,
    ExpertLanguage,
    ExpertMonth,
    ExpertOrganisation,
    WrittenLanguage,
)
from experts.models.expert import Expert, cv_path
from experts.models.records import ExpertChange, ExpertDeclaration, ExpertVersion

__all__ = [
    "Expert",
    "ExpertChange",
    "ExpertDeclaration",
    "ExpertExpertise",
    "ExpertLanguage",
    "ExpertMonth",
    "ExpertOrganisation",
    "ExpertVersion",
    "WrittenLanguage",
    "cv_path",
]
