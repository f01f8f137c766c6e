"""Files: uploaded on a page of their own, listed in a version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import LayoutObject
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.sections.kinds.base import Kind
from core.sections.kinds.telling import Heading, Row, Told
from core.sections.questions import Answers, Compared, Question


class Files(Kind):
    """Files, each with name, kind, size and SHA-256; stored the moment they are chosen, so no cells."""

    code = "files"
    compared_as = Compared.NOTHING
    title = _("Files")
    can_be_column = False

    @property
    def blank(self) -> list[Any]:
        return []

    def layout(self, question: Question) -> Sequence[str | LayoutObject]:
        return []

    def cells(self, question: Question, value: Any) -> Answers:
        return {}

    def told(self, heading: Heading, value: Any, language: str) -> Told:
        return Told(rows=[_file(file, language) for file in value])


def _file(file: Heading, language: str) -> Row:
    return [
        (gettext("Name"), file["name"]),
        (gettext("Kind"), file["kind"][language]),
        (gettext("Size"), filesizeformat(file["size"])),
        ("SHA-256", file["sha256"]),
    ]
