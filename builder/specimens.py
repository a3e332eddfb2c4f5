"""A page for each language that proves its record: letters, digits, breaks, direction, bold, lists, mixed scripts."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from builder import languages, project, render, store
from builder.build import MakeWorkers
from builder.diagnostics import Diagnostic, ProblemsError, among, nowhere
from builder.model import AgeBand, Job, Language, Library, Paper, Place
from builder.project import Project
from builder.run import run

TEMPLATE = "specimen.html"
STYLE = "specimen.css"

_AGE = AgeBand("specimen", 7, 18)


def jobs(loaded: Project, tags: Iterable[str] = ()) -> list[Job]:
    """A layout for each language (of the whole catalogue when none is named). Raises ProblemsError."""
    library = loaded.library
    if library is None:
        raise ProblemsError(loaded.problems)
    wanted = list(tags) or [tag for tag, language in sorted(library.languages.items()) if not language.pseudo]
    unknown = [tag for tag in wanted if tag not in library.languages]
    if unknown:
        raise ProblemsError(
            [nowhere("unknown-name", f'there is no language "{tag}"', among(tag, library.languages)) for tag in unknown]
        )
    return [_job(loaded, library, library.languages[tag]) for tag in wanted]


def write(root: Path, tags: Iterable[str], folder: Path, workers: MakeWorkers) -> list[Diagnostic]:
    """Write a PDF for each language into `folder`; returns what is wrong with any. Raises ProblemsError."""
    todo = jobs(project.read(root), tags)
    problems: list[Diagnostic] = []
    folder.mkdir(parents=True, exist_ok=True)
    with workers(len(todo), root / "output" / store.CACHE) as pool:
        for sheet in run(todo, pool):
            problems += [Diagnostic(f.code, Place(sheet.name), f.fact, f.hint) for f in sheet.faults]
            for _paper, pdf in sheet.pdfs:
                store.write(folder, f"{sheet.name}.pdf", pdf)
    return problems


def _job(loaded: Project, library: Library, language: Language) -> Job:
    age, numbers = languages.age(_AGE)
    message = loaded.catalogs[language.tag].find("ui", age)
    form = message.texts[languages.plural_form(18, language.plural)] if message.texts else ""
    said = form
    for name, value in numbers.items():
        said = said.replace(f"{{{name}}}", languages.number(value, language))
    html = render.specimen(loaded.templates, TEMPLATE, {
        "language": language,
        "specimen": languages.with_breaks(language.specimen, language),
        "letters": languages.with_breaks(language.letters, language),
        "age": languages.with_breaks(said, language),
        "digits": " ".join(languages.number(n, language) for n in range(10)),
    })  # fmt: skip
    paper = next(iter(library.papers.values()), Paper("letter", 215.9, 279.4))
    css = loaded.templates.files[STYLE]
    font = ", ".join(f'"{family}"' for family in language.fonts)
    css = (
        css.replace("$font", font)
        .replace("$size", f"{12 * language.size:.2f}pt")
        .replace("$leading", f"{6 * language.line_height:.2f}mm")
    )
    return Job(f"specimen-{language.tag}", language.tag, html, (css,), (), 1, (paper,))
