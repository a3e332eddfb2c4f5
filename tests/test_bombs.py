"""What is made to take for ever or to fill the memory: refused before anything parses it, and ended where that fails."""

from __future__ import annotations

import io
import json
import os
import resource
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pdf_facts
import pytest
from conftest import REPOSITORY

from builder import article, catalog, load, markdown, pictures, roster, run, sources, yaml_strict
from builder.diagnostics import ProblemsError
from builder.model import ElementSpec, Job
from builder.sources import Sources
from builder.translation import workbook
from builder.typeset import worker

_MOMENT = 1.0  # seconds of processor time: a goal of the design


def yaml(text: str) -> list[str]:
    return [problem.code for problem in yaml_strict.read(text, "x.yaml")[1]]


def po(text: str) -> list[str]:
    return [problem.code for problem in catalog.read(text.encode(), "content/locale/es/hello.po")[2]]


def words(text: str) -> list[str]:
    return [problem.code for problem in markdown.inline(text).problems]


def an_article(body: str) -> list[str]:
    text = f"---\ntitle: a\nsummary: b\n---\n## You may see\n\n{body}\n"
    return [problem.code for problem in article.read(text, "a.md", "t", "7-18m", _elements())[1]]


@cache
def _elements() -> Mapping[str, ElementSpec]:
    library, _ = load.library(Sources(sources.read(REPOSITORY).files))
    assert library is not None
    return library.elements


def rows(data: bytes) -> list[str]:
    try:
        roster.from_csv(data, "r.csv")
    except ProblemsError as error:
        return [problem.code for problem in error.diagnostics]
    return []


def book(parts: dict[str, bytes]) -> list[str]:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in {"xl/workbook.xml": b"<workbook/>", **parts}.items():
            file.writestr(name, data)
    return [problem.code for problem in workbook.read(out.getvalue(), "x.xlsx")[1]]


def png(width: int, height: int, pixels: bytes = b"") -> list[str]:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    data = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")
    return [pictures.fault(data)] if pictures.fault(data) else []


