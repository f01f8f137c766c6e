"""Draws the picture of Europe that lies below every map; run it when an outline or a country changes."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from core.reference.base_map import draw

TARGET = Path("img", "map-europe.svg")


class Command(BaseCommand):
    help = "Write static/img/map-europe.svg from the outlines and the list of countries."

    def handle(self, *args: Any, **options: Any) -> None:
        target = settings.BASE_DIR / "static" / TARGET
        target.write_text(draw(), encoding="utf-8")
        self.stdout.write(f"Wrote static/{TARGET}.")
