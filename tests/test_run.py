"""Workers: one that hangs or dies costs its own document only, and how many there are changes no byte."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pdf_facts
import pytest
from test_golden import job

from builder import run
from builder.model import Job, Sheet
from builder.run import LocalWorkers
from builder.typeset import typeset, worker

HANGS, SPINS, DIES = "hangs", "spins", "dies"


def work(jobs: tuple[Job, ...]) -> tuple[Sheet, ...]:
    """As a worker does, but for jobs whose name says otherwise."""
    for each in jobs:
        if HANGS in each.name:
            time.sleep(300)
        if SPINS in each.name:  # where no Python code could stop it
            worker.SECONDS = 0.5
            worker._one = lambda _job: re.match(r"(a+)+$", "a" * 60 + "b")
        if DIES in each.name:
            os._exit(7)
    return worker.work(jobs)


def work_and_tell(jobs: tuple[Job, ...]) -> tuple[Sheet, ...]:
    """As a worker does, with its process in the place of the type step."""
    return tuple(replace(sheet, step=os.getpid()) for sheet in worker.work(jobs))


@contextmanager
def local(count: int = 2, seconds: float = run.SECONDS, grown: int = run.GROWN) -> Iterator[LocalWorkers]:
    with run.local(count, os.environ["FONTCONFIG_FILE"], seconds, grown) as workers:
        yield workers


def named(name: str, body: str = "<p>Wave and say when you will be back.</p>") -> Job:
    return pdf_facts.job(body, name=name)


def done(jobs: list[Job], workers: LocalWorkers) -> dict[str, Sheet]:
    return {sheet.name: sheet for sheet in run.run(jobs, workers)}


@pytest.fixture
def misbehaving(monkeypatch):
    """Workers that hang or die at certain names; a batch is ended soon."""
    monkeypatch.setattr(run.worker, "work", work)


def test_a_worker_that_hangs_is_ended_and_its_neighbours_finish(misbehaving):
    jobs = [named(f"en/{name}") for name in ("a", "b", HANGS, "c", "d", "e", "f", "g")]
    began = time.monotonic()
    with local(seconds=2.0) as workers:
        sheets = done(jobs, workers)
    assert time.monotonic() - began < 120
    assert sheets.keys() == {job.name for job in jobs}
    (fault,) = sheets[f"en/{HANGS}"].faults
    assert (fault.code, fault.fact) == ("timed-out", "en: it took longer than its limit, and its worker was ended")
    assert [name for name, sheet in sheets.items() if sheet.faults] == [f"en/{HANGS}"]
    assert all(len(sheet.pdfs) == 2 for name, sheet in sheets.items() if HANGS not in name)


def test_a_worker_that_uses_up_its_processor_time_is_ended_and_its_neighbours_finish(misbehaving):
    jobs = [named(f"en/{name}") for name in ("a", "b", SPINS, "c", "d")]
    with local() as workers:
        sheets = done(jobs, workers)
    assert sheets.keys() == {job.name for job in jobs}
    assert [fault.code for fault in sheets[f"en/{SPINS}"].faults] == ["timed-out"]
    assert [name for name, sheet in sheets.items() if sheet.faults] == [f"en/{SPINS}"]


@pytest.mark.parametrize(("grown", "processes"), [(1, 5), (run.GROWN, 1)])
def test_a_worker_that_has_grown_gives_way_between_batches_and_no_sheet_is_lost(grown, processes, monkeypatch):
    monkeypatch.setattr(run.worker, "work", work_and_tell)
    jobs = [named(f"en/{number}") for number in range(3 * run.BATCH)]
    with local(1, grown=grown) as workers:
        sheets = done(jobs, workers)
    assert sheets.keys() == {job.name for job in jobs}
    assert [sheet.faults for sheet in sheets.values() if sheet.faults or len(sheet.pdfs) != 2] == []
    assert len({sheet.step for sheet in sheets.values()}) == processes


def test_a_process_knows_what_it_holds():
    before = worker.resident()
    held = bytearray(os.urandom(64 * 1024 * 1024))
    assert worker.resident() - before > len(held) // 2
    assert 1024 * 1024 < before < worker.MEMORY * 4


def test_a_worker_that_dies_is_reported_and_the_others_finish(misbehaving):
    jobs = [named(f"en/{name}") for name in ("a", "b", "c", DIES, "d", "e", "f", "g")]
    with local() as workers:
        sheets = done(jobs, workers)
    assert sheets.keys() == {job.name for job in jobs}
    assert [fault.code for fault in sheets[f"en/{DIES}"].faults] == ["crashed"]
    assert [name for name, sheet in sheets.items() if sheet.faults] == [f"en/{DIES}"]


def test_the_number_of_workers_changes_no_byte():
    jobs = [job(language, kind) for language in ("en", "es") for kind in ("handout", "checklist")]
    here = {each.name: typeset(each) for each in jobs}
    for count in (1, 2):
        with local(count) as workers:
            assert done(jobs, workers) == here
    assert all(not sheet.faults for sheet in here.values())


def test_an_exception_in_one_document_stops_no_other():
    broken = replace(named("en/broken"), styles=())
    with local(1) as workers:
        sheets = done([named("en/a"), broken, named("en/b")], workers)
    assert [fault.code for fault in sheets["en/broken"].faults] == ["crashed"]
    assert sheets["en/a"].faults == sheets["en/b"].faults == ()


def test_no_jobs_need_no_workers():
    with local(1) as workers:
        assert list(run.run([], workers)) == []


def test_jobs_are_made_when_there_is_room_for_them():
    made = []

    def jobs() -> Iterator[Job]:
        for number in range(12):
            made.append(number)
            yield named(f"en/{number:02}")

    with local(1) as workers:
        ahead = []
        for sheet in run.run(jobs(), workers, 2):  # batches of one
            ahead.append(len(made) - len(ahead))
            assert sheet.pdfs
    assert len(ahead) == 12
    assert max(ahead) <= 2


def test_leaving_early_ends_the_workers(misbehaving):
    began = time.monotonic()

    def leave() -> None:
        with local(1) as workers:
            workers.submit((named(f"en/{HANGS}"),))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        leave()
    assert time.monotonic() - began < 60


@pytest.mark.parametrize(("jobs", "workers"), [(1, 1), (3, 2), (8, 2), (50, 4), (7, 64)])
def test_batches_hold_every_job_once_and_keep_every_worker_busy(jobs, workers):
    todo = [named(f"en/{number:03}") for number in range(jobs)]
    batches = list(run._batches(todo, workers, len(todo)))
    assert sorted(job.name for batch in batches for job in batch) == [job.name for job in todo]
    assert max(map(len, batches)) <= run.BATCH
    assert len(batches) >= min(jobs, workers)


def test_batches_keep_languages_together():
    todo = [replace(named(f"{tag}/{n}"), language=tag) for n in range(4) for tag in ("en", "ar")]
    batches = run._batches(sorted(todo, key=lambda job: job.language), 1, len(todo))
    assert [{job.language for job in batch} for batch in batches] == [{"ar"}, {"en"}, {"en"}, {"en"}]


def test_the_last_batches_are_small():
    batches = run._batches([named(f"en/{number:02}") for number in range(40)], 2, 40)
    assert [len(batch) for batch in batches] == [4] * 7 + [3, 2, 1, 1, 1, 1, 1, 1, 1]


def test_a_worker_whose_command_was_killed_as_it_began_says_nothing():
    asked = "import sys; from builder.typeset import preload; preload.told({0}, {0}('x'), None)"
    for error, words in (
        ("EOFError", ""),
        ("BrokenPipeError", ""),
        ("FileNotFoundError", ""),
        ("ValueError", "ValueError: x\n"),
    ):
        ran = subprocess.run([sys.executable, "-c", asked.format(error)], capture_output=True, text=True, check=True)
        assert ran.stderr == words


def said(code: str, *arguments: str) -> str:
    """What a process of its own prints."""
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True).stdout


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere, libraries are looked for in other ways")
def test_what_workers_are_forked_from_runs_no_compiler_and_writes_no_file():
    code = (
        "import sys\n"
        "def heard(event, arguments):\n"
        "    if event in {'subprocess.Popen', 'os.posix_spawn', 'tempfile.mkstemp', 'tempfile.mkdtemp'}:\n"
        "        print(event, arguments)\n"
        "sys.addaudithook(heard)\n"
        "import ctypes.util\n"
        "find = ctypes.util.find_library\n"
        "from builder.typeset import preload\n"
        "from weasyprint.text import ffi\n"
        "print(ffi.harfbuzz_subset is not None, ctypes.util.find_library is find)\n"
    )
    assert said(code) == "True True\n"


@pytest.mark.skipif(sys.platform != "linux", reason="another C library")
def test_room_of_what_was_written_is_given_back():
    """Blocks as large as PDFs, each beside a small one that stays: without the settings, their room stays, too."""
    code = (
        "import ctypes, sys, threading\n"
        "from builder import run\n"
        "if sys.argv[1:]: assert run.frugal()\n"
        "own = lambda: int(next(each.split()[1] for each in open('/proc/self/status') if each.startswith('VmRSS')))\n"
        "C = ctypes.CDLL(None)\n"
        "C.malloc.restype, C.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]\n"
        "def work():\n"
        "    blocks = [(C.malloc(100_000), C.malloc(2000)) for _ in range(300)]\n"
        "    for large, _ in blocks:\n"
        "        ctypes.memset(large, 1, 100_000)\n"
        "    for large, _ in blocks:\n"
        "        C.free(large)\n"
        "before = own()\n"
        "thread = threading.Thread(target=work)\n"
        "thread.start()\n"
        "thread.join()\n"
        "print(own() - before)\n"
    )
    kept, given_back = int(said(code)), int(said(code, "frugal"))
    assert given_back * 4 < kept
