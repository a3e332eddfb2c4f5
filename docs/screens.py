"""Draws the pictures of the pages on the screen, from a real server and Debian's chromium: docs/screens.py [FOLDER]

Without FOLDER, the three of the README go to docs/; with it, every page at desktop and phone width goes there.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from builder.build import Request, build
from builder.cli import shell

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("en", "es", "ar", "zh-Hans")
PAGES = {
    "start": "/", "visit": "/visit", "group": "/group", "library": "/library?language=es&age=14m",
    "sheet-en": "/sheet/en/attachment/7-18m-handout", "sheet-es": "/sheet/es/attachment/7-18m-handout",
    "sheet-ar": "/sheet/ar/attachment/7-18m-handout", "sheet-zh": "/sheet/zh-Hans/attachment/7-18m-checklist",
    "guide": "/sheet/es/attachment/7-18m-visit-guide-home", "languages": "/languages", "language": "/languages/es",
    "messages": "/languages/es/messages/attachment", "refused": "/nothing",
}  # fmt: skip


def save(picture: bytes, path: Path) -> None:
    """Write a picture with few colours: the pages have few."""
    image = Image.open(io.BytesIO(picture)).convert("RGB").quantize(48)
    image.save(path, optimize=True)
    print(path)


def asked(page: Page) -> None:
    """Go to what will print for a child of 17 months whose family reads Spanish."""
    page.goto("/visit")
    page.fill("#age-1", "17")
    page.fill("#language", "Spanish")
    page.click("button.main")
    page.wait_for_load_state("networkidle")


def readme(context: Page, phone: Page) -> None:
    """The three pictures of the README."""
    asked(context)
    save(
        context.screenshot(clip={"x": 0, "y": 0, "width": 1100, "height": 900}, full_page=True),
        ROOT / "docs/web-visit.png",
    )
    context.goto(PAGES["messages"])
    context.wait_for_load_state("networkidle")
    save(context.screenshot(), ROOT / "docs/web-messages.png")
    phone.goto(PAGES["sheet-es"])
    phone.wait_for_load_state("networkidle")
    save(phone.screenshot(), ROOT / "docs/web-phone.png")


def main(folder: Path | None) -> None:
    """Build a few sheets in a copy of the project, serve it, and take the pictures."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        for name in ("content", "templates"):
            shutil.copytree(ROOT / name, root / name)
        shutil.copy(ROOT / "program.yaml", root)
        build(
            root,
            Request(languages=LANGUAGES, topics=("attachment",), ages=("14m",), papers=("letter",)),
            shell.workers(2),
        )
        command = [sys.executable, "-m", "builder", "--project", place, "web", "--port", "0", "--edit"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server, sync_playwright() as playwright:
            address = server.stdout.readline().split()[0] if server.stdout else ""
            options = ["--no-sandbox"] if os.getuid() == 0 else []
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=options)
            widths = {"desk": (1100, 900), "phone": (390, 844)}
            pages = {
                name: browser.new_page(base_url=address, viewport={"width": width, "height": height}, locale="en-US")
                for name, (width, height) in widths.items()
            }
            for page in pages.values():
                page.set_default_timeout(60_000)
            if folder is None:
                readme(pages["desk"], pages["phone"])
            else:
                folder.mkdir(parents=True, exist_ok=True)
                for width, page in pages.items():
                    for name, at in PAGES.items():
                        page.goto(at)
                        page.wait_for_load_state("networkidle")
                        save(page.screenshot(full_page=True), folder / f"{width}-{name}.png")
                    asked(page)
                    save(page.screenshot(full_page=True), folder / f"{width}-will-print.png")
            browser.close()
            server.terminate()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
