"""What else the bytes on paper depend on: the builder's code, its libraries, the fonts.

`quick` looks at dates and versions only and decides whether anything at all could have changed; `exact` is part of
every document's fingerprint.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from builder import fonts
from builder.store import digest

PACKAGE = Path(__file__).parent
FONTS = PACKAGE / "fonts.sha256"
LIBRARIES = (
    "weasyprint", "pydyf", "tinycss2", "tinyhtml5", "cssselect2", "fonttools", "pillow", "pikepdf",
    "babel", "jinja2", "markdown", "icu4py", "polib",
)  # fmt: skip
NATIVE = {"libpango-1.0.so.0": "pango_version_string", "libharfbuzz.so.0": "hb_version_string"}
_MAC = {"libpango-1.0.so.0": "libpango-1.0.0.dylib", "libharfbuzz.so.0": "libharfbuzz.0.dylib"}


def quick() -> str:
    """The dates and versions: the same ones mean that nothing but the project can have changed.

    As they are: a digest of them would cost a build with nothing to do more time than reading them again.
    """
    parts = [sys.version, os.environ.get(fonts.OVERRIDE, "")]
    stats = ((path.removeprefix(str(PACKAGE)), os.stat(path)) for path in _code())  # noqa: PTH116 - strings cost less here
    parts += [f"{path} {stat.st_size} {stat.st_mtime_ns}" for path, stat in stats]
    for folder in fonts.directories():
        parts.append(f"{folder} {folder.stat().st_mtime_ns if folder.is_dir() else 'none'}")
    prefix = Path(sys.prefix)
    site = prefix / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
    parts.append(f"{site.stat().st_mtime_ns if site.is_dir() else versions()}")
    return "\n".join(parts)


def _code() -> list[str]:
    """The paths of the builder's modules."""
    found = []
    for folder, folders, files in os.walk(PACKAGE):
        folders[:] = sorted(name for name in folders if name not in {"__pycache__", "starter", "web"})
        found += [f"{folder}/{name}" for name in sorted(files) if name.endswith(".py")]
    return found


def code() -> str:
    """A digest of the builder's own code: whatever of it changed, pages are rendered anew before they are compared."""
    return digest(b"".join(Path(path).read_bytes() for path in _code()))


def exact(families: Iterable[str], cache: Path) -> str:
    """A digest of everything outside the project that a page's bytes depend on. Raises FontError."""
    modules = map(Path, _code())
    engine = b"".join(
        path.read_bytes() for path in modules if path.parent.name == "typeset" or path.name == "halves.py"
    )
    parts = [digest(engine), fonts.digest(families, cache)]
    parts += [f"{name} {version}" for name, version in versions().items()]
    return digest("\n".join(parts).encode())


def identity(cache: Path) -> dict[str, str]:
    """Name -> digest or version of all that must be equal on two machines that print the same bytes.

    Of the installed fonts, those that language records name. Raises FontError.
    """
    import zlib

    wanted = {line.split()[-1] for line in FONTS.read_text(encoding="utf-8").splitlines() if line}
    files = fonts.file_digests(fonts.families(), cache)
    return {
        "the builder's code": code(),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        **versions(),
        **{name: digest for name, digest in files.items() if name in wanted},
    }


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """Name -> version of each library that lays out or writes a page; "" when it is not there."""
    from importlib import metadata

    found = {}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = ""
    for library, function in NATIVE.items():
        found[library] = _native(library, function)
    return found


def _native(library: str, function: str) -> str:
    import ctypes

    for name in (library, _MAC[library]):
        try:
            call = getattr(ctypes.CDLL(name), function)
        except (OSError, AttributeError):
            continue
        call.restype = ctypes.c_char_p
        return str(call().decode())
    return ""
