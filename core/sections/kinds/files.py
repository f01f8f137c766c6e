"""Files: stored the moment they are chosen, listed where they are asked for and in a version."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from crispy_forms.layout import LayoutObject
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from core.sections.kinds import faults
from core.sections.kinds.base import Kind
from core.sections.kinds.settings import FEWEST_FILES, FILE_TYPES, MAX_FILES, MOST_FILES
from core.sections.kinds.telling import Heading, LabelledRow, Told, ToldFile
from core.sections.questions import Question
from core.uploads.kinds import FAMILIES, endings, kinds_in_words, of_families

if TYPE_CHECKING:
    from core.sections.forms import SectionFormMixin

# The name of the button that saves a section and leads to its files; its value says to which.
TO_FILES = "to_files"
FEWEST = ngettext_lazy("Upload at least %(least)d file.", "Upload at least %(least)d files.", "least")
MOST = ngettext_lazy(
    "You can upload at most %(most)d file here. Remove it before you upload another one.",
    "You can upload at most %(most)d files here. Remove one before you upload another one.",
    "most",
)
WRONG_TYPE = _("“%(name)s” is not an accepted file type. Choose one of these types: %(wanted)s.")


class FilePages(Protocol):
    """Where the files of a form are handed out and taken; the app says so whose form it is."""

    @property
    def can_change(self) -> bool:
        """Whether the person may add and remove files now."""

    def download(self, file: str) -> str:
        """Return the address of a file."""

    def upload(self, question: Question) -> str:
        """Return the address of the page on which a question takes files."""


class FilesPlace:
    """The files of a question on the page of its section, and the way to add one."""

    def __init__(self, question: Question) -> None:
        self._question = question

    def render(self, form: SectionFormMixin, context: Any, **kwargs: Any) -> str:
        question = self._question
        files = question.kind.value(question, form.cells)
        return render_to_string("impact/files.html", on_page(question, files, form.file_pages))


class Files(Kind):
    """Files, each with name, type, size and SHA-256; a cell lists them, and no page sends it."""

    code = "files"
    title = _("Files")
    settings = (FEWEST_FILES, MOST_FILES, FILE_TYPES)
    can_be_column = False

    @property
    def blank(self) -> list[Any]:
        return []

    def layout(self, question: Question) -> Sequence[str | LayoutObject]:
        return [FilesPlace(question)]

    def hint(self, question: Question) -> str:
        size = filesizeformat(settings.UPLOAD_MAX_BYTES)
        words = gettext("%(kinds)s. Up to %(size)s each.")
        types = capfirst(words % {"kinds": kinds_in_words(accepted(question)), "size": size})
        return f"{_how_many(question)} {types}".strip()

    def misfits(self, question: Question, value: Any, cells: Mapping[str, Any]) -> Iterator[str]:
        if question.least and len(value) < question.least:
            yield str(FEWEST % {"least": question.least})
        if question.limit and len(value) > question.limit:
            yield str(MOST % {"most": question.limit})
        types = accepted(question)
        for file in value:
            if file["content_type"] not in types:
                yield str(WRONG_TYPE) % {"name": file["name"], "wanted": kinds_in_words(types)}

    def faults(self, question: Question, earlier: Sequence[Question] = ()) -> Iterator[str]:
        yield from faults.of_bounds(question, faults.whole, lowest=1)
        for bound in (question.least, question.limit):
            if (faults.whole(bound) or 0) > MAX_FILES:
                yield gettext("A question can take at most %(most)d files.") % {"most": MAX_FILES}
                break
        for code in question.accepts:
            if code not in FAMILIES:
                yield gettext("There is no file type “%(code)s”.") % {"code": code}

    def files(self, value: Any) -> Iterator[ToldFile]:
        for file in value or ():
            yield ToldFile(file["id"], file["name"])

    def told(self, heading: Heading, value: Any, language: str) -> Told:
        return Told(rows=[_file(file, language) for file in value], files=[*self.files(value)])


def accepted(question: Question) -> frozenset[str]:
    """Return the content types that a question takes."""
    return of_families(question.accepts)


def check_room(question: Question, count: int) -> None:
    """Refuse one more file where there are as many as a question takes.

    Raises:
        ValidationError: it has its most files; in words for the person who chose one more.
    """
    most = question.limit or MAX_FILES
    if count >= most:
        raise ValidationError(MOST, code="too_many_files", params={"most": most})


def on_page(
    question: Question, files: Collection[Mapping[str, Any]], pages: FilePages | None
) -> dict[str, Any]:
    """Return what the page of a section shows of a question for files.

    Args:
        question: of this kind.
        files: as its cell lists them.
        pages: where they are handed out and taken; None where nothing can be sent.
    """
    can_change = pages is not None and pages.can_change
    return {
        "question": question,
        "files": [
            {
                "name": file["name"],
                "note": filesizeformat(file["size"]),
                "url": pages and pages.download(file["id"]),
                "remove_value": f"{question.name}/{file['id']}" if can_change else "",
            }
            for file in files
        ],
        "upload_url": pages.upload(question) if pages and can_change else "",
        "accept": ",".join(endings(accepted(question))),
        "can_add": (pages is None or can_change) and len(files) < (question.limit or MAX_FILES),
        "takes_several": question.limit != 1,
        "to_files": TO_FILES,
    }


def _how_many(question: Question) -> str:
    least, most = question.least, question.limit
    if least and most and least == most:
        return ngettext("Exactly %(count)d file.", "Exactly %(count)d files.", most) % {"count": most}
    if least and most:
        return gettext("%(least)d to %(most)d files.") % {"least": least, "most": most}
    if least:
        return ngettext("At least %(count)d file.", "At least %(count)d files.", least) % {"count": least}
    if most:
        return ngettext("At most %(count)d file.", "At most %(count)d files.", most) % {"count": most}
    return ""


def _file(file: Heading, language: str) -> LabelledRow:
    kind = [(gettext("Kind"), file["kind"][language])] if "kind" in file else []
    return [
        (gettext("Name"), file["name"]),
        *kind,
        (gettext("Size"), filesizeformat(file["size"])),
        ("SHA-256", file["sha256"]),
    ]
