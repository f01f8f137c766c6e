"""Why something is kept, or is not in a person's copy: a few sentences that many columns share."""

from django.utils.translation import gettext_lazy as _

RECORD = _(
    "Who submitted, decided or changed something is part of the record of how public money was awarded. Once "
    "an account is deleted, the record shows a number in place of the name."
)
STAFF_RECORD = _(
    "Staff decisions name the person who took them, so that the award of public money can be accounted for."
)
VERSION = _(
    "A submitted version and its PDF, with the partners’ contact persons, are proof of what "
    "was submitted. Their fingerprint (SHA-256) would no longer match if a single word changed."
)
OBJECTION = _("If we deleted an objection to e-mails, we could no longer respect it.")
OTHERS = _("It is about somebody else, or says what somebody else did.")
NOTES = _("Staff working notes: ask us for them, since they may contain data about others.")
LETTERS = _("The text of a letter announcing a decision is part of the record of that decision.")
