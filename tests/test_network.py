"""A build reaches for no network: not one call of the system asks for it, and without any network it makes the same bytes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pdf_facts  # noqa: F401 - it prepares the fonts
import pytest

BUILD = [sys.executable, "-m", "builder", "build", "--language", "es", "--kind", "reminder"]
VISIT = [sys.executable, "-m", "builder", "visit", "--age", "14m", "--topic", "hello", "--language", "en", "-o", "-"]
_ELSEWHERE = re.compile(r"AF_INET|AF_NETLINK|AF_PACKET|sin_addr|sin6_addr")


def warmed(root: Path) -> Path:
    known = Path(os.environ["FONTCONFIG_FILE"]).with_name("fontconfig")  # slow to fill, and no part of what is tested
    if known.is_dir():
        shutil.copytree(known, root / "output/.cache/fontconfig")
    return root


def pdfs(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (root / "output").rglob("*.pdf")}


def traced(command: list[str], root: Path, log: Path) -> list[str]:
    """The calls of a command and all its processes that have to do with sockets."""
    strace = ["strace", "-f", "-qq", "-e", "trace=%network", "--seccomp-bpf", "-o", str(log)]
    ran = subprocess.run([*strace, *command], cwd=root, capture_output=True, check=False, timeout=300)
    assert ran.returncode == 0, ran.stderr.decode()[-500:]
    return log.read_text("utf-8", "replace").splitlines()


@pytest.mark.skipif(sys.platform != "linux", reason="strace, which the set-up installs, watches Linux alone")
@pytest.mark.parametrize("command", [BUILD, VISIT], ids=["build", "visit"])
def test_no_process_of_a_command_asks_for_the_network(command, make_project, tmp_path):
    root = warmed(make_project())
    control = traced(
        [sys.executable, "-c", "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM)"], root, tmp_path / "0"
    )
    assert any(map(_ELSEWHERE.search, control))  # what is looked for can be found
    calls = traced([*command, *(["--drafts", "yes"] if command is VISIT else [])], root, tmp_path / "1")
    assert any("AF_UNIX" in call for call in calls)  # workers are asked over a socket of their own: all were watched
    assert [call for call in calls if _ELSEWHERE.search(call)] == []


def test_without_any_network_a_build_makes_the_same_bytes(make_project):
    alone = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--net", "--map-root-user"]
    if not shutil.which("unshare") or subprocess.run([*alone, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this system lets nobody leave its network")
    here, away = warmed(make_project(folder="here")), warmed(make_project(folder="away"))
    for command, root in ((BUILD, here), ([*alone, *BUILD], away)):
        ran = subprocess.run(command, cwd=root, capture_output=True, check=False, timeout=300)
        assert ran.returncode == 0, ran.stderr.decode()[-500:]
    assert pdfs(here)
    assert pdfs(here) == pdfs(away)
