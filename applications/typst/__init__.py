"""What PDFs look like, in Typst; the modules `pdf` of the rooms fill it in."""

from pathlib import Path

TEMPLATES = Path(__file__).parent
