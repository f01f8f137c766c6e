"""How the matching's numbers are shown."""

from django import template

from matching import wording

register = template.Library()
register.filter("as_days", wording.days)
