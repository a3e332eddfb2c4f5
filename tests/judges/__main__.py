"""Judge the sheets of an output folder: python -m tests.judges output [--all] [--root PROJECT]."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from builder import project, store

from . import Expectation, Finding, judge
from .shelf import expectation, on_shelf


def _judged(path: Path, expected: Expectation) -> list[Finding]:
    if not path.is_file():
        return [Finding("missing", str(path), 0, "the manifest lists it", "no file", "a file")]
    return judge(path, expected)


def main(arguments: list[str]) -> int:
    """Print what the judges find; 1 when they find anything, 2 when there is nothing to judge."""
    parser = argparse.ArgumentParser(prog="judges", description=__doc__)
    parser.add_argument("output", type=Path, help="a folder with a manifest.json")
    parser.add_argument("--root", type=Path, help="the project it was built from; else the folder above it")
    parser.add_argument("--all", action="store_true", help="every sheet of the manifest, not the shelf alone")
    parser.add_argument("--workers", type=int, default=2, help="processes, 2 unless told")
    given = parser.parse_args(arguments)
    start = time.monotonic()
    output: Path = given.output
    read = project.read(given.root or output.resolve().parent)
    documents = store.load(output).documents
    if read.library is not None and not given.all:
        documents = {path: record for path, record in documents.items() if on_shelf(read.library, record)}
    if not documents or read.library is None:
        print(f"{output}: nothing to judge; run `handouts build` first", file=sys.stderr)
        return 2
    paths = [output / path for path in sorted(documents)]
    expected = [expectation(read, record) for _, record in sorted(documents.items())]
    with ProcessPoolExecutor(given.workers) as pool:
        found = [each for one in pool.map(_judged, paths, expected, chunksize=4) for each in one]
    for each in found:
        print(each)
    counts = ", ".join(f"{judge} {count}" for judge, count in sorted(Counter(each.judge for each in found).items()))
    seconds = time.monotonic() - start
    print(
        f"{len(paths)} sheets judged in {seconds:.1f} s: {f'{len(found)} findings: {counts}' if found else 'all sound'}"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
