"""The font set: where its files are, what they cover, and a fontconfig that knows nothing else.

Layout must not depend on what else a computer has installed, so the renderer is given a configuration
of our own before it is imported: our directories, our cache, no system rules.

Nothing here imports the renderer. Family names are read from the `name` table of each file with
`struct`: opening some 300 files with fontTools takes seconds, this takes tens of milliseconds.
"""

from __future__ import annotations

import json
import os
import struct
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from builder import store
from builder.diagnostics import RefusalError

FONT_DIRECTORIES = (  # where Debian's fonts-noto-core and fonts-noto-cjk put their files
    Path("/usr/share/fonts/truetype/noto"),
    Path("/usr/share/fonts/opentype/noto"),
)
OVERRIDE = "HANDOUTS_FONTS"  # a list of directories in the way of PATH, for systems other than Debian

_SUFFIXES = frozenset({".ttf", ".otf", ".ttc", ".otc"})
_FAMILY, _SUBFAMILY, _TYPOGRAPHIC_FAMILY = 1, 2, 16  # name ids, OpenType 1.9, `name` table
_WINDOWS, _ENGLISH = 3, 0x409  # platform id, whose strings are UTF-16BE, and its language id for US English

Families = Mapping[str, tuple[Path, ...]]


class FontError(RefusalError):
    """The font set is not what the project needs; the message says what to install or call."""


def directories() -> tuple[Path, ...]:
    """Name the directories that hold the font set: those of HANDOUTS_FONTS, else Debian's."""
    listed = os.environ.get(OVERRIDE, "")
    return tuple(Path(part) for part in listed.split(os.pathsep) if part) or FONT_DIRECTORIES


def configure(cache: Path) -> Path:
    """Write a fontconfig file below `cache`, make this process use it, and return its path.

    Call it before anything imports WeasyPrint, which reads the configuration when it is imported: later
    it returns the path in use when that names the same directories, and raises FontError when not.
    """
    path = cache.absolute() / "fonts.conf"
    if "weasyprint" in sys.modules:
        path = Path(os.environ.get("FONTCONFIG_FILE", ""))
        if not _is_current(path):
            raise FontError("WeasyPrint was imported before fonts.configure(): it uses other fonts than ours")
    elif not _is_current(path):
        _write(path, _configuration(path))
    os.environ["FONTCONFIG_FILE"] = str(path)
    return path


@lru_cache(maxsize=8)
def families(places: Sequence[Path] = ()) -> Families:
    """Family name -> its files in order of name, from the `name` tables below `places` (a tuple).

    Bold and italic files belong to their family; a collection (.ttc) belongs to each family it holds.
    """
    found: dict[str, set[Path]] = {}
    for path in _files(places or directories()):
        for family in {name for face in _faces(path) for name in face.families}:
            found.setdefault(family, set()).add(path)
    return {family: tuple(sorted(found[family])) for family in sorted(found)}


def file_digests(names: Iterable[str], cache: Path | None = None) -> dict[str, str]:
    """File name -> sha256 of its content, for every file of the named families.

    With `cache`, a directory, a digest is remembered for as long as the file's size and modification
    time stay. Raises FontError when a family is not installed.
    """
    paths = sorted({path for name in sorted(set(names)) for path in _require(name)})
    memory = cache / "font-digests.json" if cache else None
    known = _remembered(memory)
    remembered = len(known)
    digests: dict[str, str] = {}
    for path in paths:
        stat = path.stat()
        key = f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}"
        if key not in known:
            known[key] = store.digest(path.read_bytes())
        digests[path.name] = known[key]
    if memory and len(known) > remembered:
        _write(memory, json.dumps(known, indent=0, sort_keys=True))
    return digests


def digest(names: Iterable[str], cache: Path | None = None) -> str:
    """One sha256 over the files of the named families: another font version gives another value."""
    lines = (f"{name} {value}\n" for name, value in sorted(file_digests(names, cache).items()))
    return store.digest("".join(lines).encode())


