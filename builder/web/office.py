"""What all pages share: the project as it is now, the workers, the long work. Safe to use from many threads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Lock

from builder import pack, project, screen, showcase, sources, store
from builder.build import Progress
from builder.diagnostics import ProblemsError
from builder.model import DocumentKey, Library
from builder.pack import Desk
from builder.project import Project
from builder.run import Workers
from builder.showcase import Showcase
from builder.store import Stamp
from builder.web.jobs import Jobs

_PATIENCE = 0.5  # seconds


@dataclass(frozen=True, slots=True)
class Settings:
    """How a server was started."""

    root: Path
    edit: bool = False  # whether translations can be written
    secret: str = ""  # asked for at the door; empty: nobody but this computer gets in
    hosts: tuple[str, ...] = ("localhost", "127.0.0.1")  # under which it may be asked for
    today: Callable[[], date] = date.today


@dataclass(slots=True)
class Office:
    """One server's shared state."""

    settings: Settings
    workers: Workers
    jobs: Jobs
    building: Lock = field(default_factory=Lock)  # one build at a time; other work goes on meanwhile
    writing: Lock = field(default_factory=Lock)  # of translations
    _lock: Lock = field(default_factory=Lock)
    _seen: Mapping[str, Stamp] = field(default_factory=dict)
    _loaded: Project | None = None
    _showcases: dict[str, Showcase] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        return self.settings.root

    def project(self) -> Project:
        """The project as its files are now; read again only when one has changed."""
        with self._lock:
            found = store.stamps(self.root, sources.paths(self.root), self._seen)
            if self._loaded is None or found.keys() != self._seen.keys() or not store.same(found, self._seen):
                self._loaded = project.read(self.root)
                self._showcases = {}
            self._seen = found
            return self._loaded

    def opened(self) -> tuple[Project, Library]:
        """The project and its library. Raises ProblemsError when nothing can be shown of it."""
        loaded = self.project()
        if loaded.library is None or project.frame_is_broken(loaded.problems):
            raise ProblemsError(loaded.problems)
        return loaded, loaded.library

    def showcase(self, viewer: str) -> Showcase:
        """The cards of the library, labelled for who reads `viewer`. Raises ProblemsError."""
        loaded, _ = self.opened()
        with self._lock:
            if viewer not in self._showcases or self._showcases[viewer].loaded is not loaded:
                self._showcases[viewer] = showcase.opened(loaded, viewer)
            return self._showcases[viewer]

    def desk(self) -> Desk:
        """A desk to make one pack at. Raises ProblemsError, PackError."""
        loaded = self.project()
        return pack.opened(self.root, loaded, frozenset(loaded.translated))

    def lent(self) -> Callable[[int, Path], AbstractContextManager[Workers]]:
        """The server's workers, for a build."""
        return pack.lent(self.workers)

    def build(self, desk: Desk, keys: Iterable[DocumentKey], progress: Progress) -> None:
        """Build the sheets that are not there, as soon as no other build is under way.

        Raises what `Desk.ensure` raises, and what `progress` does.
        """
        while not self.building.acquire(timeout=_PATIENCE):
            progress(0, 0, "")  # which is where somebody's change of mind is heard
        try:
            desk.ensure(keys, self.lent(), progress)
        finally:
            self.building.release()

    def interfaces(self) -> tuple[str, ...]:
        """The languages of the interface."""
        return screen.interfaces(self.project())
