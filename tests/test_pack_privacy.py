"""What a family says leaves no trace: not on the disk, not in a name, not in a message, after success, error and kill."""

from __future__ import annotations

import io
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pdf_facts  # noqa: F401 - it prepares the fonts
import pikepdf
import pypdfium2
import pytest
from conftest import assemble

BORN, DUE, VISIT = "2025-11-03", "2026-02-05", "2026-11-09"  # nine months by the due date
DATES = f"{BORN} {DUE} {VISIT}\n"
TOLD = ("about 9 months", "counted from the due date. 9")
CANARIES = [
    form.encode(encoding)
    for day in (BORN, DUE, VISIT)
    for form in (day, day.replace("-", ""), day.replace("-", "/"), f"datetime.date({int(day[:4])}, {int(day[5:7])}")
    for encoding in ("utf-8", "utf-16-be", "utf-16-le")
]


@pytest.fixture
def place() -> Iterator[Path]:
    """A project, a home, a folder for temporary files and a desk to work at: everything the command could write to.

    Its name is short: the sockets of workers lie in the folder for temporary files, and a socket's name holds 107 bytes.
    """
    with tempfile.TemporaryDirectory(prefix="p-") as folder:
        yield _furnished(Path(folder))


def _furnished(tmp_path: Path) -> Path:
    assemble(tmp_path / "project")
    for name in ("home", "tmp", "desk"):
        (tmp_path / name).mkdir()
    known = Path(os.environ["FONTCONFIG_FILE"]).with_name("fontconfig")  # slow to fill, and no part of what is tested
    if known.is_dir():
        shutil.copytree(known, tmp_path / "project/output/.cache/fontconfig")
    return tmp_path


def started(place: Path, *arguments: str) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ, "HOME": str(place / "home"), "TMPDIR": str(place / "tmp"), "XDG_CACHE_HOME": str(place / "home/cache"),
    }  # fmt: skip
    command = [sys.executable, "-m", "builder", "--project", str(place / "project"), *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=place / "desk", env=environment, stdin=pipe, stdout=pipe, stderr=pipe)


VISIT_COMMAND = ("visit", "--dates", "-", "--topic", "hello", "--language", "en")


def readable(data: bytes) -> bytes:
    """A file's bytes with everything that a PDF hides: streams unpacked, text read."""
    if not data.startswith(b"%PDF"):
        return data
    out = [data]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        out += [
            thing.read_bytes() for thing in pdf.objects if isinstance(thing, pikepdf.Stream) and "/Subtype" in thing
        ]
        out.append(repr(dict(pdf.docinfo)).encode())
    with pypdfium2.PdfDocument(data) as document:
        out += [" ".join(page.get_textpage().get_text_bounded().split()).encode() for page in document]
    return b"\n".join(out)


def traces(place: Path, pack: Path | None) -> list[str]:
    """The files, other than the pack, that hold a date or the child's age; and any name that does."""
    found = []
    for path in sorted(place.rglob("*")):
        name = str(path.relative_to(place)).encode()
        if any(canary in name for canary in CANARIES):
            found.append(f"the name {path}")
        if not path.is_file():
            continue
        held = readable(path.read_bytes())
        if any(canary in held for canary in CANARIES):
            found.append(f"a date in {path}")
        if path != pack and any(told.encode() in held for told in TOLD):
            found.append(f"the age in {path}")
    return found


def test_a_pack_leaves_no_trace_but_itself(place):
    process = started(place, *VISIT_COMMAND)
    line = Path(f"/proc/{process.pid}/cmdline")
    shown = line.read_bytes() if line.exists() else b""
    out, err = process.communicate(DATES.encode(), timeout=120)
    assert process.returncode == 0, err
    pack = place / "desk/visit-pack.pdf"
    assert TOLD[0].encode() in readable(pack.read_bytes())  # the canary sings: what is searched for can be found
    assert traces(place, pack) == []
    assert not any(canary in shown + out + err for canary in CANARIES)
    assert stat.S_IMODE(pack.stat().st_mode) == 0o600
    assert list((place / "desk").iterdir()) == [pack]
    assert (place / "project/output/manifest.json").is_file()  # a build was needed, and it keeps a manifest
    with pikepdf.open(pack) as pdf:
        assert set(pdf.docinfo) <= {"/Title"}


