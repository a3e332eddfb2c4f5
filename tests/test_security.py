"""What SECURITY.md promises is tested, and what handouts is installed with is known."""

from __future__ import annotations

import ast
import re
from functools import cache
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


def test_every_package_has_a_licence():
    page = (REPOSITORY / "docs/licences.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([a-z0-9-]+) \| (\S.*?) \|", page, re.MULTILINE))
    locked = {
        found[1] for lock in LOCKS for line in lock.read_text("utf-8").splitlines() if (found := _PACKAGE.match(line))
    }
    assert set(rows) - {"package"} == locked
    assert all(
        re.search(r"MIT|BSD|Apache|MPL|LGPL|PSF|ZPL|Zope|Mozilla", licence)
        for licence in rows.values()
        if licence != "licence"
    )
