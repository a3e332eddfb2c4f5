"""Thousands of broken inputs, from real files and from a grammar: no traceback, no hang, each told with place, fact and hint."""

from __future__ import annotations

import io
import random
import re
import signal
import time
import zipfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from conftest import PROJECTS, REPOSITORY, assemble
from naughty import STRINGS
from PIL import Image

from builder import (
    age,
    approvals,
    article,
    catalog,
    check,
    cli,
    load,
    markdown,
    pictures,
    project,
    records,
    roster,
    sources,
    yaml_strict,
)
from builder.catalog import Unit, merge
from builder.contents import PackError
from builder.diagnostics import CODES, Diagnostic, ProblemsError
from builder.model import NOWHERE, Library
from builder.sources import Sources
from builder.translation import workbook

_SECONDS = 8.0  # of processor time for one input, for a command may read a whole project: a hang takes for ever

LANGUAGES = ("en", "es", "ar", "en-XA")


# --- what is broken -----------------------------------------------------------------------------


@cache
def small() -> dict[str, bytes]:
    """The tiny project with a few languages."""
    files = {**sources.read(REPOSITORY).files, **sources.read(PROJECTS / "tiny").files}
    return {
        path: data for path, data in files.items()
        if path.startswith("templates/") or path in sources.read(PROJECTS / "tiny").files
        or path in {f"content/languages/{tag}.yaml" for tag in LANGUAGES} | {"content/scripts.yaml", "content/locale/es/ui.po"}
    }  # fmt: skip


@cache
def library() -> Library:
    found, _ = load.library(Sources(small()))
    assert found is not None
    return found


@cache
def real(folder: str, ending: str) -> tuple[bytes, ...]:
    """Files of the repository's own project to break."""
    paths = sorted((REPOSITORY / folder).rglob(f"*{ending}"))
    return tuple(path.read_bytes() for path in random.Random(1).sample(paths, min(len(paths), 30)))


