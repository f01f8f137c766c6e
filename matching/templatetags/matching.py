"""How the matching's numbers are shown."""

from django import template

from impact.half_days import days_in_words
from matching import wording

register = template.Library()
register.filter("as_days", days_in_words)
register.filter("kept_back", wording.kept_back)
