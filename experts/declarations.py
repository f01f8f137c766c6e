"""The declarations in the words that experts read and the record keeps."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from experts.enums import DeclarationKind


class Declaration(NamedTuple):
    label: Any
    explanation: Any

    @property
    def wording(self) -> str:
        """All that was on the screen, in the active language."""
        return f"{self.label}\n{self.explanation}"


DECLARATIONS = {
    DeclarationKind.TRUTH: Declaration(
        _("My profile is true and complete"),
        _("I keep it up to date, my days and my organisations above all."),
    ),
    DeclarationKind.SHARING: Declaration(
        _("My profile may be shown to OECD staff and to the pilot regions that I am proposed to"),
        _(
            "OECD staff see all of it. Regions see it without your CV, your organisations and your e-mail "
            "address, and only once you are proposed to them. To take this back, withdraw your profile."
        ),
    ),
    DeclarationKind.LISTING: Declaration(
        _("My name, my line and my role may be shown publicly with the pilot regions that I support"),
        _(
            "Optional; it changes nothing for you. Once you have accepted to support a region that is shown "
            "to the public, visitors see your name, your line about yourself and your role beside it. "
            "Without your tick nobody does. To take this back, remove the tick and save."
        ),
    ),
}
