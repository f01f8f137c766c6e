"""How words that people typed stand in e-mails, and addresses on pages."""

from django import template

from core.mail import quoting
from core.mail.mailboxes import in_letters

register = template.Library()
register.filter("quoted", quoting.quoted)
register.filter("who", quoting.who)
register.filter("cited", quoting.cited)
register.filter("in_letters", in_letters)