def scrap(chance: random.Random) -> bytes:
    kind = chance.randrange(6)
    if kind < 4:
        return chance.choice(STRINGS).encode("utf-8", "surrogatepass") * chance.choice([1, 1, 1, 1, 2, 40])
    return (
        chance.randbytes(chance.randint(1, 8))
        if kind == 4
        else chance.choice([b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc0\x80", b"\x00"])
    )


def damaged(data: bytes, chance: random.Random) -> bytes:
    """One to four accidents."""
    for _ in range(chance.choice([1, 1, 1, 2, 3, 4])):
        lines = data.split(b"\n")
        at, end = sorted((chance.randint(0, len(data)), chance.randint(0, len(data))))
        row = chance.randrange(len(lines))
        kind = chance.randrange(9)
        if kind == 0:
            data = data[:at] + scrap(chance) + data[at:]
        elif kind == 1:
            data = data[:at] + scrap(chance) + data[min(at + chance.randint(0, 60), len(data)) :]
        elif kind == 2:
            data = data[:at] if chance.random() < 0.3 else data[:at] + data[min(end, at + 300) :]
        elif kind == 3:
            lines[row] = scrap(chance)
            data = b"\n".join(lines)
        elif kind == 4:
            lines[row:row] = [lines[row]] * chance.choice([1, 2, 30])
            data = b"\n".join(lines)
        elif kind == 5:
            other = chance.randrange(len(lines))
            lines[row], lines[other] = lines[other], lines[row]
            data = b"\n".join(lines)
        elif kind == 6:
            lines[row] = chance.choice([b" ", b"\t", b"  ", b"- ", b"# ", b": ", b'"']) + lines[row]
            data = b"\n".join(lines)
        elif kind == 7 and data:
            flipped = bytearray(data)
            flipped[min(at, len(data) - 1)] ^= 1 << chance.randrange(8)
            data = bytes(flipped)
        else:
            head, mark, tail = lines[row].partition(chance.choice([b":", b'"', b" ", b"{", b"-"]))
            lines[row] = head + mark + scrap(chance) if chance.random() < 0.5 else scrap(chance) + mark + tail
            data = b"\n".join(lines)
    return data


def grown(chance: random.Random) -> bytes:
    """An article from a grammar: the right pieces in any order, number and nesting, with anything inside."""
    names = [spec.name for spec in library().elements.values()]

    def words() -> str:
        return chance.choice([chance.choice(STRINGS), "Wave and say when you will be back.", "**When you go:** Wave."])

    def piece() -> str:
        return chance.choice(["- ", "1. ", ": ", "> ", "", "  - ", "\t", "* ", "#", "| "]) + words() + chance.choice(
            ["", "", " {from=A.1}", " {from=A.1 routine=play}", " {from=}", " {lines=9}", " {", " }", "{a}{b}"]
        )  # fmt: skip

    matter = [
        f"title: {words()}",
        f"summary: {words()}",
        *([f"allow: {{must: {words()}}}"] if chance.random() < 0.2 else []),
    ]
    body = []
    for _ in range(chance.randint(0, 6)):
        body.append("#" * chance.choice([2, 2, 2, 2, 1, 3]) + " " + chance.choice([*names, words()]))
        body += [chance.choice(["", piece(), piece()]) for _ in range(chance.randint(0, 8))]
    fence = chance.choice(["---", "---", "---", "--", "", "..."])
    return "\n".join([fence, *matter, fence, *body]).encode("utf-8", "surrogatepass")


# --- who reads it -------------------------------------------------------------------------------


def sound(problems: Iterable[Diagnostic], *, placed: bool = True) -> None:
    """Every problem says where, what and what to do, on one line in which nothing hides."""
    for problem in problems:
        assert problem.code in CODES
        assert problem.fact
        assert problem.hint or problem.severity == "warning", str(problem)
        assert problem.place.file or not placed, str(problem)
        said = str(problem)
        assert said.isprintable() or all(c.isprintable() or c in "\u200c\u200d" for c in said), ascii(said)
        assert len(said) < 2000


def read_article(chance: random.Random, _place: Path) -> None:
    data = grown(chance) if chance.random() < 0.5 else damaged(chance.choice(real("content/topics", ".md")), chance)
    path = "content/topics/hello/7-18m.md"
    text = data.decode("utf-8", "replace")
    _, problems = article.read(text, path, "hello", chance.choice(["7-18m", "staff"]), library().elements)
    sound(problems)
    for block in markdown.blocks(text.split("\n")[:200], 1):
        inline = markdown.inline(block.text)
        assert "<script" not in inline.html
        assert all(
            link.startswith(("https:", "mailto:", "tel:")) for link in re.findall(r'href="([^"]*)"', inline.html)
        )


_RECORDS = {
    "program.yaml": records.ProgramRecord, "content/ages.yaml": records.AgesFile, "content/facts.yaml": records.FactsFile,
    "content/sources.yaml": records.SourcesFile, "content/glossary.yaml": records.GlossaryFile, "content/voice.yaml": records.VoiceFile,
    "content/scripts.yaml": records.ScriptsFile, "content/languages/es.yaml": records.LanguageRecord, "content/languages/ar.yaml": records.LanguageRecord,
    "content/topics/attachment/topic.yaml": records.TopicRecord, "templates/elements.yaml": records.ElementsFile, "templates/kinds.yaml": records.KindsFile,
    "templates/editions.yaml": records.EditionsFile, "templates/papers.yaml": records.PapersFile, "templates/packs.yaml": records.PackPagesFile,
    "templates/tokens.yaml": records.TokensFile,
}  # fmt: skip


def read_yaml(chance: random.Random, _place: Path) -> None:
    path = chance.choice(sorted(_RECORDS))
    text = damaged((REPOSITORY / path).read_bytes(), chance).decode("utf-8", "replace")
    document, problems = yaml_strict.read(text, path)
    sound(problems)
    if document is not None and not problems:
        record, problems = records.validate(_RECORDS[path], document)
        assert record is not None or problems
        sound(problems)


def read_po(chance: random.Random, _place: Path) -> None:
    sound_file = chance.choice(real("content/locale", ".po"))
    tag = catalog.language_of(sound_file)
    data = damaged(sound_file, chance)
    messages, _, problems = catalog.read(data, f"content/locale/{tag}/hello.po")
    sound(problems)
    if not problems:  # what is read can also be brought up to date
        units = {text: Unit(text) for text in [*list(messages)[:5], "Something new to say."]}
        language = library().languages.get(tag, library().languages["es"])
        text = merge.synced(units, data.decode().replace("\r\n", "\n").replace("\r", "\n"), language)
        assert merge.synced(units, text, language) == text


def read_roster(chance: random.Random, _place: Path) -> None:
    rows = ["language,age,families,copies", "es,14m,8,1", "ar,7-18m,5,1", "en;20m;2;2", "zh-Hans\t3y\t4"]
    data = damaged("\n".join(chance.sample(rows, chance.randint(1, 5))).encode(), chance)
    for reading in (lambda: roster.from_csv(data, "r.csv"), lambda: roster.from_line(data.decode("utf-8", "replace"))):
        try:
            assert reading()
        except ProblemsError as error:
            sound(error.diagnostics, placed=False)
            assert error.diagnostics  # noqa: PT017 - it may also be read
    for word in data.decode("utf-8", "replace").split(",")[:4]:
        try:
            age.read(word, age.date(2026, 11, 22))
        except age.DateError as error:
            assert not any(len(part) > 3 and part.isdigit() and part in str(error) for part in word.split())  # noqa: PT017 - it may also be read


@cache
def book() -> bytes:
    made, out = openpyxl.Workbook(), io.BytesIO()
    sheet = made.active
    sheet.title = workbook.SHEET
    sheet.append(workbook.HEAD)
    for number in range(12):
        sheet.append((f"hello:{number:012}", "x", f"English {number}", f"Texto {number}", "yes", "draft", "12", "hint"))
    made.save(out)
    return out.getvalue()


def read_workbook(chance: random.Random, _place: Path) -> None:
    data = book()
    if chance.random() < 0.3:
        data = damaged(data, chance)
    else:  # a whole archive with a broken part in it
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
            names = old.namelist()
            broken = chance.choice([*names, "xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"])
            for name in names:
                if name != broken or chance.random() < 0.9:
                    new.writestr(name, damaged(old.read(name), chance) if name == broken else old.read(name))
        data = out.getvalue()
    rows, problems = workbook.read(data, "es.xlsx")
    sound(problems)
    assert all(isinstance(row.text, str) and isinstance(row.source, str) for row in rows)


@cache
def picture() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((40, 30), 80).convert("RGBA").save(out, "PNG")
    return out.getvalue()


def read_picture(chance: random.Random, _place: Path) -> None:
    fault = pictures.fault(damaged(picture(), chance))
    assert isinstance(fault, str)


_REVIEWS = (
    b"# who\n- {topic: hello, band: 7-18m, role: nurse, date: 2026-01-01, proof: K7Q-DM3, snapshot: "
    + b"ab" * 32
    + b"}\n"
)
_CHANGES = (
    b"- {component: hello, as: typo, role: author, date: 2026-01-01,\n   old: "
    + b"ab" * 32
    + b",\n   new: "
    + b"cd" * 32
    + b"}\n"
)
_APPROVED = (
    b'{\n "role": "nurse", "date": "2026-01-01", "proof": "K7Q-DM3",\n "series": "a", "title": "b", "summary": "c",\n'
    b' "elements": [{"key": "key-message", "items": [{"code": "A1", "text": "t", "detail": "", "facts": [], "routine": "", "picture": "", "lines": "0"}]}],\n'
    b' "texts": [["t", "u"]], "ui": [["v", "w"]]\n}\n'
)


def read_approvals(chance: random.Random, _place: Path) -> None:
    files = {
        "content/reviews/es.yaml": _REVIEWS,
        "content/changes.yaml": _CHANGES,
        "content/approved/es/hello/7-18m.json": _APPROVED,
    }
    path = chance.choice(sorted(files))
    _, problems = approvals.read(Sources({**files, path: damaged(files[path], chance)}))
    sound(problems)


def read_project(chance: random.Random, _place: Path) -> None:
    """Any file of a project, and names that nobody would choose."""
    files = dict(small())
    for _ in range(chance.choice([1, 1, 2])):
        path = chance.choice(
            [
                *(path for path in files if not path.endswith(".svg")),
                *(path for path in files if path.startswith(("content/topics", "content/locale"))),
            ]
        )
        files[path] = damaged(files[path], chance)
    if chance.random() < 0.3:
        name = chance.choice(STRINGS).replace("\0", "").replace("/", "")[:80] or "x"
        files[
            chance.choice(
                [
                    "content/topics/{}/topic.yaml",
                    "content/topics/hello/{}.md",
                    "content/locale/{}/ui.po",
                    "templates/{}.html",
                    "content/{}",
                ]
            ).format(name)
        ] = b"a: b\n"
    loaded = project.understand(Sources(files))
    sound([*loaded.problems, *check.check(loaded)])


_COMMANDS = (
    "list --about {}", "list --topic {}", "list --language {} --all", "build --topic {}", "build --age {}", "build --language {}", "build --paper {}",
    "build --edition {}", "build --kind {}", "build --jobs {}", "build --on-stale {}", "visit --age {} --topic hello --language en --dry-run", "visit --age 14m --topic {} --language en --dry-run",
    "visit --age 14m --topic hello --language {} --dry-run", "visit --age 14m --weeks-early {} --topic hello --language en --dry-run", "visit --band {} --topic hello --language en --dry-run",
    "group {}", "group --families {} --topic hello --dry-run", "trace {}", "review {} --role nurse", "review hello --role {}", "review hello --age {} --role nurse",
    "translate sync {}", "translate status {}", "translate check {}", "translate import {}", "translate approve {} --topic hello --role nurse --proof X", "translate approve es --topic {} --role nurse --proof X",
    "translate approve es --topic hello --role nurse --proof {}", "translate withdraw es --topic {}", "translate export {}", "translate proof {}", "translate add {}", "translate add qaa --name {} --autonym a --script Latn",
    "languages specimen {}", "issue --topic {}", "new topic {}", "new article hello {}", "new article {} 7-18m", "--project {} list", "{}", "translate {}", "list {}", "check {}", "--{}",
)  # fmt: skip


def type_command(chance: random.Random, place: Path) -> None:
    """What nobody would type, or a paste gone wrong."""
    root = place / "project"
    if not root.exists():
        assemble(root)
        for path in (root / "content/languages").iterdir():
            if path.stem not in LANGUAGES:
                path.unlink()
    typed = chance.choice(STRINGS).replace("\0", "") if chance.random() < 0.9 else "caf\udce9"
    words = [typed if word == "{}" else word.replace("{}", typed) for word in chance.choice(_COMMANDS).split(" ")]
    kept = signal.getsignal(signal.SIGTERM)
    try:
        done = CliRunner().invoke(cli.main, ["--project", str(root), *words], input=chance.choice(STRINGS))
    finally:
        signal.signal(signal.SIGTERM, kept)
    assert done.exception is None or isinstance(done.exception, SystemExit), (words, done.exc_info)
    assert done.exit_code in {0, 1, 2}
    assert "Traceback" not in done.output
    assert done.exit_code == 0 or done.output.strip()


READERS: dict[Callable[[random.Random, Path], None], int] = {  # and how many inputs of a thousand are for each
    read_article: 240, read_yaml: 180, read_po: 150, read_roster: 120, read_workbook: 80, read_picture: 95, read_approvals: 70,
    read_project: 25, type_command: 40,
}  # fmt: skip


def fuzz(reader: Callable[[random.Random, Path], None], seeds: Iterable[int], place: Path) -> None:
    for seed in seeds:
        began = time.process_time()
        try:
            reader(random.Random(seed), place)
        except (AssertionError, Exception) as error:
            error.add_note(f"seed {seed} of {reader.__name__}")
            raise
        assert time.process_time() - began < _SECONDS, f"seed {seed} of {reader.__name__} takes long"


def test_a_thousand_is_a_thousand():
    assert sum(READERS.values()) >= 1000
    assert len(STRINGS) >= 200
    assert NOWHERE.file == ""


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
def test_broken_input_is_told(reader, tmp_path):
    fuzz(reader, range(READERS[reader]), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("tenth", range(9))
@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
def test_ten_thousand_broken_inputs_are_told(reader, tenth, tmp_path):
    count = READERS[reader]
    fuzz(reader, range(count * (tenth + 1), count * (tenth + 2)), tmp_path)


@pytest.mark.parametrize("text", STRINGS, ids=range(len(STRINGS)))
def test_a_naughty_string_stays_text(text):
    """As Markdown, as a value of YAML, as a translation and as a roster: text, or refused."""
    inline = markdown.inline(text)
    assert inline.problems or "<" not in inline.html.replace("<strong>", "").replace("</strong>", "").replace(
        "<a href=", ""
    ).replace("</a>", "")
    document, problems = yaml_strict.read(f"a: {text}\n", "x.yaml")
    sound(problems)
    assert document is None or problems or isinstance(document.data, dict)
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    _, _, problems = catalog.read(
        f'msgid "a"\nmsgstr "{quoted}"\n'.encode("utf-8", "replace"), "content/locale/es/hello.po"
    )
    sound(problems)
    try:
        roster.with_age(roster.from_line(text), "14m")
    except (ProblemsError, PackError) as error:
        assert str(error)  # noqa: PT017 - or it is a roster after all
