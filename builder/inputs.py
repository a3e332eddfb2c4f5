"""What a document is made from: its own source files, and what lies outside the project.

Digests of both tell whether a document has to be looked at again, before anything is rendered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from builder import approvals, environment, store
from builder.model import ANY_AGE, STAFF, DocumentKey, Library, OnStale
from builder.store import Stamp

_SHARED = ("program.yaml", "content/ages.yaml", "content/facts.yaml", "content/sources.yaml", "templates/")


class OwnSources:
    """The source files of documents; what concerns them all is looked up once."""

    def __init__(self, found: Mapping[str, Stamp]) -> None:
        self._found = found
        self._shared = {path for path in found if path.startswith((*_SHARED, "content/assets/"))}

    def of(self, key: DocumentKey) -> list[str]:
        """The source files a document is made from, sorted."""
        folder = f"content/topics/{key.topic}/"
        wanted = {f"{folder}topic.yaml", *(f"{folder}{band}.md" for band in (key.band, ANY_AGE, STAFF))}
        for tag in {key.language, key.staff_language}:
            wanted |= {
                f"content/languages/{tag}.yaml",
                f"content/locale/{tag}/ui.po",
                f"content/locale/{tag}/{key.topic}.po",
                f"content/reviews/{tag}.yaml",
                approvals.path(tag, key.topic, key.band),
                approvals.CHANGES,
            }
        return sorted({path for path in wanted if path in self._found} | self._shared)


@dataclass(slots=True)
class Outside:
    """What the bytes depend on outside the project, worked out once per set of fonts."""

    library: Library
    cache: Path
    code: str = field(default_factory=environment.code)
    known: dict[tuple[str, ...], str] = field(default_factory=dict)

    def engine(self, key: DocumentKey) -> str:
        """A digest of the typesetter and of the fonts that a document names."""
        languages = (self.library.languages[key.language], self.library.languages[key.staff_language])
        families = tuple(sorted({family for language in languages for family in language.fonts}))
        if families not in self.known:
            self.known[families] = environment.exact(families, self.cache)
        return self.known[families]

    def inputs(self, key: DocumentKey, sources: Iterable[str], on_stale: OnStale = "last-approved") -> str:
        """A digest of everything a document is made from, the builder's code included."""
        return store.digest("\n".join([self.code, self.engine(key), on_stale, *sources]).encode())
