"""The real server under the real command: no trace of a family after success, error and kill; stalled clients; ends."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from test_pack_privacy import BOMB, BORN, CANARIES, DUE, ROSTER, ROWS, TOLD, VISIT, _furnished, readable, traces
from web_served import Client, start, stop

DATES = [("born-1", BORN), ("due-1", DUE), ("visit-day", VISIT), ("language", "en"), ("topic", "hello")]
LIST = [("list", ROSTER), ("topic", "hello")]
SECRETS = [*CANARIES, *ROWS]
STALLED = 250


@pytest.fixture
def place() -> Iterator[Path]:
    """A project, a home and a folder for temporary files: everything the server could write to."""
    with tempfile.TemporaryDirectory(prefix="p-") as folder:
        yield _furnished(Path(folder))


def served(place: Path):
    home, temporary = str(place / "home"), str(place / "tmp")
    return start(place / "project", HOME=home, TMPDIR=temporary, XDG_CACHE_HOME=f"{home}/cache")


def awaited(client: Client, at: str, seconds: float = 90) -> str:
    """How a piece of work ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        state = re.search(r'"state": "(\w+)"', client.get(f"{at}/state").text)
        if state and state[1] not in {"waiting", "working"}:
            return state[1]
        time.sleep(0.1)
    raise AssertionError("it never ended")


def test_a_visit_leaves_no_trace_and_a_clean_pack(place):
    process, address = served(place)
    client = Client(address)
    client.get("/visit")
    preview = client.post("/visit", DATES)
    assert preview.status == 200, preview.text
    begun = client.post("/visit/pack", DATES)
    assert begun.status == 303
    at = str(begun.headers["Location"])
    assert awaited(client, at) == "done"
    pack = client.get(f"{at}/visit-pack.pdf")
    assert pack.headers["Cache-Control"] == "no-store"
    assert TOLD[0].encode() in readable(pack.body)  # the canary sings: what is searched for can be found
    wrong = client.post("/visit", [("born-1", BORN), ("due-1", "2026-09-09"), ("visit-day", VISIT), ("language", "en")])
    assert wrong.status == 400
    assert traces(place, None) == []
    shown = Path(f"/proc/{process.pid}/cmdline").read_bytes() if Path("/proc").is_dir() else b""
    code, said = stop(process)
    assert code == 0
    told = [preview.body, wrong.body, begun.body, repr(begun.headers.items()).encode(), said.encode(), shown]
    assert not any(canary in text for canary in CANARIES for text in told)
    assert traces(place, None) == []
    assert list((place / "tmp").iterdir()) == []


def test_the_pack_of_a_group_leaves_no_trace(place):
    process, address = served(place)
    client = Client(address)
    client.get("/group")
    wrong = client.post("/group", [("list", f"language,age,families\nen,14m,{BORN}\n")])
    assert wrong.status == 400
    begun = client.post("/group/pack", LIST)
    assert begun.status == 303
    at = str(begun.headers["Location"])
    assert awaited(client, at) == "done"
    assert b"37 families" in readable(client.get(f"{at}/group-pack.pdf").body)  # the canary sings
    assert traces(place, None) == []
    code, said = stop(process)
    assert code == 0
    told = [begun.body, repr(begun.headers.items()).encode(), said.encode()]
    assert not any(canary in text for canary in SECRETS for text in told)
    assert traces(place, None) == []
    assert list((place / "tmp").iterdir()) == []


