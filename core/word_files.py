"""Word files that people circulate while they draft: headings, texts, lists and boxes to write in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO

from django.utils import timezone

FONT = "Calibri"
# What a box has before anybody writes in it.
BOX_HEIGHT_CM = 3
BLANK_ROWS = 3


class WordFile:
    """A document in the making, in one language; what is added comes below what is there."""

    def __init__(self, title: str, *, subtitle: str, language: str) -> None:
        # Loaded by who makes a file only: it takes eight megabytes.
        from docx import Document
        from docx.oxml.ns import qn
        from docx.shared import Pt

        self._document = Document()
        normal = self._document.styles["Normal"]
        normal.font.name, normal.font.size = FONT, Pt(11)
        # The spelling checker follows it.
        for lang in self._document.styles.element.iter(qn("w:lang")):
            lang.set(qn("w:val"), language)
        properties = self._document.core_properties
        properties.title, properties.author, properties.language = title, "IMPACT", language
        properties.comments, properties.created, properties.modified = "", timezone.now(), timezone.now()
        self._document.add_heading(title, level=0)
        self._document.add_paragraph(subtitle)

    def heading(self, text: str, *, level: int) -> None:
        """Add a heading.

        Args:
            text: in one line.
            level: 1 is the highest.
        """
        self._document.add_heading(text, level=level)

    def paragraphs(self, text: str) -> None:
        for line in text.splitlines():
            self._document.add_paragraph(line)

    def hint(self, text: str) -> None:
        self._document.add_paragraph().add_run(text).italic = True

    def items(self, items: Iterable[str]) -> None:
        for item in items:
            self._document.add_paragraph(item, style="List Bullet")

    def box(self) -> None:
        """Add a box for an answer; it grows while one writes."""
        from docx.enum.table import WD_ROW_HEIGHT_RULE
        from docx.shared import Cm

        row = self._document.add_table(rows=1, cols=1, style="Table Grid").rows[0]
        row.height, row.height_rule = Cm(BOX_HEIGHT_CM), WD_ROW_HEIGHT_RULE.AT_LEAST
        self._document.add_paragraph()

    def blank_table(self, columns: Sequence[str]) -> None:
        """Add a table to write in."""
        table = self._document.add_table(rows=1, cols=len(columns), style="Table Grid")
        for cell, text in zip(table.rows[0].cells, columns, strict=True):
            cell.paragraphs[0].add_run(text).bold = True
        for _row in range(BLANK_ROWS):
            table.add_row()
        self._document.add_paragraph()

    def facts(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Add a table of what belongs together: a label and a text in each row."""
        table = self._document.add_table(rows=0, cols=2, style="Table Grid")
        for label, text in pairs:
            named, said = table.add_row().cells
            named.paragraphs[0].add_run(label).bold = True
            said.text = text
        self._document.add_paragraph()

    def content(self) -> bytes:
        """Return the file."""
        file = BytesIO()
        self._document.save(file)
        return file.getvalue()
