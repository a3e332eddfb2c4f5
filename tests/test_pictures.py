"""The project's own pictures: what cannot be printed is told before anything is laid out."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFile

from builder import pictures


def png(width: int = 40, height: int = 30) -> bytes:
    made = BytesIO()
    Image.effect_noise((width, height), 80).save(made, "PNG")
    return made.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A few bytes that say they are a large picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def test_a_sound_picture_passes():
    assert pictures.fault(png()) == ""


@pytest.mark.parametrize(("width", "height"), [(4000, 4000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_told_by_its_size_alone(width: int, height: int):
    assert "million" in pictures.fault(bomb(width, height))


def test_a_large_file_is_not_opened():
    assert pictures.fault(b"\0" * (pictures.BYTES + 1)).startswith("has 2048 kB")


@pytest.mark.parametrize("careless", [False, True])
def test_a_picture_without_its_end_is_damaged(careless: bool, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", careless)  # WeasyPrint sets it for its whole process
    whole = png()
    assert pictures.fault(whole[: len(whole) // 2]) == "is damaged"


@given(st.binary(max_size=200), st.integers(0, 60))
def test_no_bytes_raise(noise: bytes, at: int):
    whole = png(4, 4)
    assert isinstance(pictures.fault(noise), str)
    assert isinstance(pictures.fault(whole[:at] + noise + whole[at:]), str)
