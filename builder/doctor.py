"""What this machine lacks for printing, each with the line that mends it."""

from __future__ import annotations

import ctypes
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from builder import fonts, load, sources

EXPECTED_FONTS = Path(__file__).with_name("fonts.sha256")
OLDEST, NEWEST = (3, 11), (3, 13)

_APT = "apt-get install -y"
_NATIVE = {
    "libpango-1.0.so.0": ("libpango-1.0.0.dylib", "libpango-1.0-0"),
    "libpangoft2-1.0.so.0": ("libpangoft2-1.0.0.dylib", "libpangoft2-1.0-0"),
    "libharfbuzz-subset.so.0": ("libharfbuzz-subset.0.dylib", "libharfbuzz-subset0"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `mend` is empty when it is well."""

    what: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{'missing' if self.mend else 'ok':8}{self.what}" + (
            f"\n        to mend it: {self.mend}" if self.mend else ""
        )


def examine(start: Path) -> list[Finding]:
    """Look at Python, libraries, fonts and the project's folder, in that order."""
    return [*_python(), *_libraries(), *_native(), *_fonts(), *_project(start)]


def _python() -> Iterator[Finding]:
    version = sys.version_info[:2]
    shown = f"Python {version[0]}.{version[1]}"
    fits = OLDEST <= version <= NEWEST
    yield Finding(shown, "" if fits else "install Python 3.11 to 3.13, then: make build PYTHON=python3.12")


def _libraries() -> Iterator[Finding]:
    """The Python packages that the command itself declares, by name and bounds."""
    for line in sorted(metadata.requires("handouts") or []):
        requirement, _, marker = line.partition(";")
        if "extra ==" in marker:
            continue
        name = requirement.split(">")[0].split("<")[0].split("=")[0].strip()
        mend = f'python3 -m pip install "{requirement.strip()}"'
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield Finding(f"{name} (Python package)", mend)
        else:
            fits = _within(version, requirement)
            yield Finding(
                f"{name} {version}" + ("" if fits else " is another version than was tested"), "" if fits else mend
            )


def _within(version: str, requirement: str) -> bool:
    """Whether a version keeps the bounds of a requirement such as `click>=8.2,<9`."""
    given = _numbers(version)
    for sign, bound in re.findall(r"(>=|<)\s*([\d.]+)", requirement):
        if (given >= _numbers(bound)) != (sign == ">="):
            return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def _native() -> Iterator[Finding]:
    for name, (on_mac, package) in _NATIVE.items():
        if _opens(name) or _opens(on_mac):
            yield Finding(name)
        else:
            yield Finding(
                f"{name} (system library)", "brew install pango" if sys.platform == "darwin" else f"{_APT} {package}"
            )


def _opens(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _fonts() -> Iterator[Finding]:
    """Every font file by its digest: another version breaks lines elsewhere."""
    wanted = expected_fonts()
    there = {
        path.name: path
        for folder in fonts.directories()
        if folder.is_dir()
        for path in folder.rglob("*")
        if path.is_file()
    }
    lost = sorted(name for name in wanted if name not in there)
    for name in lost:
        package = "fonts-noto-cjk" if "CJK" in name else "fonts-noto-core"
        yield Finding(
            f"{name} (font)", f"{_APT} {package}   (elsewhere: set {fonts.OVERRIDE} to the folder that holds it)"
        )
    differing = [name for name in sorted(wanted) if name in there and _digest(there[name]) != wanted[name]]
    for name in differing:
        yield Finding(
            f"{name} is another version: sheets will differ from other machines",
            f"{_APT} --reinstall fonts-noto-core fonts-noto-cjk",
        )
    if not lost and not differing:
        yield Finding(f"{len(wanted)} font files, as expected")


def expected_fonts() -> Mapping[str, str]:
    """File name -> sha256 of the fonts this version was made with."""
    rows = [
        line.split()
        for line in EXPECTED_FONTS.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    return {name: value for value, name in rows}


def _digest(path: Path) -> str:
    from builder.store import digest

    return digest(path.read_bytes())


def _project(start: Path) -> Iterator[Finding]:
    try:
        root = sources.find(start)
    except sources.NoProjectError as error:
        yield Finding(str(error), "handouts init DIR")
        return
    yield Finding(f"project in {root}")
    output = root / "output"
    if _writable(output if output.exists() else root):
        yield Finding(f"{output} can be written")
    else:
        yield Finding(f"{output} cannot be written", f"chown -R {os.getuid()} {output}")
    library, _ = load.library(sources.read(root))
    for tag, language in sorted(library.languages.items() if library else ()):
        lacking = [family for family in language.fonts if family not in fonts.families()]
        if lacking:
            yield Finding(
                f"{language.name} ({tag}): no font {', '.join(lacking)}", f"{_APT} fonts-noto-core fonts-noto-cjk"
            )


def _writable(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
