"""The command: help for people, exit codes, errors in one line, signals, and what it does not import."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from conftest import assemble

from builder import cli
from builder.build import Report
from builder.diagnostics import Diagnostic
from builder.model import Place


def commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = [path]
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        found += commands(command, (*path, name)) if isinstance(command, click.Group) else [(*path, name)]
    return found


COMMANDS = commands(cli.main)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Path:
    """A project that tests read and do not change."""
    return assemble(tmp_path_factory.mktemp("cli") / "project")


@pytest.fixture
def call(monkeypatch):
    """Run the command in this process, in a folder."""

    def run(*arguments: str, cwd: Path):
        monkeypatch.chdir(cwd)
        kept = signal.getsignal(signal.SIGTERM)
        try:
            return CliRunner().invoke(cli.main, list(arguments))
        finally:
            signal.signal(signal.SIGTERM, kept)

    return run


# --- help ---------------------------------------------------------------------------------------


def imported(*arguments: str, cwd: Path) -> tuple[set[str], set[str]]:
    """What a command had imported when it ended: modules of the builder and of others, the latter by package."""
    code = (
        "import sys\nbefore = set(sys.modules)\nfrom builder.cli import main\n"
        "try:\n    main(sys.argv[1:])\nfinally:\n    print(*(set(sys.modules) - before), file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True)
    names = done.stderr.split()
    ours = {name.removeprefix("builder.") for name in names if name.startswith("builder.")}
    return ours, {name.split(".")[0] for name in names if not name.startswith("builder")}


SLOW_TO_LOAD = {"ctypes", "email", "hashlib", "http", "multiprocessing", "secrets", "socket", "ssl", "xml"}


def test_help_imports_click_and_little_else(tiny):
    ours, others = imported("--help", cwd=tiny)
    assert ours == {"cli"}
    assert others - sys.stdlib_module_names == {"click"}
    assert others & (SLOW_TO_LOAD | {"dataclasses", "json", "pathlib"}) == set()


def test_a_build_with_nothing_to_do_imports_no_stage_and_no_library(handouts, make_project):
    root = make_project()
    chosen = ["build", "--language=en", "--kind=checklist", "--paper=a4"]
    assert handouts(*chosen, cwd=root).returncode == 0
    ours, others = imported(*chosen, cwd=root)
    assert ours == {
        "build", "cli", "cli.library", "cli.shell", "diagnostics", "environment", "fonts", "sources", "still", "store",
    }  # fmt: skip
    assert others - sys.stdlib_module_names == {"click"}
    assert others & SLOW_TO_LOAD == set()


def test_the_first_help_says_each_command_in_one_whole_line(call, tiny):
    lines = call("--help", cwd=tiny).output.partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in lines] == cli.main.list_commands(click.Context(cli.main))
    assert [line for line in lines if not line.endswith(".") or line.endswith("...")] == []


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_reads_for_people(command, call, tmp_path):
    done = call(*command, "--help", cwd=tmp_path)
    assert done.exit_code == 0
    text = done.output
    assert text.startswith(f"Usage: main {' '.join(command)}".rstrip())
    first = text.splitlines()[2].strip()
    assert first[0].isupper()
    assert len(first) > 12
    assert max(map(len, text.splitlines())) <= 100
    for line in re.findall(r"^  -\S.*$", text, re.MULTILINE):
        assert re.search(r"\s{2}\S", line.strip()) or len(line) > 25, f"an option that says nothing: {line}"


def test_the_first_help_shows_a_first_try_that_works(call, tiny):
    text = call("--help", cwd=tiny).output
    assert "handouts list" in text
    assert "handouts build --topic attachment --age 14m --language es" in text
    assert call("list", cwd=tiny).exit_code == 0


def test_the_version_is_said(call, tiny):
    assert re.fullmatch(r".*, version \d+\.\d+\.\d+\n", call("--version", cwd=tiny).output)


# --- exit codes ---------------------------------------------------------------------------------

WRONG_USE = [
    (("bogus",), "No such command 'bogus'"),
    (("build", "--papper", "a4"), "No such option"),
    (("build", "--jobs", "0"), "0 is not in the range"),
    (("build", "--topic", "helo"), 'there is no topic "helo" (did you mean "hello"?)'),
    (("build", "--kind", "handuot"), 'there is no kind "handuot" (did you mean "handout"?)'),
    (("build", "--language", "zh-Hanss"), 'there is no language "zh-Hanss" (did you mean "zh-Hans"?)'),
    (("build", "--paper", "A5"), 'there is no paper "A5"'),
    (("build", "--edition", "larg"), 'there is no edition "larg"'),
    (("build", "--age", "tomorrow"), '"tomorrow" is no age: write it like 14m'),
    (("build", "--age", "40y"), "nothing is made for that age: the bands are 0-9m"),
    (("list", "--topic", "helo"), 'there is no topic "helo"'),
    (("new", "article", "helo", "7-18m"), 'there is no topic "helo" (did you mean "hello"?)'),
    (("new", "article", "hello", "7-81m"), 'there is no age band "7-81m" (did you mean "7-18m"?)'),
    (("new", "article", "hello", "7-18m"), "content/topics/hello/7-18m.md is there already"),
    (("new", "topic", "Big Feelings"), '"Big Feelings" cannot name a topic'),
    (("init", "."), "is not empty"),
]


@pytest.mark.parametrize(
    ("arguments", "message"), WRONG_USE, ids=lambda value: " ".join(value) if isinstance(value, tuple) else ""
)
def test_wrong_use_is_refused_in_one_line(arguments, message, call, tiny):
    done = call(*arguments, cwd=tiny)
    assert done.exit_code == 2
    assert message in done.output
    said = [line for line in done.output.splitlines() if line and not line.startswith(("Usage:", "Try "))]
    assert len(said) == 1
    assert said[0].startswith(("handouts: ", "Error: "))


@pytest.mark.parametrize(
    "command",
    [("build",), ("list",), ("check",), ("translate", "sync"), ("translate", "status"), ("new", "topic", "x")],
)
def test_a_folder_without_a_project_is_told_how_to_make_one(command, call, tmp_path):
    done = call(*command, cwd=tmp_path)
    assert done.exit_code == 2
    assert done.output == f"handouts: no program.yaml in {tmp_path} or above it: `handouts init DIR` makes a project\n"


def test_a_project_is_found_upward_and_by_name(call, tiny, tmp_path):
    inside = call("list", cwd=tiny / "content" / "topics")
    named = call("--project", str(tiny), "list", cwd=tmp_path)
    assert inside.exit_code == named.exit_code == 0
    assert inside.output == named.output


def test_content_problems_are_all_printed_in_order_and_exit_1(call, make_project):
    root = make_project()
    article = root / "content/topics/hello/7-18m.md"
    article.write_text(article.read_text("utf-8").replace("## You may see", "## You may hear"), encoding="utf-8")
    facts = root / "content/facts.yaml"
    facts.write_text(facts.read_text("utf-8").replace("use: soft", "use: sfot"), encoding="utf-8")
    done = call("check", cwd=root)
    assert done.exit_code == 1
    *lines, summary = done.output.splitlines()
    places = [(file, int(line)) for file, line in re.findall(r"^([\w./-]+):(\d+): ", done.output, re.MULTILINE)]
    assert len(places) == len(lines) >= 2
    assert places == sorted(places)
    assert 'did you mean "soft"' in done.output or "known: " in done.output or "ok" in done.output
    assert 'unknown element "You may hear" (did you mean "You may see"?)' in done.output
    assert re.fullmatch(r"\d+ errors?, \d+ warnings?", summary)


@pytest.mark.parametrize(
    "command", [("build",), ("list",), ("translate", "sync", "es"), ("languages", "specimen", "es")]
)
def test_a_broken_frame_stops_every_command_without_a_traceback(command, handouts, make_project):
    root = make_project()
    (root / "program.yaml").write_text("name: [unclosed\n", encoding="utf-8")
    done = handouts(*command, cwd=root)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert re.match(r"program\.yaml:\d+: ", done.stderr)


@pytest.mark.parametrize(
    ("report", "code"),
    [
        (Report(), 0),
        (Report(problems=(Diagnostic("po-unknown", Place("a.po", 1), "x", severity="warning"),)), 0),
        (Report(missing=("a.pdf",)), 0),
        (Report(failed=("a.pdf",), problems=(Diagnostic("over-budget", Place("a"), "x"),)), 1),
        (Report(failed=("a.pdf",), problems=(Diagnostic("timed-out", Place("a"), "x"),)), 3),
    ],
)
def test_the_report_of_a_build_chooses_the_exit_code(report, code, call, tiny, monkeypatch):
    monkeypatch.setattr("builder.build.build", lambda *_: report)
    assert call("build", cwd=tiny).exit_code == code


# --- what is printed ----------------------------------------------------------------------------


def test_a_build_reports_for_people_and_for_programs(handouts, make_project):
    root = make_project()
    first = handouts("build", "--paper", "a4", "--language", "es", cwd=root)
    assert first.returncode == 0, first.stderr
    assert re.fullmatch(r"2 built, 0 unchanged \(\d+\.\d s\)\n", first.stdout)
    assert "\r" not in first.stderr
    assert "2 of 2 built" in first.stderr
    again = handouts("build", "--paper", "a4", "--language", "es", "--json", cwd=root)
    told = json.loads(again.stdout)
    assert (told["built"], told["unchanged"], told["problems"], again.stderr) == ([], 2, [], "")


def test_lists_are_json_for_programs(call, tiny):
    rows = json.loads(call("list", "--json", cwd=tiny).output)
    assert {(row["language"], row["kind"], row["state"]) for row in rows} == {
        (language, kind, state)
        for language, state in (("en", "ready"), ("es", "draft"))
        for kind in ("handout", "checklist")
    }
    tongues = json.loads(call("list", "--languages", "--json", cwd=tiny).output)
    assert next(row for row in tongues if row["tag"] == "es")["draft"] > 50
    assert json.loads(call("check", "--json", cwd=tiny).output) == []


def test_a_list_about_a_concern_finds_its_topics(call, tiny):
    assert "hello" in call("list", "--about", "Goodbyes", cwd=tiny).output
    nothing = call("list", "--about", "teething", cwd=tiny)
    assert nothing.exit_code == 2
    assert 'no topic is about "teething" (known: goodbyes)' in nothing.output


def test_schemas_are_valid_json(call, tiny, tmp_path):
    done = call("schemas", str(tmp_path / "schemas"), cwd=tiny)
    paths = [Path(line) for line in done.output.splitlines()]
    assert len(paths) >= 5
    for path in paths:
        assert json.loads(path.read_text("utf-8"))["type"] in {"object", "array"}


def test_sync_is_quiet_when_nothing_changed(call, make_project):
    root = make_project()
    first = call("translate", "sync", cwd=root)
    assert first.exit_code == 0
    assert call("translate", "sync", cwd=root).output == ""


# --- processes ----------------------------------------------------------------------------------


def test_the_coordinator_never_imports_the_typesetter(make_project):
    code = (
        "import sys\nfrom builder.cli import main\n"
        "try:\n    main(['build', '--language', 'es', '--paper', 'a4'])\nexcept SystemExit as end:\n    print('exit', end.code)\n"
        "print(sorted({'weasyprint', 'pydyf', 'pypdfium2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=make_project(), capture_output=True, text=True, check=True)
    assert done.stdout.startswith("2 built")
    assert done.stdout.endswith("exit 0\n[]\n")


def children(process: int) -> set[int]:
    """The processes below a process, from /proc."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(entry.parent.name)] = int(fields[1])
    found, todo = set(), [process]
    while todo:
        parent = todo.pop()
        below = {child for child, its in parents.items() if its == parent}
        found |= below
        todo += below
    return found


