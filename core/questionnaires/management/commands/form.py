"""The form of a call, or that of experts, as a file: exported, and imported as its next version."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.questionnaires.actions.importing import take_over
from core.questionnaires.content import content_of
from core.questionnaires.models import Form
from core.questionnaires.purposes import ADDRESS_OF_EXPERTS, forms_by_address
from core.questionnaires.transfer import MAX_BYTES, DoesNotFit, content_as_text, read_content

# What does not fit is told apart from what went wrong.
DOES_NOT_FIT = 2


class Command(BaseCommand):
    help = (
        "Export the published form of a call, or that of experts, to a JSON file, or import a file as its "
        "next version. docs/form.md describes the file."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb, help_text in (
            ("export", "write what is asked now to a file"),
            ("import", "let the draft of the form ask what a file asks"),
        ):
            command = verbs.add_parser(verb, help=help_text)
            help_text = f"the address of the call, such as 2026-2, or {ADDRESS_OF_EXPERTS}"
            command.add_argument("address", metavar="CALL", help=help_text)
            command.add_argument("file", metavar="FILE.json", type=Path)
            if verb == "import":
                command.add_argument("--publish", action="store_true", help="publish it at once")

    def handle(self, *, verb: str, address: str, file: Path, publish: bool = False, **options: Any) -> None:
        forms = forms_by_address()
        form = forms.get(address)
        if form is None:
            known = ", ".join(forms)
            raise CommandError(f"There is no form “{address}”. Forms: {known}.", returncode=DOES_NOT_FIT)
        if verb == "export":
            self._export(form, file)
        else:
            self._import(form, file, publish)

    def _export(self, form: Form, file: Path) -> None:
        version = form.published_version
        try:
            file.write_text(content_as_text(content_of(version)), encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.") from None
        self.stdout.write(f"{file}: version {version.number}.")

    def _import(self, form: Form, file: Path, publish: bool) -> None:
        try:
            with file.open("rb") as stream:
                content = read_content(stream.read(MAX_BYTES + 1))
            version = take_over(form_id=form.pk, content=content, by=None, publishes=publish)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.") from None
        except DoesNotFit as refusal:
            self.stderr.write(str(refusal))
            sys.exit(DOES_NOT_FIT)
        done = "published" if publish else "saved as the draft"
        self.stdout.write(f"Version {version.number} is {done}.")
