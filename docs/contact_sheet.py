"""Draw the pictures of the documentation: contact sheets, single pages, and what an office copier leaves of them.

Run by `make pictures`. The sheets are built in a scratch project.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops, ImageFilter

from builder import project

ROOT = Path(__file__).parent.parent
HANDOUTS = ROOT / ".venv" / "bin" / "handouts"
LANGUAGES = ("en", "es", "ar", "zh-Hans", "my")
NORMAL = ("handout", "checklist", "visit-guide-home", "reminder")
LARGE = ("handout-large-print", "checklist-large-print")
SINGLE = {
    "handout-en.png": ("en", "handout", 0),
    "handout-ar.png": ("ar", "handout", 0),
    "guide-es.png": ("es", "visit-guide-home", 1),
    "twin-es.png": ("es", "handout-twin", 1),
}
GAP, GREY = 10, 160
IN_A_ROW = 7
TONER, DIRT = 128, 254  # greys: what still prints black; what noise leaves a speck


def built(root: Path) -> None:
    """A project with every kind in five languages, at one age."""
    for name in ("content", "templates"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "program.yaml", root)
    command = [HANDOUTS, "--project", root]
    choice = [f"--language={tag}" for tag in LANGUAGES]
    kinds = ("handout", "checklist", "visit-guide", "reminder")
    for edition, some in (("normal", kinds), ("large-print", kinds[:2]), ("twin", kinds[:1])):
        wanted = [*choice, f"--edition={edition}", *(f"--kind={kind}" for kind in some)]
        subprocess.run(
            [*command, "build", "--topic=attachment", "--age=7-18m", "--paper=letter", *wanted],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    subprocess.run(
        [*command, "build", "--topic=attachment", "--age=7-18m", "--paper=letter", "--kind=handout"]
        + [f"--language={tag}" for tag in shelf()],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def shelf() -> tuple[str, ...]:
    """The languages of the library's shelf."""
    library = project.read(ROOT).library
    assert library is not None  # noqa: S101 - the documentation of a library that cannot be read is not drawn
    return library.program.shelf.languages


def pages(root: Path, language: str, sheet: str, dpi: int) -> list[Image.Image]:
    """The pages of a built sheet as grey pictures."""
    path = root / "output" / language / "attachment" / f"7-18m-{sheet}-letter.pdf"
    with pypdfium2.PdfDocument(path) as document:
        drawn = [page.render(scale=4 * dpi / 72, grayscale=True).to_pil() for page in document]
    return [picture.resize((picture.width // 4, picture.height // 4), Image.Resampling.LANCZOS) for picture in drawn]


def contact_sheet(rows: list[list[Image.Image]]) -> Image.Image:
    """Rows of pages on grey."""
    width = max(sum(page.width + GAP for page in row) for row in rows) + GAP
    sheet = Image.new("L", (width, sum(max(page.height for page in row) + GAP for row in rows) + GAP), GREY)
    y = GAP
    for row in rows:
        x = GAP
        for page in row:
            sheet.paste(page, (x, y))
            x += page.width + GAP
        y += max(page.height for page in row) + GAP
    return sheet


def copied(picture: Image.Image, times: int = 2) -> Image.Image:
    """What a worn copier makes of a page at 300 dots per inch: each time softer, hard black again, and dirt."""
    for generation in range(times):
        dust = Image.effect_noise(picture.size, 42).point(lambda grey: 0 if grey > DIRT else 255)
        soft = picture.rotate(0.2 * (generation + 1), Image.Resampling.BICUBIC, fillcolor=255)
        soft = soft.filter(ImageFilter.GaussianBlur(1.2))  # a tenth of a millimetre
        picture = ImageChops.darker(soft.point(lambda grey: 0 if grey < TONER else 255), dust)
    return picture.resize((picture.width // 3, picture.height // 3), Image.Resampling.LANCZOS)


def save(picture: Image.Image, path: Path) -> None:
    """Write a small picture: sixteen greys are enough for black type."""
    picture.quantize(16).save(path, optimize=True)
    print(path.relative_to(ROOT))


def main() -> int:
    """Draw them all."""
    docs = ROOT / "docs"
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        built(root)
        for name, sheets in (("contact-sheet.png", NORMAL), ("contact-sheet-large.png", LARGE)):
            rows = [[page for sheet in sheets for page in pages(root, tag, sheet, 42)] for tag in LANGUAGES]
            save(contact_sheet(rows), docs / name)
        first = [pages(root, tag, "handout", 38)[0] for tag in shelf()]
        rows = [first[at : at + IN_A_ROW] for at in range(0, len(first), IN_A_ROW)]
        save(contact_sheet(rows), docs / "languages.png")
        for name, (language, sheet, number) in SINGLE.items():
            save(pages(root, language, sheet, 62)[number], docs / name)
        copies = [copied(pages(root, "en", sheet, 300)[0]) for sheet in NORMAL]
        save(
            contact_sheet([[copy.crop((0, 40, 800, 520)) for copy in copies[at : at + 2]] for at in (0, 2)]),
            docs / "copy-of-a-copy.png",
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