@pytest.mark.parametrize(
    ("page", "fields"),
    [("group", LIST), pytest.param("visit", DATES, marks=pytest.mark.slow)],
    ids=["group", "visit"],
)
def test_a_pack_that_takes_too_long_leaves_no_trace(place, page, fields):
    """Its own page hangs, with what the family said on it; the worker is ended at its limit and the server goes on."""
    template = place / "project/templates/packs/cover-slip.html"
    template.write_text(
        template.read_text("utf-8").replace("{% block sheet %}", "{% block sheet %}" + BOMB, 1), "utf-8"
    )
    process, address = served(place)
    client = Client(address)
    client.get(f"/{page}")
    begun = client.post(f"/{page}/pack", fields)
    assert begun.status == 303
    at = str(begun.headers["Location"])
    assert awaited(client, at, 240) == "failed"
    shown = client.get(at)
    assert "timed-out" in shown.text
    assert client.get(f"/{page}").status == 200
    code, said = stop(process)
    assert code == 0
    told = [begun.body, shown.body, said.encode()]
    assert not any(canary in text for canary in [*SECRETS, TOLD[0].encode()] for text in told)
    assert traces(place, None) == []
    assert list((place / "tmp").iterdir()) == []


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize(("page", "fields"), [("visit", DATES), ("group", LIST)], ids=["visit", "group"])
def test_a_killed_server_leaves_nothing(place, page, fields, sent):
    for tenths in (2, 9):
        process, address = served(place)
        client = Client(address)
        client.get(f"/{page}")
        assert client.post(f"/{page}/pack", fields).status == 303
        time.sleep(tenths / 10)
        process.send_signal(sent)
        out, err = process.communicate(timeout=60)
        assert not any(canary.decode("latin-1") in out + err for canary in SECRETS)
        assert "Traceback" not in err
        assert traces(place, None) == []
        if sent == signal.SIGTERM:
            assert process.returncode == 143


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="looks into /proc")
def test_no_process_of_the_server_could_leave_a_core_file(place):
    process, address = served(place)
    client = Client(address)
    client.get("/visit")
    at = str(client.post("/visit/pack", DATES).headers["Location"])
    seen: dict[int, str] = {}
    state = ""
    while state not in {"done", "failed"}:
        for number in family(process.pid):
            with contextlib.suppress(OSError):
                limits = Path(f"/proc/{number}/limits").read_text()
                seen[number] = limits[limits.index("Max core") :].split()[4]
        state = re.search(r'"state": "(\w+)"', client.get(f"{at}/state").text)[1]
    assert stop(process)[0] == 0
    assert state == "done"
    assert len(seen) >= 3  # the server, the process that forks, a worker
    assert set(seen.values()) == {"0"}


def family(number: int) -> list[int]:
    """A process and all that came of it."""
    parents = {}
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit():
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    found = [number]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found


def test_a_server_sweeps_what_a_killed_one_left(place):
    left = [place / "tmp/handouts-workers-gone", place / "project/output/.part-1-0a"]
    left[0].mkdir()
    left[1].write_text("half")
    process, _ = served(place)
    assert stop(process)[0] == 0
    assert not any(path.exists() for path in left)


_AT_ONCE = """
import os, sys, click
from builder.cli import run
said, sent = click.echo, int(sys.argv.pop())
def echo(*args, **named):
    said(*args, **named)
    os.kill(os.getpid(), sent)
click.echo = echo
run()
"""


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 143)])
def test_who_ends_it_the_moment_it_tells_its_address_is_obeyed(place, sent, code):
    command = ["--project", str(place / "project"), "web", "--port", "0", str(int(sent))]
    ended = subprocess.run([sys.executable, "-c", _AT_ONCE, *command], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout.startswith("http://"), ended.stderr) == (code, True, "")


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_who_ends_it_again_and_again_is_obeyed_and_sees_no_traceback(place, sent):
    process, address = served(place)
    Client(address).get("/visit")
    until = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < until:
        process.send_signal(sent)
        time.sleep(0.0002)
    _, err = process.communicate(timeout=20)
    assert process.returncode in {0, -sent, 128 + sent}
    assert "Traceback" not in err


def stall(netloc: str, count: int) -> list[socket.socket]:
    """Clients that send half a request and then nothing."""
    host, _, port = netloc.partition(":")
    found = []
    for number in range(count):
        client = socket.create_connection((host, int(port)), timeout=10)
        half = (
            b"GET /visit HTTP/1.1\r\nHost: localhost\r\n"
            if number % 2
            else b"POST /visit HTTP/1.1\r\nContent-Length: 999\r\n\r\nx"
        )
        client.sendall(
            half.replace(b"POST /visit HTTP/1.1\r\n", f"POST /visit HTTP/1.1\r\nHost: {netloc}\r\n".encode())
        )
        found.append(client)
    return found


