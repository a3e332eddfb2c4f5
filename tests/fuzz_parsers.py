"""Fuzzes a parser by what each input reaches in it: an exception, a hang or a diagnostic that says too little ends it.

    python tests/fuzz_parsers.py article|catalog|fault FOLDER [-runs=N ...]

FOLDER is empty or holds what an earlier run found; the other arguments are libFuzzer's.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import atheris

_READ = ["builder", "markdown", "polib"]  # packages, whole
with atheris.instrument_imports(include=_READ):
    from naughty import STRINGS
    from test_malformed import library, real, sound

    from builder import article, catalog, markdown
    from builder.catalog import Unit, merge
    from builder.text import forbidden_characters

_OWN = re.compile(r'</?strong>|<a href="(https|mailto|tel):[^"<>]*">|</a>')  # all the HTML that a text may become
_LONGEST = 2048  # bytes: a screen or two, for an input is tried thousands of times
_BANDS = ("7-18m", "staff")
_OPTIONS = (
    f"-max_len={_LONGEST}", "-timeout=20", "-rss_limit_mb=2048", "-seed=1", "-use_value_profile=0", "-print_final_stats=1",
)  # fmt: skip


def read_article(data: bytes) -> None:
    """An article of either kind, and each of its texts as it is printed."""
    text = data.decode("utf-8", "replace")
    found, problems = article.read(
        text, "content/topics/hello/7-18m.md", "hello", _BANDS[len(data) % 2], library().elements
    )
    sound(problems)
    for item in [item for element in found.elements for item in element.items] if found and not problems else []:
        inline = markdown.inline(item.text)
        assert not inline.problems
        assert "<" not in _OWN.sub("", inline.html), inline.html
        assert not forbidden_characters(item.text, "Latn")


def read_catalog(data: bytes) -> None:
    """A PO file, and the same brought up to date: what a person wrote in it is still there."""
    messages, _, problems = catalog.read(data, "content/locale/es/hello.po")
    sound(problems)
    if problems:
        return
    language = library().languages["es"]
    units = {text: Unit(text) for text in [*list(messages)[:5], "Something new to say."]}
    text = merge.synced(units, data.decode().replace("\r\n", "\n").replace("\r", "\n"), language)
    assert merge.synced(units, text, language) == text
    after, _, problems = catalog.read(text.encode(), "content/locale/es/hello.po")
    assert not problems, problems
    assert units.keys() <= after.keys()


def read_with_a_fault(data: bytes) -> None:
    """What a fuzzer that works stumbles over: it shows that this one does."""
    _, problems = article.read(data.decode("utf-8", "replace"), "a.md", "hello", "7-18m", library().elements)
    if any(problem.code == "bad-link" for problem in problems):
        raise RuntimeError("the fault that was put in")


READERS: dict[str, tuple[Callable[[bytes], None], str, str]] = {  # and the files to begin with
    "article": (read_article, "content/topics", ".md"),
    "catalog": (read_catalog, "content/locale/es", ".po"),
    "fault": (read_with_a_fault, "content/topics", ".md"),
}


def begin(corpus: Path, folder: str, ending: str) -> Path:
    """Put the openings of real files into a corpus; returns a dictionary of naughty strings."""
    corpus.mkdir(exist_ok=True)
    for number, data in enumerate(real(folder, ending)):
        whole = data[: _LONGEST * 3 // 4].rpartition(b"\n\n")[0]  # up to the end of a paragraph or a message
        (corpus / f"real-{number}").write_bytes(whole + b"\n")
    words = [text.encode("utf-8", "surrogatepass") for text in STRINGS if 0 < len(text) <= 60]
    lines = ['"' + "".join(f"\\x{byte:02x}" for byte in word) + '"' for word in words]
    dictionary = corpus.with_name(f"{corpus.name}.dict")
    dictionary.write_text("\n".join(lines) + "\n", "ascii")
    return dictionary


def main() -> None:
    reader, folder, ending = READERS[sys.argv[1]]
    corpus = Path(sys.argv[2])
    dictionary = begin(corpus, folder, ending)
    atheris.Setup(
        [
            sys.argv[0],
            *_OPTIONS,
            f"-dict={dictionary}",
            f"-artifact_prefix={corpus.parent}/",
            *sys.argv[3:],
            str(corpus),
        ],
        reader,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
