"""Everything that can be wrong with what was read: one function per rule, one fixture per rule.

Rules about single files stand where the file is read; these look at how things fit together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from builder.check import articles, settings, translations, voice, wording
from builder.diagnostics import Diagnostic
from builder.model import Library
from builder.project import Project

Rule = Callable[[Project, Library], Iterator[Diagnostic]]

RULES: tuple[Rule, ...] = (
    articles.unknown_facts,
    articles.never_facts,
    articles.unused_facts,
    articles.unknown_sources,
    articles.unknown_drawings,
    articles.missing_elements,
    articles.weak_evidence,
    articles.topics_without_sheets,
    voice.grades,
    voice.unfit_words,
    settings.unknown_names,
    settings.unknown_settings,
    settings.unknown_replaced,
    settings.unknown_tokens,
    settings.missing_logo,
    settings.broken_pictures,
    settings.contact_characters,
    settings.broken_drawings,
    translations.unknown_languages,
    translations.plural_headers,
    translations.unknown_messages,
    translations.placeholders,
    translations.numbers,
    translations.marks,
    translations.characters,
    wording.addresses,
    wording.own_script,
    wording.copies,
    wording.endings,
    wording.lengths,
    wording.terms,
)


def check(project: Project) -> list[Diagnostic]:
    """Every problem of a project, those found while reading included."""
    found = list(project.problems)
    if project.library is not None:
        for rule in RULES:
            found += rule(project, project.library)
    return found
