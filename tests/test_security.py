"""What SECURITY.md promises is tested, and what handouts is installed with is known."""

from __future__ import annotations

import ast
import re
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
from conftest import REPOSITORY

PAGE = REPOSITORY / "SECURITY.md"
LOCKS = sorted((REPOSITORY / "lock").glob("*.txt"))
_PROOF = re.compile(r"`(tests/\w+\.py)::(\w+)`")
_PACKAGE = re.compile(r"^([a-z0-9-]+)==\S+(?: ;[^\\\n]*)? \\$")


@cache
def functions(path: str) -> frozenset[str]:
    tree = ast.parse((REPOSITORY / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_every_proof_is_a_test():
    proofs = _PROOF.findall(PAGE.read_text(encoding="utf-8"))
    assert len(proofs) > 50
    assert [f"{path}::{name}" for path, name in proofs if name not in functions(path)] == []


def test_every_promise_has_a_proof():
    promises = re.findall(
        r"^- .+(?:\n  .+)*", PAGE.read_text("utf-8").partition("## What is promised")[2], re.MULTILINE
    )
    assert len(promises) > 20
    assert [promise for promise in promises if not _PROOF.search(promise)] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_every_locked_file_has_its_digest(lock: Path):
    """One version of each package, each with sha256 digests, and nothing from anywhere but the registry."""
    lines = [
        line for line in lock.read_text(encoding="utf-8").splitlines() if line and not line.strip().startswith("#")
    ]
    seen: dict[str, int] = {}
    package = ""
    for line in lines:
        found = _PACKAGE.match(line)
        if found:
            package = found.group(1)
            assert package not in seen
            seen[package] = 0
        else:
            assert re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?", line), line
            seen[package] += 1
    assert len(seen) > 20
    assert [name for name, digests in seen.items() if not digests] == []


def test_setup_takes_nothing_without_its_digest():
    setup = (REPOSITORY / "setup/environment").read_text(encoding="utf-8")
    installs = [line for line in setup.splitlines() if " pip install " in line]
    assert installs
    assert all("--require-hashes" in line or "--no-index" in line for line in installs)


ROWS = dict(
    re.findall(r"^\| ([a-z0-9-]+) \| (\S.*?) \|", (REPOSITORY / "docs/licences.md").read_text("utf-8"), re.MULTILINE)
)
# Locked for computers of another kind; what their wheels say was read there, by the digest of the lock.
ELSEWHERE = {"brotlicffi": "platform_python_implementation != 'CPython'", "colorama": "sys_platform == 'win32'"}
ONLY_A_FILE = {  # what names no licence in its metadata: how its licence file begins, and what that is
    "atheris": ("Apache License Version 2.0", "Apache-2.0"),
    "axe-playwright-python": ("MIT License", "MIT"),
}


def locked() -> dict[str, str]:
    """Each package of the locks, with the condition under which it is installed."""
    pattern = re.compile(r"^([a-z0-9-]+)==\S+(?: ; ([^\\\n]*?))? \\$", re.MULTILINE)
    return {name: when for lock in LOCKS for name, when in pattern.findall(lock.read_text("utf-8"))}


def test_every_package_has_a_licence():
    assert set(ROWS) - {"package"} == set(locked())
    assert all(
        re.search(r"MIT|BSD|Apache|MPL|LGPL|PSF|ZPL|Zope|Mozilla", licence)
        for licence in ROWS.values()
        if licence != "licence"
    )


@pytest.mark.parametrize("package", sorted(locked().keys() - ELSEWHERE.keys()))
def test_a_licence_is_what_the_installed_package_says(package: str):
    said = metadata.metadata(package)
    kinds = [kind.rpartition(" :: ")[2] for kind in said.get_all("Classifier") or [] if kind.startswith("License :: ")]
    named = {said.get("License-Expression"), said.get("License"), " or ".join(kinds)} - {None, ""}
    if package in ONLY_A_FILE:
        assert named == set()
        (file,) = (path for path in metadata.files(package) or [] if path.name.startswith("LICENSE"))
        opening, licence = ONLY_A_FILE[package]
        assert " ".join(file.read_text().split()).startswith(opening)
        named = {licence}
    assert ROWS[package] in named


def test_what_is_not_installed_here_is_for_other_computers():
    assert {name: locked()[name] for name in ELSEWHERE} == ELSEWHERE
