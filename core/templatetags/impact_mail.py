"""How words that people typed stand in e-mails."""

from django import template

from core.mail import quoting

register = template.Library()
register.filter("quoted", quoting.quoted)
register.filter("who", quoting.who)
register.filter("cited", quoting.cited)
