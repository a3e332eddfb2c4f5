"""A project's source files: which there are, and their bytes. The only place that opens them."""

from __future__ import annotations

import os
import stat
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from builder.diagnostics import Diagnostic, RefusalError

MAX_FILE = 4 * 1024 * 1024  # bytes
SETTINGS = "program.yaml"
_AT_HAND = 512  # files: all of most projects

TOP = (SETTINGS, "content", "templates")


class NoProjectError(RefusalError):
    """There is no project here; the message says how to make one."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The bytes of every file a project is made of, by path relative to its root."""

    files: Mapping[str, bytes]
    problems: tuple[Diagnostic, ...] = ()
    _paths: tuple[str, ...] = field(init=False, repr=False, compare=False)  # sorted

    def __post_init__(self) -> None:
        object.__setattr__(self, "_paths", tuple(sorted(self.files)))

    def under(self, folder: str, ending: str = "") -> list[str]:
        """The paths below a folder, sorted; of the thousands there may be, only they are looked at."""
        first = bisect_left(self._paths, folder)
        end = bisect_right(self._paths, folder, first, key=lambda path: path[: len(folder)])
        return [path for path in self._paths[first:end] if path.endswith(ending)]


def paths(root: Path) -> list[str]:
    """Every source file's path relative to the project's root, sorted; hidden and generated files are left out."""
    return [path for path in _everything(root) if _is_text(path)]


def _everything(root: Path) -> list[str]:
    found = []
    for top in TOP:
        if (root / top).is_file():
            found.append(top)
        found += _below(f"{root}/{top}", top)
    return sorted(found)


def _below(folder: str, relative: str) -> Iterator[str]:
    """What a folder holds, links unfollowed. In strings: a build with nothing to do spends much of its time here."""
    try:
        entries = list(os.scandir(folder))
    except OSError:  # it has gone, or is a file
        return
    for entry in entries:
        path = f"{relative}/{entry.name}"
        if not _is_folder(entry):
            if not entry.name.startswith(".") and not entry.name.endswith(("~", ".tmp")):
                yield sys.intern(path)  # many hold the path of every file
        elif not entry.name.startswith((".", "_")):
            if entry.is_symlink():
                yield path
            else:
                yield from _below(entry.path, path)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def _is_text(path: str) -> bool:
    """Whether a name on the disk is UTF-8; others arrive with surrogates and cannot be written anywhere."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def read(root: Path) -> Sources:
    """Read a project's files; links are not followed."""
    from builder.spool import Spool  # late: a build with nothing to do reads nothing

    files: Spool[bytes] = Spool(near=_AT_HAND)
    problems = []
    for path in _everything(root):
        found = _read_one(root, path)
        if isinstance(found, Diagnostic):
            problems.append(found)
        else:
            files[path] = found
    return Sources(files, tuple(problems))


def _read_one(root: Path, path: str) -> bytes | Diagnostic:
    from builder.model import Place

    place, full = Place(path), f"{root}/{path}"
    if not _is_text(path):
        return Diagnostic("bad-name", place, "a name that is not UTF-8", "rename it")
    try:
        found = os.lstat(full)
        if stat.S_ISLNK(found.st_mode):
            return Diagnostic("bad-name", place, "a link, not a file", "put the file itself here")
        if not stat.S_ISREG(found.st_mode):
            return Diagnostic("bad-name", place, "neither a file nor a folder", "remove it")
        if found.st_size > MAX_FILE:
            return Diagnostic("too-big", place, f"the file is over {MAX_FILE // 1024 // 1024} MB", "make it smaller")
        with os.fdopen(os.open(full, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            return file.read()
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
