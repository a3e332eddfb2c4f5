"""output/index.html: everything that was built, to click through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from builder.model import Library
from builder.store import Record

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 1rem/1.5 "Noto Sans", sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #000 }}
h1, h2 {{ line-height: 1.2 }} table {{ border-collapse: collapse; width: 100% }}
th, td {{ text-align: start; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid; vertical-align: top }}
.draft {{ font-weight: 700 }}
</style>
</head>
<body>
<h1>{title}</h1>
"""


_COLUMNS = "<tr><th>Sheet</th><th>Age</th><th>Kind</th><th>Paper</th><th>State</th><th>Code</th></tr>"


def page(library: Library, documents: Mapping[str, Record]) -> Iterator[str]:
    """The index of the built files, by language, in parts; plain HTML that needs nothing else."""
    yield _HEAD.format(title=escape(library.program.name or "Handouts"))
    paths: dict[str, list[str]] = {}
    for path, record in documents.items():
        paths.setdefault(record.key.language, []).append(path)
    for tag in sorted(paths):
        language = library.languages.get(tag)
        name = escape(language.name) if language else escape(tag)
        own = f' <span lang="{tag}" dir="{language.direction}">{escape(language.autonym)}</span>' if language else ""
        yield f'<h2 id="{tag}">{name}{own}</h2>\n<table>\n{_COLUMNS}\n'
        for path in sorted(paths[tag]):
            yield _row(path, documents[path])
        yield "</table>\n"
    yield "</body>\n</html>\n"


def _row(path: str, record: Record) -> str:
    kind = " ".join(part for part in (record.key.kind, record.key.setting) if part)
    state = (
        '<td class="draft">draft: not for families</td>'
        if record.state != "ready"
        else "<td>not yet reviewed</td>"
        if record.review == "none"
        else f"<td>reviewed: {escape(record.review)}</td>"
    )
    cells = f"<td>{escape(record.key.band)}</td><td>{escape(kind)}</td><td>{escape(record.key.paper)}</td>"
    link = f'<td><a href="{escape(path)}">{escape(record.title)}</a></td>'
    return f"<tr>{link}{cells}{state}<td>{escape(record.code)}</td></tr>\n"
