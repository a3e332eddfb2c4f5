"""Values by name for a library of thousands: those used last in memory, the others in a file that has no name.

Who coordinates a build of thousands reads every article, hashes every source and lists every sheet, and asks for one of
them at a time. In memory they would be several times their text. A small project never comes to a file.
"""

from __future__ import annotations

import os
import sys
import threading
import weakref
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import Generic, TypeVar, cast

V = TypeVar("V")

NEAR = 64  # values that a spool keeps in memory
_NOWHERE = -1  # where a value lies that is in memory alone
_LENGTH = 32  # bits of a place in the file that say how long the value is; those above say where it begins


class Spool(MutableMapping[str, V], Generic[V]):
    """A mapping in the order of its keys' arrival, of values that nobody changes. Threads may share it.

    Where no file can be written, all values stay in memory: a full disk for temporary files stops no build.
    """

    def __init__(self, values: Mapping[str, V] | Iterable[tuple[str, V]] = (), near: int = NEAR) -> None:
        self._places: dict[str, int] = {}
        self._near: dict[str, V] = {}  # the one used last is last
        self._room = near
        self._file: int | None = None
        self._end = 0
        self._lock = threading.Lock()
        self.update(values)

    def __getitem__(self, key: str) -> V:
        with self._lock:
            place = self._places[key]
            value = self._near.pop(key) if key in self._near else self._read(place)
            self._keep_near(key, value)
            return value

    def __setitem__(self, key: str, value: V) -> None:
        with self._lock:
            self._places[key] = _NOWHERE
            self._near.pop(key, None)
            self._keep_near(key, value)

    def __delitem__(self, key: str) -> None:
        with self._lock:
            del self._places[key]
            self._near.pop(key, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def _keep_near(self, key: str, value: V) -> None:
        self._near[key] = value
        if len(self._near) > self._room:
            oldest = next(iter(self._near))
            if self._places[oldest] == _NOWHERE:
                try:
                    self._places[oldest] = self._write(self._near[oldest])
                except OSError:
                    self._room = sys.maxsize
                    return
            del self._near[oldest]

    def _write(self, value: V) -> int:
        from builder.folded import fold  # late: a small project comes to no file

        if self._file is None:
            self._file = _nameless()
            weakref.finalize(self, os.close, self._file)
        data = fold(value)
        begin, self._end = self._end, self._end + len(data)
        written = 0
        while written < len(data):
            written += os.pwrite(self._file, data[written:], begin + written)
        return begin << _LENGTH | len(data)

    def _read(self, place: int) -> V:
        from builder.folded import unfold  # late, as above

        length, begin = place & (1 << _LENGTH) - 1, place >> _LENGTH
        if self._file is None:  # nothing lies in a file that nobody made
            raise KeyError(place)
        return cast("V", unfold(os.pread(self._file, length, begin)))


class Part(Mapping[str, V], Generic[V]):
    """Some values of a spool, by the names that end their keys: `a/b` is the `b` of `a`."""

    __slots__ = ("_names", "_of", "_spool")

    def __init__(self, spool: Mapping[str, V], of: str, names: tuple[str, ...]) -> None:
        self._spool, self._of, self._names = spool, of, names

    def __getitem__(self, name: str) -> V:
        if name not in self._names:
            raise KeyError(name)
        return self._spool[f"{self._of}/{name}"]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names


def _nameless() -> int:
    """A file that nobody else can open, gone with the process that holds it.

    `tempfile` is told the folder: to find one, it writes a file with a name, which a kill leaves behind.
    """
    import tempfile  # late, as above

    with tempfile.TemporaryFile(dir=os.environ.get("TMPDIR") or "/tmp") as file:  # noqa: S108 - it has no name there
        return os.dup(file.fileno())
