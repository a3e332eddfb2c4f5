"""What was built: files written whole or not at all, a lock, and a manifest.

The manifest keeps each source's stat and hash and what each document was made from. A file is removed only when the
manifest lists it and its key has left the library.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import functools
import json
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from builder.diagnostics import RefusalError

if TYPE_CHECKING:
    from builder.model import DocumentKey
    from builder.spool import Spool

MANIFEST = "manifest.json"
INDEX = "index.html"
CACHE = ".cache"
LOCK = ".lock"
VERSION = 2

_TEMP = ".part-"
_EDITS = ".lock-content"
_WORKSHOP = "handouts-workers-"
_PATIENCE = 20.0  # seconds: a command that changes content takes one or two
_PAUSE = 0.05
_STAMPS = 512  # of sources: more than any document is made from
LOCKS = frozenset({f"output/{LOCK}", f"output/{_EDITS}"})  # of a project: they hold nothing and may stay
_EDITED: ContextVar[frozenset[Path]] = ContextVar("edited", default=frozenset())  # by the call that is under way

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class BusyError(RefusalError):
    """Another build holds the output folder."""


class UnsafeError(RefusalError):
    """The output folder would lead a write somewhere else."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells that a file is the one we knew: size in bytes, time in nanoseconds, hash of the content."""

    size: int
    mtime_ns: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Record:
    """One built file, as the manifest lists it."""

    key: DocumentKey
    stamp: Stamp
    fingerprint: str  # of everything that reached the page
    inputs: str  # digest of the sources it was rendered from
    pages: int
    state: str
    review: str
    code: str
    title: str


@dataclass(slots=True)
class Manifest:
    """The state of the output folder."""

    sources: MutableMapping[str, Stamp] = field(default_factory=dict)
    documents: MutableMapping[str, Record] = field(default_factory=dict)  # by path below output/


def digest(data: bytes) -> str:
    """sha256 in hexadecimal."""
    from hashlib import sha256  # late: it loads OpenSSL, and a build with nothing to do compares stats

    return sha256(data).hexdigest()


