"""A cluster: the same bytes as here, a lost worker costs nothing, a machine that would print otherwise is refused.

Scheduler and workers are real processes of this machine, started by the two commands of docs/cluster.md.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import REPOSITORY, assemble
from test_build import pdfs

from builder import cluster
from builder.build import Request, build

PAGE = REPOSITORY / "docs/cluster.md"
PATIENCE = 90.0  # seconds for a process to be ready, on a machine that does other work

Start = Callable[..., "subprocess.Popen[bytes]"]


def lines() -> list[str]:
    """The commands that the documentation shows, scheduler first."""
    shown = re.findall(r"^ +\$ (dask .*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [line.split()[1] for line in shown] == ["scheduler", "worker"]
    return shown


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Start a dask command of this environment; all are ended after the module's tests."""
    folder = tmp_path_factory.mktemp("dask")
    begun: list[subprocess.Popen[bytes]] = []

    def call(line: str, **more: str) -> subprocess.Popen[bytes]:
        program, *arguments = line.split()
        environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache"), "DASK_CONFIG": str(folder), **more}
        command = [str(Path(sys.executable).with_name(program)), *arguments]
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        begun.append(process)
        return process

    yield call
    for process in begun:
        process.kill()
        process.wait()


@pytest.fixture
def scheduler(start: Start) -> str:
    """The address of a scheduler of this test's own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start(f"{lines()[0]} --host 127.0.0.1 --port {port}")
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return f"tcp://127.0.0.1:{port}"
        time.sleep(0.1)
    raise AssertionError("the scheduler did not start")


def worker(start: Start, address: str, **more: str) -> subprocess.Popen[bytes]:
    line = re.sub(r"tcp://\S+", address, lines()[1])
    return start(re.sub(r"--nthreads \d+", "--nthreads 1", line), **more)


def ready(address: str, count: int) -> None:
    """Wait until so many workers have joined."""
    code = f"from distributed import Client\nwith Client('{address}', timeout=60) as c: c.wait_for_workers({count}, timeout=60)"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=2 * PATIENCE)


def several(root: Path, topics: int) -> Path:
    """The project `tiny` with its topic several times, so that a build lasts."""
    project = assemble(root)
    for number in range(topics):
        shutil.copytree(project / "content/topics/hello", project / f"content/topics/again-{number}")
    return project


def test_a_worker_is_killed_and_every_byte_is_there(start, scheduler, tmp_path, workers):
    lost, _ = worker(start, scheduler), worker(start, scheduler)
    ready(scheduler, 2)
    here, there = several(tmp_path / "here", 12), several(tmp_path / "there", 12)
    chosen = ("--language", "en")
    command = [sys.executable, "-m", "builder", "build", "--cluster", scheduler, *chosen]
    with subprocess.Popen(command, cwd=there, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        until = time.monotonic() + PATIENCE
        while not list(there.rglob("*.pdf")) and time.monotonic() < until:
            time.sleep(0.02)
        begun = len(list(there.rglob("*.pdf")))
        lost.send_signal(signal.SIGKILL)
        output, errors = running.communicate(timeout=300)
    assert 0 < begun < 52, "the worker was to be killed in the middle of the build"
    assert running.returncode == 0, errors
    assert "52 built" in output
    assert "52 of 52 built" in errors
    build(here, Request(languages=("en",)), workers)
    assert pdfs(there) == pdfs(here)


def test_a_worker_with_other_code_is_refused(start, scheduler, tmp_path, handouts):
    shutil.copytree(REPOSITORY / "builder", tmp_path / "other/builder", ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "other/builder/fit.py").open("a", encoding="utf-8") as file:
        file.write("# another version\n")
    worker(start, scheduler, PYTHONPATH=str(tmp_path / "other"))
    ready(scheduler, 1)
    root = assemble(tmp_path / "project")
    ended = handouts("build", "--cluster", scheduler, cwd=root)
    assert ended.returncode == 2
    assert re.fullmatch(
        r"handouts: the worker tcp://\S+ would print other sheets: the builder's code \(here \w{12}, there \w{12}\)\n",
        ended.stderr,
    )
    assert pdfs(root) == {}


@pytest.mark.slow
def test_the_last_worker_is_lost(start, scheduler, tmp_path):
    only = worker(start, scheduler)
    ready(scheduler, 1)
    code = f"""
from pathlib import Path
from functools import partial
import os, signal
from builder import cluster
from builder.build import Request, build
from builder.cluster import ClusterError
try:
    build(Path.cwd(), Request(), lambda count, cache: cluster.remote({scheduler!r}, cache, alone=2.0),
          lambda *_: os.kill({only.pid}, signal.SIGKILL))
except ClusterError as error:
    print(error)
"""
    root = several(tmp_path / "project", 12)
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True, timeout=300
    )
    assert ended.stdout.startswith(f"no worker is left at {scheduler}: start one with `dask worker {scheduler} ")
    assert 0 < len(pdfs(root)) < 104


def test_nobody_answers(tmp_path, handouts):
    root = assemble(tmp_path / "project")
    ended = handouts("build", "--cluster", "tcp://127.0.0.1:1", cwd=root)
    assert ended.returncode == 2
    expected = "handouts: no scheduler answers at tcp://127.0.0.1:1: start one with `dask scheduler`\n"
    assert ended.stderr == expected


def test_a_scheduler_without_workers_is_told(scheduler, tmp_path, handouts):
    ended = handouts("build", "--cluster", scheduler, cwd=assemble(tmp_path / "project"))
    assert ended.returncode == 2
    assert f"no worker has joined {scheduler}: start one with `dask worker {scheduler} --no-nanny" in ended.stderr


def test_without_the_extra_one_line_says_how_to_get_it(tmp_path):
    code = "import sys\nsys.modules['distributed'] = None\nfrom builder.cli import main\nmain(['build', '--cluster', 'tcp://a:1'])"
    root = assemble(tmp_path / "project")
    ended = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr == (
        "handouts: --cluster needs the extra `cluster`: `make setup-cluster`, or pip install 'handouts[cluster]'\n"
    )


def test_jobs_and_cluster_exclude_each_other(tmp_path, handouts):
    ended = handouts("build", "--jobs", "2", "--cluster", "tcp://a:1", cwd=assemble(tmp_path / "project"))
    assert ended.returncode == 2
    assert "--jobs is for this machine" in ended.stderr


@pytest.mark.parametrize(
    ("theirs", "said"),
    [
        ({"a": "1", "b": "2"}, ""),
        ({"a": "1", "b": "3"}, "b (here 2, there 3)"),
        ({"a": "1"}, "b (here 2, there none)"),
        ({"a": "1", "b": "2", "c": "0123456789abcdef"}, "c (here none, there 0123456789ab)"),
        (dict.fromkeys("abcdef", "x"), "a (here 1, there x), b (here 2, there x), c (here none, there x) and 3 more"),
    ],
)
def test_what_differs_is_named(theirs, said):
    assert cluster.differing({"a": "1", "b": "2"}, theirs) == said