def test_standard_output_touches_no_disk(place):
    process = started(place, *VISIT_COMMAND, "-o", "-")
    out, err = process.communicate(DATES.encode(), timeout=120)
    assert process.returncode == 0, err
    assert out.startswith(b"%PDF")
    assert list((place / "desk").iterdir()) == []
    assert traces(place, None) == []


@pytest.mark.parametrize(
    ("dates", "more"),
    [
        (f"{BORN} 2026-09-09 {VISIT}\n", ()),  # due ten months after the birth
        (f"{VISIT} - {BORN}\n", ()),
        (f"{BORN} {DUE} {VISIT} and more\n", ()),
        (DATES, ("--band", "21-36m")),
        (DATES, ("--paper", "half")),
        (DATES, ("-o", "missing/folder/pack.pdf")),
    ],
)
def test_an_error_quotes_and_leaves_nothing(place, dates, more):
    process = started(place, *VISIT_COMMAND, *more)
    out, err = process.communicate(dates.encode(), timeout=120)
    assert process.returncode in {1, 2}
    assert b"Traceback" not in err
    assert not any(canary in out + err for canary in [*CANARIES, b"2026-09-09"])
    assert traces(place, None) == []
    assert list((place / "desk").iterdir()) == []


def test_a_template_that_fails_does_not_tell_what_it_was_given(place):
    template = place / "project/templates/packs/cover-slip.html"
    template.write_text(
        template.read_text("utf-8").replace("{{ t(total) }}", "{{ chosen[0].lines[0].nothing }}"), "utf-8"
    )
    process = started(place, *VISIT_COMMAND)
    _out, err = process.communicate(DATES.encode(), timeout=120)
    assert process.returncode == 1
    assert b"templates/packs/cover-slip.html" in err
    assert not any(told.encode() in err for told in TOLD)
    assert traces(place, None) == []


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="only Linux has files without a name")
@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_kill_at_any_moment_leaves_nothing(place, sent):
    assert started(place, *VISIT_COMMAND, "-o", "first.pdf").communicate(DATES.encode(), timeout=120) is not None
    for tenths in (3, 8, 12, 16, 22):
        process = started(place, *VISIT_COMMAND, "-o", "second.pdf")
        assert process.stdin is not None
        process.stdin.write(DATES.encode())
        process.stdin.close()
        time.sleep(tenths / 10)
        process.send_signal(sent)
        process.wait(timeout=60)
        for stream in (process.stdout, process.stderr):
            assert stream is not None
            said = stream.read()
            stream.close()
            assert not any(canary in said for canary in CANARIES)
        second = place / "desk/second.pdf"
        if second.exists():  # it was done already
            assert second.read_bytes().rstrip().endswith(b"%%EOF")
            second.unlink()
        assert [path.name for path in (place / "desk").iterdir()] == ["first.pdf"]
        assert traces(place, place / "desk/first.pdf") == []


def test_a_link_in_the_place_of_the_pack_is_not_followed(place):
    victim = place / "home/victim"
    victim.write_text("mine", encoding="utf-8")
    (place / "desk/visit-pack.pdf").symlink_to(victim)
    process = started(place, *VISIT_COMMAND)
    process.communicate(DATES.encode(), timeout=120)
    assert victim.read_text(encoding="utf-8") == "mine"
    assert not (place / "desk/visit-pack.pdf").is_symlink()


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="looks into /proc")
@pytest.mark.parametrize(
    "command",
    [VISIT_COMMAND, ("group", "--families", "en:2", "--age", "14m", "--topic", "hello")],
    ids=["visit", "group"],
)
def test_no_process_that_hears_of_a_family_could_leave_a_core_file(place, command):
    process = started(place, *command)
    assert process.stdin is not None
    if command is VISIT_COMMAND:
        process.stdin.write(DATES.encode())
    process.stdin.close()
    seen: dict[int, str] = {}
    while process.poll() is None:
        for entry in Path("/proc").iterdir():
            try:
                parent = (entry / "stat").read_text().rpartition(")")[2].split()[1] if entry.name.isdigit() else ""
                if entry.name == str(process.pid) or (parent.isdigit() and int(parent) in {process.pid, *seen}):
                    limits = (entry / "limits").read_text()
                    seen[int(entry.name)] = next(
                        line for line in limits.splitlines() if line.startswith("Max core")
                    ).split()[4]
            except (OSError, StopIteration):
                continue
        time.sleep(0.02)
    for stream in (process.stdout, process.stderr):
        assert stream is not None
        stream.close()
    assert len(seen) >= 3  # the command, the process that forks, a worker
    assert set(seen.values()) == {"0"}
