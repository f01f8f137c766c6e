"""What people agree to, in the words that they read and the record keeps."""

from django.utils.translation import gettext_lazy as _

CONSENT = _(
    "You agree that we use your e-mail address to send you news of IMPACT on the topics that you chose, "
    "in the language that you chose, and for nothing else. You can change the topics or leave with one "
    "click in every e-mail, and have your address deleted."
)
