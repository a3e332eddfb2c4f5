"""Approving a translation for exactly the words it has, keeping them whole, and taking an approval back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from builder import approvals, catalog, check, project, review, store
from builder.catalog import UI, Catalog
from builder.catalog.edition import Edition, Review, digest
from builder.diagnostics import Diagnostic, ProblemsError, RefusalError, did_you_mean, errors
from builder.model import Library, Place, Topic
from builder.project import Project
from builder.text import code_letters
from builder.translation import known, opened


class ApprovalError(RefusalError):
    """What cannot be approved, or taken back."""


@dataclass(frozen=True, slots=True)
class Approver:
    """Who answers for a translation: what the person is, and the code of the proof that was read."""

    role: str
    proof: str


def proof_code(found: Catalog, library: Library, topic_id: str) -> str:
    """The code that a topic's proof carries: the same code means the same words on it."""
    topic = next(topic for topic in library.topics if topic.id == topic_id)
    texts = [row for band in sorted(topic.articles) for row in catalog.rows(found, topic_id, _said(topic, band))]
    texts += catalog.rows(found, UI, found.components.get(UI, {}))
    letters = code_letters(digest(texts))
    return f"{letters[:3]}-{letters[3:]}"


def _said(topic: Topic, band: str) -> list[str]:
    article = topic.articles[band]
    items = [item for element in article.elements for item in element.items]
    return [topic.title, article.title, article.summary, *(text for item in items for text in (item.text, item.detail))]


@store.edits
def approve(root: Path, tag: str, topic_id: str, bands: Sequence[str], who: Approver, today: date) -> list[str]:
    """Record an approval of a topic's translation for these bands, or all; returns the bands.

    Keeps every word of it in content/approved. Raises ReviewError and ApprovalError for what cannot be approved, and
    ProblemsError with every message that stands in the way.
    """
    loaded = opened(root)
    known(loaded, tag)
    assert loaded.library is not None  # noqa: S101 - `opened` has seen to it
    library, found = loaded.library, loaded.catalogs[tag]
    topic, chosen = review.chosen_bands(library, topic_id, bands)
    review.check_role(who.role)
    code = proof_code(found, library, topic_id)
    if who.proof.upper() != code:
        hint = f"`handouts translate proof {tag} --topic {topic_id}` prints the words as they are now"
        raise ApprovalError(f'"{who.proof[:20]}" is the code of another proof: these words have changed since ({hint})')
    wrong = list(_unfit(loaded, tag, topic, chosen))
    if wrong:
        raise ProblemsError(wrong)
    headings = tuple(row for row in catalog.rows(found, UI, sorted(found.components.get(UI, {}))) if row[1:])
    headings = tuple(row for row in headings if found.find(UI, row[0]).state == "translated")
    editions = [_edition(found, topic, band, who, today, headings) for band in chosen]
    for edition in editions:
        store.write(root, approvals.path(tag, topic_id, edition.band), approvals.kept(edition))
    headings_review = Review(digest(headings), who.role, str(today), code)
    rows = [(topic_id, edition.band, edition.review) for edition in editions]
    review.append(root, tag, [(UI, "", headings_review), *rows])
    return chosen


def _edition(
    found: Catalog, topic: Topic, band: str, who: Approver, today: date, headings: tuple[tuple[str, ...], ...]
) -> Edition:
    article = topic.article(band)
    if article is None:
        raise ApprovalError(f"{topic.id} has no texts for {band}")
    texts = catalog.rows(found, topic.id, catalog.article_texts(topic, band))
    record = Review(digest(texts), who.role, str(today), who.proof.upper())
    elements = tuple(element for _, element in sorted(topic.elements(band).items()))
    titles = (topic.title, article.title, article.summary)
    return Edition(found.language.tag, topic.id, band, record, *titles, elements, texts, headings)


def _unfit(loaded: Project, tag: str, topic: Topic, bands: Sequence[str]) -> Iterator[Diagnostic]:
    """Every message of these bands that nobody has translated, and every mistake in the files."""
    folder = f"content/locale/{tag}/"
    files = {f"{folder}{topic.id}.po", f"{folder}{UI}.po"}
    found = [problem for problem in errors(check.check(loaded)) if problem.place.file in files]
    yield from found
    catalog_ = loaded.catalogs[tag]
    for text in dict.fromkeys(text for band in bands for text in catalog.article_texts(topic, band) if text):
        message = catalog_.find(topic.id, text)
        if message.state != "translated":
            place = message.place if message.place.line else Place(f"{folder}{topic.id}.po")
            hint = "translate it, read it, and take away its mark of a draft"
            yield Diagnostic("unapproved", place, f'{message.state}: "{text[:50]}"', hint)
    if not any(message.state == "translated" for message in catalog_.components.get(UI, {}).values()):
        yield Diagnostic("unapproved", Place(f"{folder}{UI}.po"), "no heading is translated", "translate ui.po first")


@store.edits
def withdraw(root: Path, tag: str, topic_id: str, bands: Sequence[str]) -> list[str]:
    """Take back the approval of a topic's translation for these bands, or all; returns the bands.

    The approved edition is no longer printed. Raises ApprovalError when there is none.
    """
    loaded = project.read(root)
    if loaded.library is None:
        raise ProblemsError(loaded.problems)
    known(loaded, tag)
    approved = sorted(band for topic, band in loaded.catalogs[tag].reviews if topic == topic_id)
    if not approved:
        there = {topic for topic, band in loaded.catalogs[tag].reviews if band}
        hint = did_you_mean(topic_id, there) or "nothing of it is approved"
        raise ApprovalError(f"there is no approval of {topic_id[:40]} in {loaded.catalogs[tag].language.name} ({hint})")
    for band in bands:
        if band not in approved:
            raise ApprovalError(f'there is no approval for "{band[:40]}" ({did_you_mean(band, approved)})')
    chosen = [band for band in approved if not bands or band in bands]
    rows = approvals.read(loaded.sources)[0].rows[tag]
    review.rewrite(root, tag, [row for row in rows if row[0] != topic_id or row[1] not in chosen])
    store.remove(root, [approvals.path(tag, topic_id, band) for band in chosen])
    return chosen