def text_chunk() -> list[str]:
    """A comment in a picture that unpacks to 200 MB."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    comment = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(200_000_000), 1))
    data = b"\x89PNG\r\n\x1a\n" + head + comment + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    return [pictures.fault(data)]


_LAUGHS = "\n".join(["a0: &a0 lol", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10))])
_MERGES = "\n".join(["a0: &a0 {x: y}", *(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}" for n in range(1, 30))])
_ENTITIES = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "&%c;&%c;">' % (c + 1, c, c) for c in range(97, 120))
    + b"]><workbook>&z;</workbook>"
)

BOMBS = {
    "YAML: a billion laughs": lambda: yaml(_LAUGHS),
    "YAML: merges of merges": lambda: yaml(_MERGES),
    "YAML: deep brackets": lambda: yaml("a: " + "[" * 100_000),
    "YAML: deep braces": lambda: yaml("{a: " * 50_000),
    "YAML: deep indents": lambda: yaml("\n".join(" " * n + "a:" for n in range(600))),
    "YAML: a huge file": lambda: yaml("a: b\n" * 200_000),
    "YAML: a huge word": lambda: yaml("a: " + "b" * 300_000),
    "YAML: marks without end": lambda: yaml("a: x" + "\u0301" * 50_000),
    "PO: a huge file": lambda: po('msgid "a"\n' * 300_000),
    "PO: a plural rule without end": lambda: po('msgid ""\nmsgstr "Plural-Forms: nplurals=99999999; plural=n;\\n"\n'),
    "PO: a plural form out of all bounds": lambda: po('msgid "a"\nmsgid_plural "b"\nmsgstr[999999999999] "c"\n'),
    "PO: escapes without end": lambda: po('msgid "a"\nmsgstr "' + "\\" * 100_001 + '"\n'),
    "PO: quotation marks without end": lambda: po("msgid " + '"' * 100_001),
    "Markdown: 5,000 pictures begun": lambda: words("![" * 5000),
    "Markdown: brackets without end": lambda: words("[" * 1900),
    "Markdown: stars without end": lambda: words("*" * 1900),
    "Markdown: stars and words": lambda: words("*a _b " * 300),
    "Markdown: backticks": lambda: words("`" * 1900),
    "Markdown: a link without end": lambda: words("[a](" * 400),
    "Markdown: underlines": lambda: words("_" * 1900),
    "Markdown: escapes": lambda: words("\\*" * 900),
    "a word of 100,000 characters": lambda: words("a" * 100_000),
    "50,000 combining marks": lambda: an_article("- a" + "\u0301" * 20_000),
    "an article of 100 kB": lambda: an_article("- a b c\n" * 13_000),
    "an article of 10,000 short lines": lambda: an_article("- a\n" * 10_000),
    "an article of nested lists": lambda: an_article("\n".join("    " * n + "- a" for n in range(150))),
    "an article of nested quotations": lambda: an_article("> " * 5000 + "a"),
    "an article of braces": lambda: an_article("- a " + "{" * 900 + "}" * 900),
    "an article of attributes": lambda: an_article("- a {" + "from=A.1 " * 180 + "}"),
    "an article of headings": lambda: an_article("## \n" * 9000),
    "a picture of 60,000 x 60,000": lambda: png(60_000, 60_000),
    "a picture of 2^31 points a side": lambda: png(2**31 - 1, 2**31 - 1),
    "a picture of few bytes and many points": lambda: png(3900, 3900, bytes(3901 * 3900)),
    "a picture with a comment of 200 MB": text_chunk,
    "a workbook that unpacks to 100 MB": lambda: book({"xl/worksheets/sheet1.xml": bytes(100_000_000)}),
    "a workbook of entities": lambda: book({"xl/workbook.xml": _ENTITIES}),
    "a workbook of entities in UTF-16": lambda: book({"xl/workbook.xml": _ENTITIES.decode().encode("utf-16")}),
    "a roster of 1 MB": lambda: rows(b"language,age,families\n" + b"es,14m,1\n" * 110_000),
    "a roster of one endless number": lambda: rows(b"language,families\nes," + b"9" * 60_000 + b"\n"),
    "a roster of one endless cell": lambda: rows(b'language,families\n"' + b"a" * 60_000 + b"\n"),
    "a roster of columns": lambda: rows(b",".join([b"language"] * 7000) + b"\n"),
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    an_article("- a")
    book({})
    png(1, 1, b"\0\0")


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_before_it_bursts(name):
    began = time.process_time()
    refusal = BOMBS[name]()
    spent = time.process_time() - began
    assert [code for code in refusal if code]
    assert spent < _MOMENT


# --- validation passed by: what a worker is given -----------------------------------------------


def nested(opening: str, depth: int, closing: str = "</div>") -> str:
    return opening * depth + "x" + closing * depth


FLEX = '<div style="display:flex">'
MANY = "20,000 cells"  # a page of some hundred MB, were it ever laid out
PAGES = {
    "nested flex boxes": nested(FLEX, 40),
    "nested columns": nested('<div style="columns:2">', 40),
    "a column of 100,000": "<table><tr>" + '<td colspan="100000">x</td>' * 40 + "</table>",
    "a row of 100,000 cells": "<table><tr>" + "<td>x</td>" * 100_000 + "</table>",
    "two million words": "<p>" + "word " * 2_000_000,
    "a drawing of uses of uses": '<svg viewBox="0 0 9 9"><title>x</title><defs><g id="a0"><rect width="9" height="9"/></g>'
    + "".join(f'<g id="a{n}">' + f'<use href="#a{n - 1}"/>' * 10 + "</g>" for n in range(1, 9)) + '</defs><use href="#a8"/></svg>',
    MANY: "<table><tr>" + "<td>x</td>" * 20_000 + "</table>",
}  # fmt: skip
BOUNDLESS = [name for name in PAGES if name != MANY]


def page(name: str) -> Job:
    return pdf_facts.job(f"<h1>T</h1>{PAGES[name]}", name=f"en/{name}")


def dismissed() -> resource.struct_rusage:
    """What the processes of `run.local` have used together, once the one that they were forked from has ended, too."""
    used = []

    def waited(process: int, options: int) -> tuple[int, int]:
        process, status, its = os.wait4(process, options)
        used.append(its)
        return process, status

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "waitpid", waited)  # what multiprocessing calls
        run.dismiss()
    (usage,) = used
    return usage


def explode(names: list[str], memory: int, codes: list[str]) -> None:
    """Give bombs to real workers among sound pages: each is named and ended in its limits, and the others are printed."""
    good = [pdf_facts.job(f"<h1>T</h1><p>{number}", name=f"en/sound-{number}") for number in range(4)]
    run.dismiss()  # of other tests
    with run.local(2, os.environ["FONTCONFIG_FILE"], seconds=600, memory=memory) as workers:
        sheets = {sheet.name: sheet for sheet in run.run([*good[:2], *map(page, names), *good[2:]], workers)}
    used = dismissed()
    assert all(sheets[job.name].pdfs and not sheets[job.name].faults for job in good)
    for name in names:
        sheet = sheets[f"en/{name}"]
        assert sheet.pdfs == ()
        assert [fault.code for fault in sheet.faults] in [[code] for code in codes], sheet.faults
    assert _LEAST < used.ru_maxrss * 1024 < memory + _MAPPED
    tries = 2 * len(names)  # in a batch, then alone
    assert used.ru_utime + used.ru_stime < tries * worker.SECONDS + _STARTS * (tries + 2)


_LEAST = 60 * 1024 * 1024  # bytes: a worker that holds less has set nothing
_MAPPED = 256 * 1024 * 1024  # bytes: the limit is of data; a process maps libraries and fonts besides
_STARTS = 15.0  # seconds of processor time: to prepare a worker and set the sound pages of its batch
SMALL = 160 * 1024 * 1024  # bytes: what ordinary pages need, and soon filled


def apart(*names: str, memory: int = worker.MEMORY, codes: Sequence[str] = ("timed-out", "too-big", "crashed")) -> None:
    """Let them explode in a process of its own: what it held counts as its children's, and that of all tests is large."""
    script = "import json, sys, test_bombs; test_bombs.explode(*json.loads(sys.argv[1]))"
    environment = {**os.environ, "PYTHONPATH": f"{Path(__file__).parent}{os.pathsep}{REPOSITORY}"}
    command = [sys.executable, "-c", script, json.dumps([names, memory, codes])]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_a_page_that_fills_the_memory_is_ended_and_its_neighbours_finish():
    apart(MANY, memory=SMALL, codes=["too-big", "crashed"])


@pytest.mark.slow
@pytest.mark.parametrize("name", BOUNDLESS)
def test_a_page_that_nobody_refused_is_ended_and_its_neighbours_finish(name):
    apart(name)


@pytest.mark.slow
def test_all_bombs_at_once_cost_no_neighbour():
    apart(*BOUNDLESS)
