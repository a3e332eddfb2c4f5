"""Draw the pictures of the documentation from the built sheets: docs/contact-sheet.png and a few single pages.

Run by `make pictures` after `make build`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pypdfium2
from PIL import Image

ROOT = Path(__file__).parent.parent
LANGUAGES = ("en", "es", "ar", "zh-Hans")
SHEETS = ("7-18m-handout", "7-18m-checklist", "7-18m-visit-guide-home")
SINGLE = {
    "handout-en.png": ("en", SHEETS[0], 0),
    "handout-ar.png": ("ar", SHEETS[0], 0),
    "guide-es.png": ("es", SHEETS[2], 1),
}
GAP, GREY = 10, 160


def pages(language: str, sheet: str, dpi: int) -> list[Image.Image]:
    """The pages of a built sheet as grey pictures."""
    path = ROOT / "output" / language / "attachment" / f"{sheet}-letter.pdf"
    with pypdfium2.PdfDocument(path) as document:
        drawn = [page.render(scale=4 * dpi / 72, grayscale=True).to_pil() for page in document]
    return [picture.resize((picture.width // 4, picture.height // 4), Image.Resampling.LANCZOS) for picture in drawn]


def contact_sheet(dpi: int = 42) -> Image.Image:
    """One row for each language, every page of every kind."""
    rows = [[page for sheet in SHEETS for page in pages(language, sheet, dpi)] for language in LANGUAGES]
    width, height = rows[0][0].size
    size = (max(map(len, rows)) * (width + GAP) + GAP, len(rows) * (height + GAP) + GAP)
    sheet = Image.new("L", size, GREY)
    for y, row in enumerate(rows):
        for x, page in enumerate(row):
            sheet.paste(page, (GAP + x * (width + GAP), GAP + y * (height + GAP)))
    return sheet


def save(picture: Image.Image, path: Path) -> None:
    """Write a small picture: sixteen greys are enough for black type."""
    picture.quantize(16).save(path, optimize=True)
    print(path.relative_to(ROOT))


def main() -> int:
    """Draw them all."""
    docs = ROOT / "docs"
    if not (ROOT / "output" / "index.html").is_file():
        print("nothing is built yet: make build", file=sys.stderr)
        return 2
    save(contact_sheet(), docs / "contact-sheet.png")
    for name, (language, sheet, number) in SINGLE.items():
        save(pages(language, sheet, 62)[number], docs / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
