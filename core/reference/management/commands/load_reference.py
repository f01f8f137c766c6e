"""Loads the reference data from the files of the app; `migrate` does the same by itself."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.reference.files import DataFileError
from core.reference.loading import load


class Command(BaseCommand):
    help = "Bring countries, regions, borders, programmes and vocabularies up to date with the data files."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = load()
        except DataFileError as error:
            raise CommandError(str(error)) from error
        if not report.files:
            self.stdout.write("Up to date.")
            return
        tally = report.tally
        self.stdout.write(f"Changed files: {', '.join(report.files)}.")
        self.stdout.write(
            f"{tally.created} rows created, {tally.updated} updated, {tally.deactivated} made inactive; "
            f"{tally.replaced} places and names replaced."
        )