def load(output: Path) -> Manifest:
    """The manifest of an output folder; an empty one when there is none or it cannot be used."""
    from builder.spool import Spool  # late: a build with nothing to do reads no manifest

    try:
        raw = json.loads((output / MANIFEST).read_bytes())
        if raw["version"] != VERSION:
            return Manifest(Spool(), Spool())
        return Manifest(
            Spool((path, Stamp(*stamp)) for path, stamp in raw["sources"].items()),
            Spool((path, _record(record)) for path, record in raw["documents"].items() if _inside(path)),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Manifest(Spool(), Spool())


def _record(raw: dict[str, Any]) -> Record:
    from builder.model import DocumentKey  # late, as above

    return Record(**(raw | {"key": DocumentKey(**raw["key"]), "stamp": Stamp(*raw["stamp"])}))


def _inside(path: str) -> bool:
    """Whether a listed path stays below the output folder, whoever wrote the list."""
    return {"", ".", ".."}.isdisjoint(path.split("/"))


def save(output: Path, manifest: Manifest) -> None:
    """Write the manifest, last of all: what it lists is there."""
    write(output, MANIFEST, _written(manifest))


def _written(manifest: Manifest) -> Iterator[bytes]:
    """The manifest as JSON, a line for each file, so that a list of thousands is never whole in memory."""
    yield f'{{"version":{VERSION},"sources":{{'.encode()
    yield from _lines(manifest.sources, _as_list)
    yield b'},\n"documents":{'
    yield from _lines(manifest.documents, lambda record: {**asdict(record), "stamp": _as_list(record.stamp)})
    yield b"}}\n"


def _lines(values: Mapping[str, T], value: Callable[[T], object]) -> Iterator[bytes]:
    between = "\n"
    for path in sorted(values):
        yield f"{between}{_json(path)}:{_json(value(values[path]))}".encode()
        between = ",\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _as_list(stamp: Stamp) -> list[int | str]:
    return [stamp.size, stamp.mtime_ns, stamp.sha256]


def write(output: Path, path: str, data: bytes | Iterable[bytes]) -> Stamp:
    """Write a file below a folder, whole or not at all; links are never followed. `data` may come in parts.

    Where the system can, the file has no name until it is whole, so that a kill hardly ever leaves anything behind.

    Raises UnsafeError when a folder on the way is a link, OSError when the disk refuses: the old file then stays.
    """
    target = output / path
    folder = output
    for part in Path(path).parts[:-1]:
        folder = folder / part
        folder.mkdir(exist_ok=True)
        if folder.is_symlink():
            msg = f"{folder} is a link: nothing is written through it"
            raise UnsafeError(msg)
    found = _replace(target, [data] if isinstance(data, bytes) else data, 0o644)
    made = target.stat()
    return Stamp(made.st_size, made.st_mtime_ns, found)


def hand_over(target: Path, data: bytes) -> None:
    """Write a file for the person who asked, readable by nobody else, whole or not at all.

    A link in its place is replaced and never followed. Raises OSError, with the old file as it was.
    """
    _replace(target, [data], 0o600)


def _replace(target: Path, parts: Iterable[bytes], mode: int) -> str:
    """Put a whole file in another's place; the sha256 of what was written."""
    from hashlib import sha256  # late, as above

    written, folder = sha256(), target.parent
    temporary = folder / f"{_TEMP}{os.getpid()}-{os.urandom(4).hex()}"
    nameless = getattr(os, "O_TMPFILE", 0)
    try:
        handle = _nameless(folder, nameless, mode) if nameless else None
        if handle is None:
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
            nameless = 0
        with os.fdopen(handle, "wb") as file:
            for part in parts:
                file.write(part)
                written.update(part)
            file.flush()
            os.fsync(file.fileno())
            if nameless:
                _name(file.fileno(), temporary)
        os.replace(temporary, target)  # noqa: PTH105 - one door to the disk, where tests refuse
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return written.hexdigest()


def _name(handle: int, path: Path) -> None:
    """Give an open file that has no name a name."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:  # with folders given, Python asks for linkat, which follows the link that /proc shows
        os.link(f"/proc/self/fd/{handle}", path.name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=True)
    finally:
        os.close(folder)


def _nameless(folder: Path, flag: int, mode: int) -> int | None:
    """An open file that no folder lists; None on a file system that has none."""
    try:
        return os.open(folder, os.O_WRONLY | flag, mode)
    except OSError as error:
        if error.errno in {errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL}:
            return None
        raise


@contextlib.contextmanager
def locked(output: Path) -> Iterator[None]:
    """Hold the output folder for one build. Raises BusyError when another build has it."""
    with _held(output, LOCK, 0.0, f"another build is writing to {output}: wait for it to end"):
        yield


def edits(change: Callable[Concatenate[Path, P], R]) -> Callable[Concatenate[Path, P], R]:
    """Let a function that reads a project's content and writes it anew do so alone; what a killed one left is swept.

    Without that, of two approvals at once one would be lost. Raises BusyError when another takes too long.
    """

    @functools.wraps(change)
    def alone(root: Path, /, *rest: P.args, **named: P.kwargs) -> R:
        if root in _EDITED.get():
            return change(root, *rest, **named)
        busy = f"another command is changing {root / 'content'}: wait for it to end"
        with _held(root / "output", _EDITS, _PATIENCE, busy):
            within = _EDITED.set(_EDITED.get() | {root})
            try:
                sweep(root / "content")
                return change(root, *rest, **named)
            finally:
                _EDITED.reset(within)

    return alone


@contextlib.contextmanager
def _held(output: Path, name: str, patience: float, busy: str) -> Iterator[None]:
    """Hold a lock file of the output folder; wait for it so many seconds."""
    output.mkdir(parents=True, exist_ok=True)
    if output.is_symlink():
        msg = f"{output} is a link: nothing is written through it"
        raise UnsafeError(msg)
    until = time.monotonic() + patience
    with os.fdopen(os.open(output / name, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o644), "w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() >= until:
                    raise BusyError(busy) from error
            time.sleep(_PAUSE)
        yield


def is_left_over(name: str) -> bool:
    """Whether a file of that name is what a killed write leaves, and `sweep` removes."""
    return name.startswith(_TEMP)


def sweep(output: Path) -> None:
    """Remove what an interrupted build left half-written."""
    folders = [str(output)]
    while folders:
        with contextlib.suppress(FileNotFoundError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                elif is_left_over(entry.name):
                    Path(entry.path).unlink(missing_ok=True)


def workshop() -> str:
    """Make a folder for what lives as long as this process, where the system keeps such folders; locked meanwhile.

    multiprocessing would make one for its sockets of which nothing tells, after a kill, whose it was.
    """
    folder = f"{_temporary()}/{_WORKSHOP}{os.urandom(6).hex()}"
    os.mkdir(folder, 0o700)  # noqa: PTH102 - a path as multiprocessing wants it: a string
    with contextlib.suppress(OSError):  # a file system without locks
        fcntl.flock(os.open(folder, os.O_RDONLY | os.O_DIRECTORY), fcntl.LOCK_EX | fcntl.LOCK_NB)  # the end closes it
    return folder


def sweep_workshops() -> None:
    """Remove the folders of processes that were killed: those of ours that nobody locks."""
    with contextlib.suppress(OSError), os.scandir(_temporary()) as entries:
        for left in [entry.path for entry in entries if entry.name.startswith(_WORKSHOP)]:
            with contextlib.suppress(OSError):
                handle = os.open(left, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
                try:
                    if os.fstat(handle).st_uid == os.geteuid():
                        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                        shutil.rmtree(left, ignore_errors=True)
                finally:
                    os.close(handle)


def _temporary() -> str:
    """Where the system keeps what is brief. `tempfile` says the same, and takes longer to load than this module."""
    own = os.environ.get("TMPDIR", "")
    return own if own and os.access(own, os.W_OK | os.X_OK) else "/tmp"  # noqa: S108 - names in it are random


def remove(output: Path, paths: Iterable[str]) -> None:
    """Remove files that the manifest listed, and the folders this leaves empty."""
    for path in sorted(paths):
        target = output / path
        if any((output / folder).is_symlink() for folder in list(Path(path).parents)[:-1]):
            continue  # through a link it would be somebody else's file
        target.unlink(missing_ok=True)
        for folder in list(Path(path).parents)[:-1]:
            with contextlib.suppress(OSError):
                (output / folder).rmdir()


def stamps(root: Path, paths: Iterable[str], known: Mapping[str, Stamp]) -> Spool[Stamp]:
    """The stamp of each source: by its stat when that is as it was, else by its content."""
    from builder.spool import Spool  # late, as above

    found: Spool[Stamp] = Spool(near=_STAMPS)
    for path in paths:
        try:
            now = os.lstat(f"{root}/{path}")
        except FileNotFoundError:
            continue
        if not stat.S_ISREG(now.st_mode):
            continue
        old = known.get(path)
        if old and (old.size, old.mtime_ns) == (now.st_size, now.st_mtime_ns):
            found[path] = old
        else:
            found[path] = Stamp(now.st_size, now.st_mtime_ns, digest((root / path).read_bytes()))
    return found


def same(a: Mapping[str, Stamp], b: Mapping[str, Stamp]) -> bool:
    """Whether two sets of sources hold the same content."""
    return a.keys() == b.keys() and all(a[path].sha256 == b[path].sha256 for path in a)


def intact(output: Path, path: str, record: Record | None) -> bool:
    """Whether a built file is still the one that was written, by its stat."""
    if record is None:
        return False
    try:
        now = os.lstat(f"{output}/{path}")
    except OSError:
        return False
    return (now.st_size, now.st_mtime_ns) == (record.stamp.size, record.stamp.mtime_ns)
