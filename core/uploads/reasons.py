"""Why a file is refused, in words for the person who chose it: what is the matter, and what helps."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.uploads.kinds import HEIC, JPEG, KINDS, found_in_words, kinds_in_words
from inspection.refusals import Reason

TEXTS = {
    Reason.BROKEN: _("“%(name)s” is damaged and cannot be opened. Save it again and choose it again."),
    Reason.DEMANDING: _(
        "“%(name)s” is damaged, or takes too much memory or time to open. Save it again, or "
        "save it as a simple PDF, and choose the new file."
    ),
    Reason.ENCRYPTED: _("“%(name)s” is password-protected. Remove the password and choose it again."),
    Reason.OLD_OFFICE: _(
        "“%(name)s” is in an Office format from before 2007. Open it, save it as DOCX, XLSX or "
        "PDF, and choose the new file."
    ),
    Reason.ARCHIVE: _(
        "“%(name)s” was not saved in the way Office programs save documents. Open it, save it "
        "under a new name, and choose the new file."
    ),
    Reason.ENTITIES: _(
        "“%(name)s” defines XML entities, which documents do not need. Open it, save it under "
        "a new name, and choose the new file."
    ),
    Reason.MACROS: _(
        "“%(name)s” contains a program (macro). Save it without macros, or as a PDF, and choose the new file."
    ),
    Reason.EXCEL4: _(
        "“%(name)s” contains a sheet with an Excel 4 macro, which is a program. Delete that "
        "sheet, or save the file as a PDF, and choose the new file."
    ),
    Reason.PROGRAM: _(
        "“%(name)s” contains an embedded object or program. Replace it with a picture or text, "
        "or save the file as a PDF, and choose the new file."
    ),
    Reason.REMOTE_TEMPLATE: _(
        "“%(name)s” loads a template from another computer when it is opened (%(address)s). "
        "Change its template to “Normal”, or save it as a PDF, and choose the new file."
    ),
    Reason.REMOTE: _(
        "“%(name)s” loads content from another computer when it is opened (%(address)s). "
        "Insert the content into the file, or save it as a PDF, and choose the new file."
    ),
    Reason.REFRESH: _(
        "“%(name)s” fetches data from another source when it is opened. Delete the connection "
        "under Data > Queries and Connections, or save the file as a PDF, and choose the new "
        "file."
    ),
    Reason.DDE: _(
        "“%(name)s” contains a link that starts another program (DDE). Replace the link with "
        "its text, or save the file as a PDF, and choose the new file."
    ),
    Reason.JAVASCRIPT: _(
        "“%(name)s” contains a program (JavaScript). Print it to a new PDF, which removes the "
        "program, and choose the new file."
    ),
    Reason.LAUNCH: _(
        "“%(name)s” contains a command that opens another file or program. Print it to a new "
        "PDF and choose the new file."
    ),
    Reason.STARTS: _(
        "“%(name)s” opens another file or website, or sends data, without asking. Print it to "
        "a new PDF and choose the new file."
    ),
    Reason.ATTACHMENT: _(
        "“%(name)s” has other files attached to it. Upload those separately, and print this "
        "file to a new PDF."
    ),
    Reason.XFA: _(
        "“%(name)s” is an interactive form (XFA) that many programs cannot show. Print your "
        "completed form to a new PDF and choose the new file."
    ),
    Reason.MEDIA: _(
        "“%(name)s” contains video, sound or a 3D model. Print it to a new PDF and choose the new file."
    ),
    Reason.PIXELS: _(
        "“%(name)s” is %(width)s × %(height)s pixels, which is too large to open safely. Make "
        "it smaller and choose it again."
    ),
    Reason.ENCODING: _("The file is not in UTF-8. Save it as “CSV UTF-8” or XLSX, and choose the new file."),
    Reason.TABLE: _("The file cannot be read as a CSV table. Check it and choose it again."),
}
IPHONE_PHOTO = _(
    "“%(name)s” is a HEIC photo, the format iPhones use. Open it on your phone or computer, "
    "export it as JPEG, and choose the new file. To take new photos as JPEG on an iPhone, "
    "choose Settings > Camera > Formats > Most Compatible."
)
OTHER_KIND = _("“%(name)s” is %(found)s. Choose a file of one of these types: %(wanted)s.")
RENAMED = _(
    "“%(name)s” is in fact %(found)s. Change the ending of its name to %(ending)s and choose it again."
)


def refusal(reason: str, name: str, details: dict[str, Any]) -> ValidationError:
    """Return the error for the form; the reason is its code."""
    return ValidationError(TEXTS[Reason(reason)], code=str(reason), params={"name": name, **details})


def other_kind(kind: str, name: str, wanted: Collection[str]) -> ValidationError:
    """Return the error for a file of a kind that is not asked for here."""
    params = {"name": name, "found": found_in_words(kind), "wanted": kinds_in_words(wanted)}
    is_convertible = kind == HEIC and JPEG in wanted
    return ValidationError(IPHONE_PHOTO if is_convertible else OTHER_KIND, code="kind", params=params)


def renamed(kind: str, name: str) -> ValidationError:
    """Return the error for a file whose name promises another kind."""
    params = {"name": name, "found": KINDS[kind][1], "ending": KINDS[kind][2][0]}
    return ValidationError(RENAMED, code="renamed", params=params)
