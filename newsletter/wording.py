"""What people agree to, in the words that they read and the record keeps."""

from django.utils.translation import gettext_lazy as _

CONSENT = _(
    "You agree that we may use your e-mail address to send you IMPACT news on the topics and "
    "in the language that you chose, and for nothing else. You can change the topics or "
    "unsubscribe with one click in every e-mail, and you can have your address deleted."
)
