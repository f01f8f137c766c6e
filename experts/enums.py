"""The words and numbers of the expert pool."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.reference.enums import CefrLevel

# The programme runs for two years, 2026 and 2027; source: the announcement of IMPACT.
PROGRAMME_LAST_MONTH = date(2027, 12, 1)
MAX_REGIONS = 5

# What each level means, in our words, after the self-assessment grid of the Council of Europe.
CEFR_IN_WORDS = {
    CefrLevel.A1: _("I use simple phrases about myself"),
    CefrLevel.A2: _("I manage short exchanges on familiar topics"),
    CefrLevel.B1: _("I manage most everyday conversations"),
    CefrLevel.B2: _("I discuss my field fluently and write clear texts"),
    CefrLevel.C1: _("I lead workshops and write reports with ease"),
    CefrLevel.C2: _("I understand and express practically everything"),
    CefrLevel.N: _("I speak it as my native language, or as well as one"),
}


class ExpertStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waiting for approval")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")
    PAUSED = "paused", _("Paused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


_E = ExpertStatus
EXPERT_MOVES = {
    _E.DRAFT: frozenset({_E.SUBMITTED, _E.WITHDRAWN}),
    _E.SUBMITTED: frozenset({_E.DRAFT, _E.APPROVED, _E.DECLINED, _E.WITHDRAWN}),
    _E.APPROVED: frozenset({_E.PAUSED, _E.DECLINED, _E.WITHDRAWN}),
    _E.PAUSED: frozenset({_E.APPROVED, _E.DECLINED, _E.WITHDRAWN}),
    # A declined expert may improve the profile and ask again.
    _E.DECLINED: frozenset({_E.SUBMITTED, _E.APPROVED, _E.WITHDRAWN}),
    _E.WITHDRAWN: frozenset({_E.DRAFT}),
}


# Staff read these profiles; nobody comes here without having agreed to it.
IN_POOL = [_E.SUBMITTED, _E.APPROVED, _E.PAUSED]


class DeclarationKind(models.TextChoices):
    """Named as the field of the profile that holds the answer."""

    TRUTH = "declares_truth", _("The profile is true")
    SHARING = "agrees_to_sharing", _("The profile may be shown")
    LISTING = "agrees_to_listing", _("The name may be public")


class ExpertRole(models.TextChoices):
    LEAD = "lead", _("Lead expert")
    SUPPORT = "support", _("Support expert")


class ExpertiseLevel(models.IntegerChoices):
    KNOWS = 1, _("I know this field")
    PRACTISED = 2, _("I have practical experience in this field")
    LEADS = 3, _("I lead others in this field")


class ProfileSection(models.TextChoices):
    """The parts of a profile, in their order; each is saved alone."""

    ABOUT = "about", _("About you")
    LANGUAGES = "languages", _("Languages")
    EXPERTISE = "expertise", _("Expertise areas")
    AVAILABILITY = "availability", _("Availability")
    ROLES = "roles", _("Roles and number of regions")
    ORGANISATIONS = "organisations", _("Organisations you are connected with")
    CV = "cv", _("CV")
    DECLARATIONS = "declarations", _("Declarations")


class SectionState(models.TextChoices):
    EMPTY = "empty", _("Not started")
    INCOMPLETE = "incomplete", _("Incomplete")
    COMPLETE = "complete", _("Complete")
    OPTIONAL = "optional", _("Optional")
