"""A project's source files: which there are, and their bytes. The only place that opens them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from builder.diagnostics import Diagnostic, RefusalError
from builder.model import Place

MAX_FILE = 4 * 1024 * 1024  # bytes
SETTINGS = "program.yaml"

_TOP = (SETTINGS, "content", "templates")


class NoProjectError(RefusalError):
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
    return [path for path in _everything(root) if _is_text(path)]


def _everything(root: Path) -> list[str]:
    found = []
    for top in _TOP:
        start = root / top
        if start.is_file():
            found.append(top)
        for folder, folders, files in os.walk(start):
            folders[:] = sorted(f for f in folders if not f.startswith((".", "_")))
            links = [name for name in folders if (Path(folder) / name).is_symlink()]
            relative = Path(folder).relative_to(root).as_posix()
            named = [name for name in files if not name.startswith(".") and not name.endswith(("~", ".tmp"))]
            found += [f"{relative}/{name}" for name in (*named, *links)]
    return sorted(found)


def _is_text(path: str) -> bool:
    """Whether a name on the disk is UTF-8; others arrive with surrogates and cannot be written anywhere."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def read(root: Path) -> Sources:
    """Read a project's files; links are not followed."""
    files: dict[str, bytes] = {}
    problems = []
    for path in _everything(root):
        found = _read_one(root / path, path)
        if isinstance(found, Diagnostic):
            problems.append(found)
        else:
            files[path] = found
    return Sources(files, tuple(problems))


def _read_one(full: Path, path: str) -> bytes | Diagnostic:
    place = Place(path)
    if not _is_text(path):
        return Diagnostic("bad-name", place, "a name that is not UTF-8", "rename it")
    if full.is_symlink():
        return Diagnostic("bad-name", place, "a link, not a file", "put the file itself here")
    if not full.is_file():
        return Diagnostic("bad-name", place, "neither a file nor a folder", "remove it")
    try:
        if full.stat().st_size > MAX_FILE:
            return Diagnostic("too-big", place, f"the file is over {MAX_FILE // 1024 // 1024} MB", "make it smaller")
        return full.read_bytes()
    except OSError as error:
        return Diagnostic("missing-file", place, f"cannot be read: {error.strerror}", "ask who set up this computer")


def find(start: Path) -> Path:
    """The project's root: the nearest folder upward that holds program.yaml. Raises NoProjectError."""
    start = start.absolute()
    for folder in (start, *start.parents):
        if (folder / SETTINGS).is_file():
            return folder
    msg = f"no {SETTINGS} in {start} or above it: `handouts init DIR` makes a project"
    raise NoProjectError(msg)