def test_250_stalled_clients_do_not_stop_others_and_are_shut_out(place):
    process, address = served(place)
    client, netloc = Client(address), urlsplit(address).netloc
    client.get("/visit")
    alone = min(_seconds(client) for _ in range(3))
    stalled = stall(netloc, STALLED)
    beside = [_seconds(client) for _ in range(5)]
    assert max(beside) < max(2.0, 20 * alone), (alone, beside)
    until, open_still = time.monotonic() + 20, list(stalled)
    while open_still and time.monotonic() < until:
        time.sleep(0.5)
        open_still = [each for each in open_still if not _closed(each)]
    assert open_still == []
    for each in stalled:
        each.close()
    assert stop(process)[0] == 0


def _seconds(client: Client) -> float:
    began = time.monotonic()
    assert client.get("/visit").status == 200
    return time.monotonic() - began


def _closed(client: socket.socket) -> bool:
    client.settimeout(0.001)
    try:
        return client.recv(4096) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


@pytest.mark.slow
def test_families_at_once_get_their_own_packs(served):
    """A hundred families, ten at a time: what each gets speaks its age and its language, and nobody else's."""
    _, address = served
    wrong: list[str] = []
    jobs = iter(range(100))
    lock = threading.Lock()
    languages = {"English": "There and back to you", "Spanish": "Explora y vuelve a usted"}

    def visitor() -> None:
        client = Client(address)
        while True:
            with lock:
                number = next(jobs, None)
            if number is None:
                return
            months, language = 10 + number % 6, list(languages)[number % 2]
            client.get("/visit")
            fields = [
                ("age-1", str(months)),
                ("unit-1", "months"),
                ("language", language),
                ("drafts", "yes"),
                ("topic", "attachment"),
            ]
            begun = client.post("/visit/pack", fields)
            while begun.status == 503:
                time.sleep(0.5)
                begun = client.post("/visit/pack", fields)
            at = str(begun.headers["Location"])
            state = awaited(client, at, 300)
            pdf = client.get(f"{at}/visit-pack.pdf").body if state == "done" else b""
            with lock:  # PDFium reads for one thread at a time
                text = readable(pdf).decode("latin-1")
            ages = set(re.findall(r"Chosen for (\d+) months\.", text.replace("\u00c2\u00a0", " ").replace("\xa0", " ")))
            mine = languages[language].encode("utf-8").decode("latin-1")
            strange = language == "English" and languages["Spanish"].encode("utf-8").decode("latin-1") in text
            if ages != {str(months)} or mine not in text or strange:
                wrong.append(f"{number}: {state} {months} {ages} {language}")

    threads = [threading.Thread(target=visitor) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_an_address_that_is_taken_is_told(place, handouts):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = handouts("web", "--port", port, cwd=place / "project")
    assert ended.returncode == 2
    assert f"cannot listen on 127.0.0.1:{port}" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_others_are_let_in_with_a_secret_only_and_told_what_that_means(place, handouts):
    ended = handouts("web", "--host", "0.0.0.0", "--port", "0", cwd=place / "project")  # noqa: S104 - refused
    assert ended.returncode == 2
    assert "no login secret" in ended.stderr
    secret = place / "desk/secret"
    secret.write_text("correct horse battery staple\n", "utf-8")
    process, address = start(place / "project", "--host", "0.0.0.0", "--secret-file", str(secret))  # noqa: S104 - tested
    client = Client(address.replace("0.0.0.0", "127.0.0.1"))  # noqa: S104 - replaced
    assert client.get("/visit").headers["Location"] == "/login"
    code, said = stop(process)
    assert code == 0
    assert "put TLS in front" in said
    assert "horse" not in said
    assert "horse" not in " ".join(os.environ.values())