@lru_cache(maxsize=256)
def characters(family: str) -> frozenset[int]:
    """Tell which code points the family's regular face has a glyph for."""
    # imported late: a command that checks nothing pays nothing
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # published without types

    faces = [
        (face.style != "Regular", str(path), face.number)
        for path in _require(family)
        for face in _faces(path)
        if family in face.families
    ]
    _, path_text, number = min(faces)
    with TTFont(path_text, fontNumber=number, lazy=True) as font:
        return frozenset(font.getBestCmap() or {})


# --- reading font files -------------------------------------------------------------------------


class _Face:
    """One face of a font file: its family names and style, in English."""

    __slots__ = ("families", "number", "style")

    def __init__(self, number: int, names: Mapping[int, str]) -> None:
        self.number = number  # position in its collection
        self.families = frozenset(names[key] for key in (_FAMILY, _TYPOGRAPHIC_FAMILY) if key in names)
        self.style = names.get(_SUBFAMILY, "")


def _require(family: str) -> tuple[Path, ...]:
    files = families(directories()).get(family)
    if not files:
        places = ", ".join(map(str, directories()))
        raise FontError(f'no font family "{family}" in {places}: install it, or set {OVERRIDE}')
    return files


def _files(places: Sequence[Path]) -> Iterator[Path]:
    for place in places:
        yield from sorted(path for path in place.rglob("*") if path.suffix.lower() in _SUFFIXES)


def _faces(path: Path) -> tuple[_Face, ...]:
    with path.open("rb") as file:

        def read(offset: int, form: str) -> tuple[int, ...]:
            file.seek(offset)
            return struct.unpack(form, file.read(struct.calcsize(form)))

        def names(start: int) -> dict[int, str]:
            (tables,) = read(start + 4, ">H")
            file.seek(start + 12)
            for record in struct.iter_unpack(">4sIII", file.read(16 * tables)):
                if record[0] == b"name":
                    return strings(record[2])
            return {}

        def strings(table: int) -> dict[int, str]:
            _, count, storage = read(table, ">HHH")
            rows = struct.iter_unpack(">6H", file.read(12 * count))
            wanted = [
                (name, length, offset)
                for platform, _, language, name, length, offset in rows
                if platform == _WINDOWS and language == _ENGLISH
            ]
            found: dict[int, str] = {}
            for name, length, offset in wanted:
                if name in (_FAMILY, _SUBFAMILY, _TYPOGRAPHIC_FAMILY):
                    file.seek(table + storage + offset)
                    found[name] = file.read(length).decode("utf-16-be", "replace")
            return found

        try:
            starts: tuple[int, ...] = (0,)
            if file.read(4) == b"ttcf":
                (count,) = read(8, ">I")
                starts = read(12, f">{count}I")
            return tuple(_Face(number, names(start)) for number, start in enumerate(starts))
        except struct.error as error:
            raise FontError(f"{path} is not a whole font file") from error


# --- what is written ----------------------------------------------------------------------------


def _configuration(path: Path) -> str:
    """Give the text of a configuration at `path`, which keeps fontconfig's cache beside it."""
    from xml.sax.saxutils import escape  # late: it loads what talks to web servers

    folders = "".join(f"  <dir>{escape(str(place))}</dir>\n" for place in directories())
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n<fontconfig>\n'
        f"{folders}  <cachedir>{escape(str(path.with_name('fontconfig')))}</cachedir>\n</fontconfig>\n"
    )


def _is_current(path: Path) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == _configuration(path)


def _remembered(memory: Path | None) -> dict[str, str]:
    try:
        known = json.loads(memory.read_text(encoding="utf-8")) if memory else {}
    except (OSError, ValueError):
        return {}  # a lost or torn memory costs a second reading, nothing else
    return known if isinstance(known, dict) else {}


def _write(path: Path, text: str) -> None:
    """Replace a file whole: another process may be reading it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".part-{os.getpid()}-{path.name}")  # a name that a build sweeps
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
