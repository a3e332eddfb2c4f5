"""The two parsers of what contributors send, fuzzed by what each input reaches in them."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        (sys.platform, platform.machine()) != ("linux", "x86_64"), reason="the fuzzer has wheels for Linux on x86-64"
    ),
]

_RUNS = 10_000
_REACHED = {
    "article": 700,
    "catalog": 350,
}  # places in the code: what is turned away at the door reaches a third of them


def fuzzed(parser: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, Path(__file__).with_name("fuzz_parsers.py"), parser, folder / parser, f"-runs={_RUNS}"]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=3000
    )


@pytest.mark.parametrize("parser", _REACHED)
def test_a_fuzzer_finds_no_input_that_breaks_a_parser(parser, tmp_path):
    done = fuzzed(parser, tmp_path)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    assert f"Done {_RUNS} runs" in done.stderr
    assert int(re.findall(r"cov: (\d+)", done.stderr)[-1]) > _REACHED[parser]


def test_a_fault_that_was_put_in_is_found(tmp_path):
    done = fuzzed("fault", tmp_path)
    assert done.returncode != 0
    assert "the fault that was put in" in done.stdout + done.stderr
