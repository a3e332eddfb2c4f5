"""The proof: English and translation side by side, with item codes, states and budgets, and a box to sign."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from builder import markdown, plan, render, store
from builder.build import MakeWorkers
from builder.catalog import UI, WEB, Catalog, Unit
from builder.diagnostics import Diagnostic
from builder.model import STAFF, Job, Library, Paper, Place
from builder.project import SOURCE, Project
from builder.run import run
from builder.translation import approve, known, opened
from builder.translation.deliver import components

TEMPLATE = "proof.html"
STYLE = "proof.css"

# A proof is read beside the English text, so its own few words are English and no part of ui.po.
WORDS = {
    "proof": "Translation proof", "code": "Proof code", "item": "Item", "english": "English", "state": "State",
    "words": "Words", "changed": "changed", "new": "new", "since": "Changed since the approval of",
    "never": "Never approved before.",
    "history": "How this text came to be:", "look_first": "Please look at these first",
    "sign": "Sign here when every line says what the English says and can be handed to families.",
    "role": "Role (what you are, never your name)", "date": "Date", "signature": "Initials",
    "then": "Then type:", "headings": "Headings and small print",
}  # fmt: skip

_BUDGET = re.compile(r"at most (\d+) words")


@dataclass(frozen=True, slots=True)
class Row:
    """One text with its translation."""

    code: str
    source: str
    texts: tuple[str, ...]
    state: str
    use: str  # "12 of 15" words
    over: bool
    mark: str  # what became of it since the last approval: "", "changed", "new"


@dataclass(frozen=True, slots=True)
class Part:
    """The texts of one age, or the headings."""

    title: str
    since: str  # date of the last approval; empty when there was none
    rows: tuple[Row, ...]


def write(root: Path, tag: str, topics: Iterable[str], folder: Path, workers: MakeWorkers) -> list[Diagnostic]:
    """Write a proof for each topic into `folder`; returns what is wrong with any. Raises ProblemsError."""
    loaded = opened(root)
    known(loaded, tag)
    folder.mkdir(parents=True, exist_ok=True)
    problems: list[Diagnostic] = []
    for name, pdf, wrong in made(loaded, root, tag, topics, workers):
        problems += wrong
        if pdf:
            store.write(folder, name, pdf)
    return problems


def made(
    loaded: Project, root: Path, tag: str, topics: Iterable[str], workers: MakeWorkers
) -> Iterator[tuple[str, bytes, list[Diagnostic]]]:
    """The proofs as (file name, PDF, what is wrong with it)."""
    chosen = [name for name in components(loaded, list(topics)) if name not in {UI, WEB}]
    jobs = [_job(loaded, tag, topic) for topic in chosen]
    with workers(len(jobs), root / "output" / store.CACHE) as pool:
        for sheet in run(jobs, pool):
            wrong = [Diagnostic(fault.code, Place(sheet.name), fault.fact, fault.hint) for fault in sheet.faults]
            yield f"{sheet.name}.pdf", next((pdf for _, pdf in sheet.pdfs), b""), wrong


def _job(loaded: Project, tag: str, topic_id: str) -> Job:
    assert loaded.library is not None  # noqa: S101 - `opened` has seen to it
    library, found = loaded.library, loaded.catalogs[tag]
    language, english = found.language, library.languages[SOURCE]
    topic = next(topic for topic in library.topics if topic.id == topic_id)
    code = approve.proof_code(found, library, topic_id)
    html = render.specimen(loaded.templates, TEMPLATE, {
        "language": language, "topic": topic.title, "name": topic_id, "code": code, "say": WORDS,
        "parts": tuple(parts(loaded, library, found, topic_id)),
        "command": f'handouts translate approve {language.tag} --topic {topic_id} --role "…" --proof {code}',
    })  # fmt: skip
    css = loaded.templates.files[STYLE]
    for name, value in {
        "$english": ", ".join(f'"{family}"' for family in english.fonts),
        "$font": ", ".join(f'"{family}"' for family in language.fonts),
        "$size": f"{9.5 * language.size:.2f}pt",
        "$leading": f"{4.6 * language.line_height:.2f}mm",
        "$code": f"{topic_id} · {language.tag} · {code}",
    }.items():
        css = css.replace(name, value)
    paper = next(iter(library.papers.values()), Paper("letter", 215.9, 279.4))
    return Job(f"proof-{tag}-{topic_id}", tag, html, (css,), (), 0, (paper,))


def parts(loaded: Project, library: Library, found: Catalog, topic_id: str) -> Iterator[Part]:
    """Everything that an approval of a topic covers: the headings, then each age in order."""
    units, topic = loaded.units, next(topic for topic in library.topics if topic.id == topic_id)
    dates = [edition.review.date for (at, _), edition in found.editions.items() if at == topic_id]
    before = {row[0]: row[1:] for (at, _), edition in found.editions.items() if at == topic_id for row in edition.texts}
    seen: set[str] = set()
    for band in [*plan.bands(library, topic), STAFF]:
        article = topic.articles.get(band)
        texts = [topic.title, article.title, article.summary] if article else []
        codes = dict.fromkeys(texts, "")
        for element in article.elements if article else ():
            for item in element.items:
                codes.update({text: item.code for text in (item.text, item.detail) if text})
        rows = [
            row(found, topic_id, units[topic_id][text], code, before, bool(dates))
            for text, code in codes.items()
            if text in units[topic_id] and text not in seen
        ]
        seen |= codes.keys()
        if rows:
            yield Part(band, max(dates, default=""), tuple(rows))
    headings = {row[0]: row[1:] for edition in found.editions.values() for row in edition.ui}
    ui = [row(found, UI, unit, "", headings, bool(headings)) for unit in units[UI].values()]
    yield Part(
        WORDS["headings"], max((edition.review.date for edition in found.editions.values()), default=""), tuple(ui)
    )


def row(
    found: Catalog,
    component: str,
    unit: Unit,
    code: str = "",
    before: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    approved: bool = False,  # noqa: FBT001, FBT002 - a table's cells
) -> Row:
    """A text with its state and its use of the budget; `before` is what was approved, where anything was."""
    message = found.find(component, unit.id)
    limit = next((int(n) for note in unit.notes for n in _BUDGET.findall(note)), 0)
    count = max((len(markdown.plain(text).split()) for text in message.texts), default=0)
    mark = ""
    if approved and message.texts:
        mark = "new" if unit.id not in before else "changed" if before[unit.id] != message.texts else ""
    source = f"{unit.id} | {unit.plural}" if unit.plural else unit.id
    over = bool(limit) and count > limit and found.language.script in {"Latn", "Cyrl", "Grek"}
    return Row(code, source, message.texts, message.state, f"{count} of {limit}" if limit else "", over, mark)
