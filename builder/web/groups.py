"""For a group: a small table or a pasted list of languages, ages and families; what will print; one pack."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from builder import group, roster
from builder.group import Party
from builder.model import Library
from builder.pack import Desk, Ready
from builder.roster import Row
from builder.web import forms, packs
from builder.web.forms import Asked, Field, Trouble, TroubleError
from builder.web.office import Office
from builder.web.pages import Pages

ROWS = 8  # of the table
_SPARES = 50


@dataclass(frozen=True, slots=True)
class Groups:
    """The pages of a group."""

    office: Office
    pages: Pages

    def form(self, troubles: tuple[Trouble, ...] = ()) -> Response:
        given = {} if request.method == "GET" else {name: value[:4000] for name, value in request.form.items()}
        values = {"choices": packs.choices(self.office, self.pages), "given": given, "rows": tuple(range(1, ROWS + 1)),
            "filled": lambda name, row: given.get(f"{name}-{row}", ""),
            "columns": ", ".join(roster.COLUMNS), "troubles": troubles,
                  "template": roster.TEMPLATE}  # fmt: skip
        return self.pages.show("group", values, 400 if troubles else 200)

    def ask(self) -> Response:
        return self.form()

    def understood(self) -> tuple[Desk, Asked, tuple[Row, ...], int, tuple[Party, ...], Ready]:
        desk = self.office.desk()
        field, many = packs.one(request), packs.many(request)
        rows = _rows(field, desk.library)
        rows = roster.with_age(rows, field("all-ages"))
        spoken = tuple(dict.fromkeys(row.language for row in rows))
        asked = forms.asked(field, lambda name: [] if name == "language" else many(name), desk.library, spoken)
        spares = field("spares") or "0"
        if not spares.isascii() or not spares.isdecimal() or int(spares[:4]) > _SPARES:
            raise TroubleError([Trouble("bad-count")])
        found = group.parties(desk.library, asked.wish, rows, next(iter(asked.bands), ""))
        ready = group.prepare(desk, asked.wish, found, int(spares), asked.answers)
        return desk, asked, rows, int(spares), found, ready

    def preview(
        self, desk: Desk, asked: Asked, rows: tuple[Row, ...], spares: int, found: tuple[Party, ...], ready: Ready
    ) -> BaseResponse:
        del found
        own = [pair for pair in asked.carried() if pair[0] != "language"]
        hidden = (("list", _csv(rows)), ("spares", str(spares)), *own)
        return packs.will_print(self.pages, desk, ready, {
            "told": (), "carried": hidden, "answers": asked.answers, "of": "group",
            "again": "groups.show", "make": "groups.make", "ask": "groups.ask",
        })  # fmt: skip

    def show(self) -> BaseResponse:
        return packs.or_form(lambda: self.preview(*self.understood()), self.form)

    def make(self) -> BaseResponse:
        return packs.or_form(self._begun, self.form)

    def _begun(self) -> BaseResponse:
        desk, asked, rows, spares, found, ready = self.understood()
        if ready.questions:
            return self.preview(desk, asked, rows, spares, found, ready)
        return packs.begin(self.office, "group", desk, ready, lambda: group.pieces(desk, ready, found, spares))


def blueprint(office: Office, pages: Pages) -> Blueprint:
    """The pages of a group."""
    part, own = Blueprint("groups", __name__), Groups(office, pages)
    part.add_url_rule("/group", view_func=own.ask)
    part.add_url_rule("/group", view_func=own.show, methods=["POST"])
    part.add_url_rule("/group/pack", view_func=own.make, methods=["POST"])
    return part


def _rows(field: Field, library: Library) -> tuple[Row, ...]:
    """The rows of a pasted list, or of the table. Raises TroubleError, ProblemsError."""
    pasted = field("list")
    if pasted:
        return roster.from_csv(pasted.encode(), "list")
    lines = []
    for number in range(1, ROWS + 1):
        language, families = field(f"language-{number}"), field(f"families-{number}")
        if not language and not families:
            continue
        tag = forms.find_language(language, library.languages)
        if not tag:
            raise TroubleError([Trouble("unknown-language" if language else "no-language")])
        lines.append((tag, field(f"age-{number}"), families, field(f"copies-{number}") or "1"))
    if not lines:
        raise TroubleError([Trouble("no-families")])
    out = io.StringIO()
    csv.writer(out).writerows([roster.COLUMNS, *lines])
    return roster.from_csv(out.getvalue().encode(), "table")


def _csv(rows: tuple[Row, ...]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([roster.COLUMNS, *((row.language, row.age, row.families, row.copies) for row in rows)])
    return out.getvalue()
