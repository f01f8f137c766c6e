"""Why something is kept, or is not in a person's copy: a few sentences that many columns share."""

from django.utils.translation import gettext_lazy as _

RECORD = _(
    "Who submitted, decided or changed something is part of the record of how public money was awarded. Once "
    "an account is deleted, the record shows a number in place of the name."
)
STAFF_RECORD = _(
    "Staff decisions name whoever took them, so that the award of public money can be accounted for."
)
VERSION = _(
    "A submitted version and its PDF, with the contact persons of the partners, are proof of what was "
    "submitted: their fingerprint (SHA-256) would no longer match if a single word changed."
)
OBJECTION = _("An objection to e-mails that is forgotten could not be respected.")
OTHERS = _("It is about somebody else, or says what somebody else did.")
NOTES = _("Working notes of staff: ask us for them, since they may hold data of others.")
LETTERS = _("The text of a letter that told a decision is part of the record of that decision.")
