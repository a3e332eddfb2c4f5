"""Draws the pictures of TRANSLATING.md from sheets and a proof that are really made: docs/translating.py"""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import pypdfium2
from PIL import Image

from builder import project, translation
from builder.build import Request, build
from builder.cli import shell
from builder.translation import approve, proof

ROOT = Path(__file__).resolve().parent.parent
TAG, TOPIC, SHEET = "es", "attachment", "output/es/attachment/7-18m-checklist-letter.pdf"
ARTICLE = f"content/topics/{TOPIC}/7-18m.md"

Workers = Callable[[int, Path], AbstractContextManager[object]]


def page(pdf: Path, scale: float = 1.3) -> Image.Image:
    """The first page of a PDF."""
    document = pypdfium2.PdfDocument(pdf)
    image = document[0].render(scale=scale).to_pil().convert("L")
    document.close()
    return image


def printed(root: Path, workers: Workers) -> Image.Image:
    """Head and foot of the sheet as it is now."""
    request = Request(topics=(TOPIC,), ages=("7-18m",), kinds=("checklist",), languages=(TAG,), papers=("letter",))
    report = build(root, request, workers)  # type: ignore[arg-type]  # the shell's workers are what build wants
    if not report.ok:
        raise SystemExit("\n".join(map(str, report.problems)))
    whole = page(root / SHEET)
    width, height = whole.size
    head, foot = whole.crop((0, 20, width, height // 6)), whole.crop((0, height * 9 // 10, width, height - 10))
    both = Image.new("L", (width, head.height + foot.height + 6), 200)
    both.paste(head, (0, 0))
    both.paste(foot, (0, head.height + 6))
    return both


def main() -> None:
    """Approve a draft in a copy of the project, outdate it, and draw each."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("content", "templates"):
            shutil.copytree(ROOT / name, root / name)
        shutil.copy(ROOT / "program.yaml", root)
        workers = shell.workers(2)
        proof.write(root, TAG, (TOPIC,), root, workers)
        save(page(root / f"proof-{TAG}-{TOPIC}.pdf"), "proof-es.png")
        pictures = [printed(root, workers)]
        for path in (root / "content/locale" / TAG).glob("*.po"):
            path.write_text(path.read_text("utf-8").replace("#, fuzzy\n", ""), encoding="utf-8")
        loaded = project.read(root)
        if loaded.library is None:
            raise SystemExit("the project cannot be read")
        code = approve.proof_code(loaded.catalogs[TAG], loaded.library, TOPIC)
        who = approve.Approver("certified translator", code)
        approve.approve(root, TAG, TOPIC, ("7-18m",), who, date(2027, 3, 1))
        pictures.append(printed(root, workers))
        text = (root / ARTICLE).read_text("utf-8")
        summary = next(line for line in text.splitlines() if line.startswith("summary: "))
        (root / ARTICLE).write_text(text.replace(summary, summary + " Stay near."), encoding="utf-8")
        translation.sync(root, TAG)
        pictures.append(printed(root, workers))
    sheet = Image.new("L", (pictures[0].width, sum(each.height + 14 for each in pictures)), 120)
    top = 0
    for each in pictures:
        sheet.paste(each, (0, top))
        top += each.height + 14
    save(sheet, "states-es.png")


def save(image: Image.Image, name: str) -> None:
    """Write a small PNG."""
    out = io.BytesIO()
    image.quantize(16).save(out, "PNG", optimize=True)
    (ROOT / "docs" / name).write_bytes(out.getvalue())


if __name__ == "__main__":
    main()