def written(root: Path) -> list[Path]:
    """The finished PDFs: a file still being written is hidden under another name."""
    return [path for path in root.rglob("*.pdf") if not path.name.startswith(".")]


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")
def _listening() -> None:
    """A shell that starts the tests in the background lets them, and all below them, ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_an_interrupted_build_leaves_no_worker_and_nothing_half_written(sent, code, make_project):
    root = make_project()
    for number in range(24):
        shutil.copytree(root / "content/topics/hello", root / f"content/topics/hello-{number}")
    command = [sys.executable, "-m", "builder", "build", "--language", "en"]
    build = subprocess.Popen(
        command,
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_listening,  # noqa: PLW1509 - no threads here
    )
    until = time.monotonic() + 120
    while not written(root) and time.monotonic() < until and build.poll() is None:
        time.sleep(0.02)
    below = children(build.pid)
    build.send_signal(sent)
    _out, said = build.communicate(timeout=20)
    assert build.returncode == code
    assert "Traceback" not in said
    assert len(below) >= 2
    until = time.monotonic() + 2
    while any(map(alive, below)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not [process for process in below if alive(process)]
    assert list(root.rglob(".part-*")) == []
    assert written(root)
    assert all(path.read_bytes().rstrip().endswith(b"%%EOF") for path in written(root))


def test_ctrl_c_while_a_command_is_still_being_imported_is_told_as_ever(make_project):
    code = (
        "import builtins, sys\nfrom builder.cli import run\nreal = builtins.__import__\n"
        "def slow(name, *rest):\n"
        "    if name == 'builder.cli' and rest[2:3] == (('shell',),): raise KeyboardInterrupt\n"
        "    return real(name, *rest)\n"
        "builtins.__import__ = slow\nsys.argv[1:] = ['list']\nrun()"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=make_project(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "handouts: interrupted; what was finished is kept\n")


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_after_the_work_is_done_gives_no_traceback(sent, make_project):
    code = (
        "import atexit, os, sys\nfrom builder.cli import run\n"
        f"atexit.register(os.kill, os.getpid(), {int(sent)})\nsys.argv[1:] = ['list']\nrun()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=make_project(),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=_listening,
    )
    assert done.returncode == -sent
    assert "hello" in done.stdout
    assert done.stderr == ""


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_disk_that_refuses_is_told_in_one_line(handouts, make_project):
    root = make_project()
    (root / "output").chmod(0o500)
    done = handouts("build", cwd=root)
    (root / "output").chmod(0o700)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
