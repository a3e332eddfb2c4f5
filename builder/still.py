"""The quick answer that nothing changed: every file and folder is as the last build saw it.

A folder's time tells whether anything in it came or went, so that nothing has to be listed: a build with nothing to do
asks for the stat of each path that is written here, and imports and reads nothing else.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

from builder import store

FILE = f"{store.CACHE}/seen"  # below output/; the cache alone is not looked at

_FOLDER = "d"
_END = "\n"
_BETWEEN = "\0"  # in memory, where a path may hold a line break
_BLOCK = 512  # lines

Look = tuple[bytes, ...]  # lines in compressed blocks: thousands of files are looked at long before they are remembered


class _UnfitError(Exception):
    """A line that cannot be remembered."""


def look(root: Path, folders: Iterable[str]) -> Look:
    """A line for each folder, and all below it: when it changed, how large it is, its path below `root`.

    Links are not followed, and the cache is left out.
    """
    from zlib import compress  # late: a build with nothing to do looks at what it remembers, and at nothing else

    lines = (line for folder in folders for line in _below(str(root), folder))
    blocks = iter(lambda: list(islice(lines, _BLOCK)), [])
    return tuple(compress(_BETWEEN.join(block).encode("utf-8", "surrogateescape"), 1) for block in blocks)


def _lines(seen: Look) -> Iterator[str]:
    from zlib import decompress  # late, as above

    for block in seen:
        yield from decompress(block).decode("utf-8", "surrogateescape").split(_BETWEEN)


def _below(root: str, path: str) -> Iterator[str]:
    try:
        found = os.lstat(f"{root}/{path}")
    except OSError:
        return
    yield _line(found, path)
    if stat.S_ISDIR(found.st_mode):
        try:
            names = sorted(os.listdir(f"{root}/{path}"))  # noqa: PTH208 - strings cost less here
        except OSError:  # what nobody can look into is never as it was seen
            yield _END
            return
        for name in names:
            if name != store.CACHE:
                yield from _below(root, f"{path}/{name}")


def _line(found: os.stat_result, path: str) -> str:
    size = _FOLDER if stat.S_ISDIR(found.st_mode) else found.st_size
    return f"{found.st_mtime_ns} {size} {path}"


def expected(path: str, stamp: store.Stamp) -> str:
    """The line of a file that was written with this stamp."""
    return f"{stamp.mtime_ns} {stamp.size} {path}"


def keep(root: Path, said: object, looks: Iterable[Look], written: Iterable[str] = ()) -> None:
    """Remember what `said` holds for as long as all is as these looks saw it, and as these lines say it was written.

    A path with a line break is never remembered.
    """
    rest = dict.fromkeys(written)

    def lines() -> Iterator[str]:
        for line in chain(*map(_lines, looks)):
            rest.pop(line, None)
            yield line
        yield from rest

    with contextlib.suppress(_UnfitError):
        store.write(root / "output", FILE, chain((json.dumps(said).encode(),), map(_written, lines())))


def _written(line: str) -> bytes:
    if _END in line:
        raise _UnfitError
    return f"{_END}{line}".encode("utf-8", "surrogateescape")


def remembered(root: Path) -> object:
    """What was said when all was as it is now; None when anything is not, or nothing was said."""
    try:
        said, *lines = (root / "output" / FILE).read_bytes().decode("utf-8", "surrogateescape").split(_END)
        place, look_at = str(root), os.lstat
        for line in lines:
            path = line.split(" ", 2)[2]
            if _line(look_at(f"{place}/{path}"), path) != line:
                return None
        return json.loads(said)
    except (OSError, ValueError, IndexError):
        return None
