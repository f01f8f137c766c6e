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
        "“%(name)s” is damaged, or opening it takes too much memory or time. "
        "Save it again, or save it as a simple PDF, and choose that."
    ),
    Reason.ENCRYPTED: _("“%(name)s” is protected by a password. Remove the password and choose it again."),
    Reason.OLD_OFFICE: _(
        "“%(name)s” has the format of Office before 2007. "
        "Open it, save it as DOCX, XLSX or PDF, and choose that."
    ),
    Reason.ARCHIVE: _(
        "“%(name)s” is not packed in the way in which Office programs pack documents. "
        "Open it, save it under a new name, and choose that."
    ),
    Reason.ENTITIES: _(
        "“%(name)s” defines abbreviations in its XML (entities), which documents do not need. "
        "Open it, save it under a new name, and choose that."
    ),
    Reason.MACROS: _(
        "“%(name)s” contains a program (macro). Save it without macros, or as PDF, and choose that."
    ),
    Reason.EXCEL4: _(
        "“%(name)s” contains a sheet of Excel 4 macros, which is a program. "
        "Delete that sheet, or save the file as PDF, and choose it again."
    ),
    Reason.PROGRAM: _(
        "“%(name)s” contains an embedded object or program. "
        "Replace it by a picture or a text, or save the file as PDF, and choose it again."
    ),
    Reason.REMOTE_TEMPLATE: _(
        "“%(name)s” loads a template from another computer when it is opened (%(address)s). "
        "Choose the template “Normal” in it, or save it as PDF, and choose it again."
    ),
    Reason.REMOTE: _(
        "“%(name)s” loads content from another computer when it is opened (%(address)s). "
        "Insert that content into the file itself, or save it as PDF, and choose it again."
    ),
    Reason.REFRESH: _(
        "“%(name)s” fetches data from another source when it is opened. "
        "Delete that connection under Data > Queries and Connections, or save it as PDF, and choose it again."
    ),
    Reason.DDE: _(
        "“%(name)s” contains a link that starts another program (DDE). "
        "Replace it by its text, or save the file as PDF, and choose it again."
    ),
    Reason.JAVASCRIPT: _(
        "“%(name)s” contains a program (JavaScript). Print it to a new PDF and choose that; "
        "the new PDF has none."
    ),
    Reason.LAUNCH: _(
        "“%(name)s” contains a command that opens another file or program. "
        "Print it to a new PDF and choose that."
    ),
    Reason.STARTS: _(
        "“%(name)s” opens another file or website, or sends data, without being asked. "
        "Print it to a new PDF and choose that."
    ),
    Reason.ATTACHMENT: _(
        "“%(name)s” has other files attached inside. Upload those on their own, "
        "and print this one to a new PDF."
    ),
    Reason.XFA: _(
        "“%(name)s” is an interactive form (XFA) that many programs cannot show. "
        "Print the form that you filled in to a new PDF and choose that."
    ),
    Reason.MEDIA: _(
        "“%(name)s” contains a film, a sound or a 3D model. Print it to a new PDF and choose that."
    ),
    Reason.PIXELS: _(
        "“%(name)s” has %(width)s × %(height)s pixels, which is too large to open safely. "
        "Make it smaller and choose it again."
    ),
    Reason.ENCODING: _("The file is not in UTF-8. Save it as “CSV UTF-8”, or as XLSX, and choose it again."),
    Reason.TABLE: _("The file is not a CSV table that can be read."),
}
IPHONE_PHOTO = _(
    "“%(name)s” is a HEIC photo, as iPhones take them. Convert it to JPEG: "
    "open it on your phone or computer and export it as JPEG. "
    "On an iPhone, new photos are JPEG with Settings > Camera > Formats > Most Compatible."
)
OTHER_KIND = _("“%(name)s” is %(found)s. Choose a file of one of these kinds: %(wanted)s.")
RENAMED = _("“%(name)s” is in fact %(found)s. Change the end of its name to %(ending)s and choose it again.")


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
