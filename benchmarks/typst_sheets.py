"""The words of sheets set by typst, twice for two papers: run by benchmarks/.venv, which has the binding.

Reads a JSON list of documents (blocks of [tag, text]) from the file that is named, prints the number of PDFs for each
line on standard input, so that the process and its compiler stay warm.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import typst

SIZES = {"h1": "24pt", "h2": "16pt"}


def source(document: dict[str, object], width: float, height: float) -> bytes:
    """A document in typst's language."""
    families, language = ", ".join(map(json.dumps, document["fonts"])), str(document["language"]).split("-")[0]
    lines = [
        f"#set page(width: {width}mm, height: {height}mm, margin: (x: 20mm, top: 24mm, bottom: 29mm))",
        '#set page(footer: context [#line(length: 100%) #counter(page).display("1 / 1", both: true)])',
        f'#set text(font: ({families},), size: 12pt, lang: "{language}")',
        f'#set document(title: "{document["name"]}")',
    ]
    for tag, text in document["blocks"]:  # type: ignore[misc]
        words = json.dumps(text, ensure_ascii=False)
        level = {"h1": 1, "h2": 2, "h3": 3}.get(tag)
        if level:
            lines.append(f"#heading(level: {level})[#{words}]")
        elif tag == "li":
            lines.append(f"- #box(stroke: 1.25pt, width: 5mm, height: 5mm) #{words}")
        else:
            lines.append(f"#block[#{words}]")
    return "\n".join(lines).encode()


def main() -> None:
    """Set all documents for every line that comes in."""
    documents, papers, folders = (
        json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")),
        json.loads(sys.argv[2]),
        sys.argv[3:],
    )
    compiler = typst.Compiler(font_paths=folders, ignore_system_fonts=True)
    print("ready", typst.__version__ if hasattr(typst, "__version__") else "", flush=True)
    for _ in sys.stdin:
        made = 0
        for document in documents:
            for width, height in papers:
                made += compiler.compile(source(document, width, height), format="pdf").startswith(b"%PDF")
        print(made, flush=True)


if __name__ == "__main__":
    main()
