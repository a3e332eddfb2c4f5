"""Projects to measure on: this library, and generated ones of any size."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from builder import fonts, plan, project, rebuild
from builder.build import Request
from builder.jobs import Jobs
from builder.localise import localise
from builder.model import Job
from builder.render import render

ROOT = Path(__file__).resolve().parent.parent
TINY = ROOT / "tests/projects/tiny"


def own(folder: Path) -> Path:
    """A copy of the library to build in."""
    for name in ("content", "templates"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "program.yaml", folder)
    return folder


def generated(folder: Path, sheets: int) -> Path:
    """A project of so many sheets: topics of one article, each printed as a checklist on two papers."""
    shutil.copytree(TINY, folder)
    shutil.copytree(ROOT / "templates", folder / "templates")
    shutil.copytree(ROOT / "content/languages", folder / "content/languages")
    settings = (folder / "program.yaml").read_text(encoding="utf-8")
    settings = settings.replace("languages: [en, es]", "languages: [en]")
    (folder / "program.yaml").write_text(re.sub(r"kinds: .*", "kinds: [checklist]", settings), encoding="utf-8")
    hello = folder / "content/topics/hello"
    article, topic = hello / "7-18m.md", hello / "topic.yaml"
    for number in range(1, sheets // 2):
        other = folder / f"content/topics/hello-{number:05}"
        other.mkdir()
        text = article.read_text(encoding="utf-8").replace("Out and back", f"Out and back {number}")
        text = text.replace(". {from", f", {number} times. {{from")  # no text of a shelf stands twice in memory
        (other / "7-18m.md").write_text(text, encoding="utf-8")
        shutil.copy(topic, other)
    return folder


def long_page(pages: int) -> str:
    """The markup of a document of about so many pages."""
    words = "Stay near, and be glad each time. Look back, wave, and say when you will be there again. "
    parts = [f"<h2>Part {n}</h2><p>{words * 6}</p><ul><li>{words}</li><li>{words}</li></ul>" for n in range(pages * 3)]
    head = '<!doctype html><html lang="en"><head><title>Long</title></head>'
    return f"{head}<body><h1>Long</h1>{''.join(parts)}</body></html>"


def jobs(root: Path, request: Request) -> list[Job]:
    """What a build of the request gives its workers."""
    loaded = project.read(root)
    library = loaded.library
    if library is None:
        raise SystemExit("the project cannot be read")
    fonts.configure(root / "output/.cache")
    made = Jobs(loaded, library)
    groups: dict[object, list[plan.DocumentKey]] = {}
    for key in plan.plan(library, rebuild.selection(loaded, library, request)):
        groups.setdefault(plan.layout(key), []).append(key)
    found = []
    for keys in groups.values():
        page = localise(library, loaded.catalogs, keys[0], loaded.strings[keys[0].kind]).page
        if page is None:
            raise SystemExit(f"{keys[0]} cannot be localised")
        path = plan.path(keys[0], library.program.staff_language).removesuffix(f"-{keys[0].paper}.pdf")
        found.append(made.job(keys, render(loaded.templates, page), path))
    return found
