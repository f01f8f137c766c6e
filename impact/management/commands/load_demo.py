"""`manage.py load_demo`: the demo's data, once; its calls move with the day."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from impact.demo import world


class Command(BaseCommand):
    help = "Loads the demo's data into an empty database; later, moves its calls to today."

    def handle(self, **options: Any) -> None:
        if not settings.DEMO_MODE:
            raise CommandError("This is not a demo: nothing was loaded.")
        if world.is_loaded():
            world.date_calls_around(timezone.now())
        else:
            world.load()
