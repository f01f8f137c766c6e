"""How long a text is, as people count: in characters or in words. `static/js/text.js` counts the same."""

from __future__ import annotations

import json
import re
from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class Counted(StrEnum):
    """What the limits of a text count."""

    CHARACTERS = "characters"
    WORDS = "words"


# Written without blanks between words: each of these signs counts as one, as word processors have it.
_SIGNS = re.compile(
    "[\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]"
)
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")


def count_words(text: str) -> int:
    """Return how many words a text has: what stands between blanks and has a letter or a digit.

    "l’eau" and "peut-être" are one word, a dash alone is none, each Chinese or Japanese sign is one.
    """
    return sum(_LETTER_OR_DIGIT.search(part) is not None for part in _SIGNS.sub(" 字 ", text).split())


class Limits(NamedTuple):
    """How long a text may be, and what the counter below its box says.

    Args:
        least: that a complete form needs; nothing, if it does not matter.
        most: that is saved; nothing, if it does not matter.
        counts: what both count.
    """

    least: int | None
    most: int | None
    counts: Counted = Counted.CHARACTERS

    def length(self, text: str) -> int:
        return count_words(text) if self.counts == Counted.WORDS else len(text)

    @property
    def hint(self) -> str:
        """What is said beforehand; "" without limits."""
        if self.least and self.most:
            return _("From %(least)d to %(most)s.") % {"least": self.least, "most": self._said(self.most)}
        if self.least:
            return _("At least %(least)s.") % {"least": self._said(self.least)}
        return _("Up to %(most)s.") % {"most": self._said(self.most)} if self.most else ""

    def too_long(self, text: str) -> str:
        """Return why a text is longer than it may be; "" if it is not."""
        length = self.length(text)
        if not self.most or length <= self.most:
            return ""
        words = _("Shorten this to %(most)s: it is %(over)d over the limit.")
        return words % {"most": self._said(self.most), "over": length - self.most}

    def too_short(self, text: str) -> str:
        """Return why a text is shorter than it has to be; "" if it is not."""
        length = self.length(text)
        if not self.least or length >= self.least:
            return ""
        words = _("Write at least %(least)s: %(short)d more needed.")
        return words % {"least": self._said(self.least), "short": self.least - length}

    @property
    def for_script(self) -> str:
        """What the counter says while one types, of one and of several; a # stands for the number."""
        if self.counts == Counted.WORDS:
            left = (_("# word left"), _("# words left"))
            over = (_("# word over the limit"), _("# words over the limit"))
            short = (_("# more word needed"), _("# more words needed"))
        else:
            left = (_("# character left"), _("# characters left"))
            over = (_("# character over the limit"), _("# characters over the limit"))
            short = (_("# more character needed"), _("# more characters needed"))
        return json.dumps({"left": left, "over": over, "short": short}, ensure_ascii=False)

    def _said(self, number: int) -> str:
        if self.counts == Counted.WORDS:
            return ngettext("%(number)d word", "%(number)d words", number) % {"number": number}
        return ngettext("%(number)d character", "%(number)d characters", number) % {"number": number}
