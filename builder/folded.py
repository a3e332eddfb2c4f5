"""What a large library says, small: values pickled and compressed, unfolded when somebody looks at one.

An article in memory takes several times its text. A library of thousands is read once, checked, and then asked for one
article at a time; whoever coordinates its build need not hold them all unfolded.
"""

from __future__ import annotations

import io
import pickle
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Generic, TypeVar, cast

V = TypeVar("V")

_LEVEL = 1  # of zlib's: half the size for a tenth of the time


class Folded(Mapping[str, V], Generic[V]):
    """A mapping whose values are kept folded; what was looked at last is at hand."""

    __slots__ = ("_folded",)

    def __init__(self, values: Mapping[str, V]) -> None:
        self._folded = {key: _fold(value) for key, value in values.items()}

    def __getitem__(self, key: str) -> V:
        return cast("V", _unfolded(self._folded[key]))

    def __iter__(self) -> Iterator[str]:
        return iter(self._folded)

    def __len__(self) -> int:
        return len(self._folded)

    def __contains__(self, key: object) -> bool:
        return key in self._folded


class _Pickler(pickle.Pickler):
    """Writes a dataclass as the call that makes it, which is read in half the time of a state that is set."""

    def reducer_override(self, value: object) -> tuple[type, tuple[object, ...]]:
        if is_dataclass(value) and not isinstance(value, type):
            return type(value), tuple(getattr(value, each.name) for each in fields(value))
        return NotImplemented  # type: ignore[no-any-return]  # pickle's word for "as ever"


def _fold(value: object) -> bytes:
    written = io.BytesIO()
    _Pickler(written, pickle.HIGHEST_PROTOCOL).dump(value)
    return zlib.compress(written.getvalue(), _LEVEL)


@lru_cache(maxsize=16)  # of any library's: what works on a topic asks for its articles again and again
def _unfolded(folded: bytes) -> object:
    return pickle.loads(zlib.decompress(folded))  # noqa: S301 - folded above, by this process
