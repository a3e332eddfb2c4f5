"""A project's source files: which there are, and their bytes. The only place that opens them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from builder.diagnostics import Diagnostic
from builder.model import Place

MAX_FILE = 4 * 1024 * 1024  # bytes
SETTINGS = "program.yaml"

_TOP = (SETTINGS, "content", "templates")


class NoProjectError(Exception):
    """There is no project here; the message says how to make one."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The bytes of every file a project is made of, by path relative to its root."""

    files: Mapping[str, bytes]
    problems: tuple[Diagnostic, ...] = ()

    def under(self, folder: str, ending: str = "") -> list[str]:
        """The paths below a folder, sorted."""
        return sorted(path for path in self.files if path.startswith(folder) and path.endswith(ending))


def paths(root: Path) -> list[str]:
    """Every source file's path relative to the project's root, sorted; hidden and generated files are left out."""
    found = []
    for top in _TOP:
        start = root / top
        if start.is_file():
            found.append(top)
        for folder, folders, files in os.walk(start):
            folders[:] = sorted(f for f in folders if not f.startswith((".", "_")))
            relative = Path(folder).relative_to(root).as_posix()
            found += [f"{relative}/{name}" for name in files if not name.startswith(".") and not name.endswith(("~", ".tmp"))]
    return sorted(found)


def read(root: Path) -> Sources:
    """Read a project's files; links are not followed."""
    files: dict[str, bytes] = {}
    problems = []
    for path in paths(root):
        full = root / path
        if full.is_symlink():
            problems.append(Diagnostic("bad-name", Place(path), "a link, not a file", "put the file itself here"))
        elif full.stat().st_size > MAX_FILE:
            problems.append(Diagnostic("too-big", Place(path), f"over {MAX_FILE // 1024 // 1024} MB", "make it smaller"))
        else:
            files[path] = full.read_bytes()
    return Sources(files, tuple(problems))


def find(start: Path) -> Path:
    """The project's root: the nearest folder upward that holds program.yaml. Raises NoProjectError."""
    start = start.absolute()
    for folder in (start, *start.parents):
        if (folder / SETTINGS).is_file():
            return folder
    msg = f"no {SETTINGS} in {start} or above it: `handouts init DIR` makes a project"
    raise NoProjectError(msg)
