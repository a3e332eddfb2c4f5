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
ROSTER = "language,age,families,copies\nen,14m,37,3\n"
ROWS = (b"en,14m,37,3", b"37,3", b"37 families", b"37 \xc3\x97 3", "37 families".encode("utf-16-be"))  # told and said


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
GROUP_COMMAND = ("group", "-", "--topic", "hello")
TOLD_TO = {VISIT_COMMAND: DATES.encode(), GROUP_COMMAND: ROSTER.encode()}
SECRETS = {VISIT_COMMAND: tuple(CANARIES), GROUP_COMMAND: ROWS}
BOMB = '<div style="display: flex">' * 40 + "x" + "</div>" * 40  # a worker is ended before it is laid out


def readable(data: bytes) -> bytes:
    """A file's bytes with everything that a PDF hides: streams unpacked, text read."""
    if not data.startswith(b"%PDF"):
        return data
    out = [data]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        out += [thing.read_bytes() for thing in pdf.objects if isinstance(thing, pikepdf.Stream)]
        out.append(repr(dict(pdf.docinfo)).encode())
    with pypdfium2.PdfDocument(data) as document:
        out += [" ".join(page.get_textpage().get_text_bounded().split()).encode() for page in document]
    return b"\n".join(out)


def traces(place: Path, pack: Path | None) -> list[str]:
    """The files, other than the pack, that hold a date, the child's age or a group's list; and any name that does."""
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
        if path != pack and any(row in held for row in ROWS[2:] + ROWS[:1]):
            found.append(f"the list in {path}")
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


def test_the_pack_of_a_group_leaves_no_trace_but_itself(place):
    process = started(place, *GROUP_COMMAND)
    out, err = process.communicate(ROSTER.encode(), timeout=120)
    assert process.returncode == 0, err
    pack = place / "desk/group-pack.pdf"
    assert b"37 families" in readable(pack.read_bytes())  # the canary sings
    assert traces(place, pack) == []
    assert not any(row in out + err for row in ROWS)
    assert stat.S_IMODE(pack.stat().st_mode) == 0o600
    assert list((place / "desk").iterdir()) == [pack]
    with pikepdf.open(pack) as pdf:
        assert set(pdf.docinfo) <= {"/Title"}


@pytest.mark.parametrize("command", [VISIT_COMMAND, GROUP_COMMAND], ids=["visit", "group"])
def test_standard_output_touches_no_disk(place, command):
    process = started(place, *command, "-o", "-")
    out, err = process.communicate(TOLD_TO[command], timeout=120)
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


@pytest.mark.parametrize(
    ("roster", "more"),
    [
        (f"language,age,families\nen,{BORN},37\n", ()),  # a date where an age belongs
        (f"language,age,families\nen,14m,Villanueva {BORN}\n", ()),
        (f"language,age,families\nAmparo Villanueva,14m,37\nen,14m,{DUE}\n", ()),
        (f"Villanueva,{BORN},37\nen,14m,37\n", ()),
        (ROSTER, ("--topic", "nothing")),
        (ROSTER, ("--paper", "half")),
        (ROSTER, ("-o", "missing/folder/pack.pdf")),
    ],
)
def test_an_error_in_a_list_quotes_and_leaves_nothing(place, roster, more):
    process = started(place, *GROUP_COMMAND, *more)
    out, err = process.communicate(roster.encode(), timeout=120)
    assert process.returncode in {1, 2}
    assert b"Traceback" not in err
    assert not any(canary in (out + err).lower() for canary in [*CANARIES, *ROWS, b"villanueva", b"amparo"])
    assert traces(place, None) == []
    assert list((place / "desk").iterdir()) == []


@pytest.mark.parametrize(
    "command", [pytest.param(VISIT_COMMAND, marks=pytest.mark.slow), GROUP_COMMAND], ids=["visit", "group"]
)
def test_a_pack_that_takes_too_long_leaves_nothing(place, command):
    """Its own page hangs, with what the family said on it; the worker is ended at its limit."""
    template = place / "project/templates/packs/cover-slip.html"
    template.write_text(
        template.read_text("utf-8").replace("{% block sheet %}", "{% block sheet %}" + BOMB, 1), "utf-8"
    )
    process = started(place, *command)
    out, err = process.communicate(TOLD_TO[command], timeout=240)
    assert process.returncode == 1
    assert b"[timed-out]" in err, err
    assert not any(canary in out + err for canary in SECRETS[command])
    assert not any(told.encode() in out + err for told in TOLD)
    assert traces(place, None) == []
    assert list((place / "desk").iterdir()) == []
    assert list((place / "tmp").iterdir()) == []


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
@pytest.mark.parametrize(
    ("command", "sent"),
    [
        (VISIT_COMMAND, signal.SIGKILL),
        (VISIT_COMMAND, signal.SIGTERM),
        (VISIT_COMMAND, signal.SIGINT),
        (GROUP_COMMAND, signal.SIGKILL),
        pytest.param(GROUP_COMMAND, signal.SIGTERM, marks=pytest.mark.slow),
        pytest.param(GROUP_COMMAND, signal.SIGINT, marks=pytest.mark.slow),
    ],
)
def test_a_kill_at_any_moment_leaves_nothing(place, command, sent):
    assert started(place, *command, "-o", "first.pdf").communicate(TOLD_TO[command], timeout=120) is not None
    for tenths in (3, 8, 12, 16, 22):
        process = started(place, *command, "-o", "second.pdf")
        assert process.stdin is not None
        process.stdin.write(TOLD_TO[command])
        process.stdin.close()
        time.sleep(tenths / 10)
        process.send_signal(sent)
        process.wait(timeout=60)
        for stream in (process.stdout, process.stderr):
            assert stream is not None
            said = stream.read()
            stream.close()
            assert not any(canary in said for canary in SECRETS[command])
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
