"""For a visit: age or dates, language, topic; what will print, for which age and why; one pack."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from builder import visit
from builder.diagnostics import RefusalError
from builder.pack import Desk, Ready
from builder.visit import Child, Choice
from builder.web import forms, packs
from builder.web.forms import Asked, Trouble, TroubleError
from builder.web.office import Office
from builder.web.pages import Pages


@dataclass(frozen=True, slots=True)
class Visits:
    """The pages of a visit."""

    office: Office
    pages: Pages

    def form(self, troubles: tuple[Trouble, ...] = ()) -> Response:
        given = {} if request.method == "GET" else {name: value[:200] for name, value in request.form.items()}
        given = {name: value for name, value in given.items() if not name.startswith(("born", "due", "visit-day"))}
        values = {
            "choices": packs.choices(self.office, self.pages),
            "given": given,
            "rows": tuple(range(1, forms.ROWS + 1)),
            "filled": lambda name, row: given.get(f"{name}-{row}", ""),
            "troubles": troubles,
        }
        return self.pages.show("visit", values, 400 if troubles else 200)

    def ask(self) -> Response:
        return self.form()

    def understood(self) -> tuple[Desk, Asked, tuple[Child, ...], tuple[Choice, ...], Ready]:
        """What the form asks for. Raises TroubleError, RefusalError, ProblemsError."""
        desk = self.office.desk()
        field, many = packs.one(request), packs.many(request)
        library, wrong = desk.library, list[Trouble]()
        found: tuple[Child, ...] = ()
        languages: tuple[str, ...] = ()
        try:
            found = forms.children(field, many, library, self.office.settings.today())
        except (TroubleError, RefusalError) as error:
            wrong += forms.troubles(error)
        try:
            languages = forms.chosen_languages(many, library)
        except TroubleError as error:
            wrong += error.troubles
        if wrong:
            raise TroubleError(wrong)
        asked = forms.asked(field, many, library, languages)
        picked = visit.choices(library, asked.wish, found, asked.bands)
        return desk, asked, found, picked, visit.prepare(desk, asked.wish, picked, asked.answers)

    def preview(
        self, desk: Desk, asked: Asked, found: tuple[Child, ...], picked: tuple[Choice, ...], ready: Ready
    ) -> BaseResponse:
        told = []
        for explained, choices in zip(
            visit.explained(desk.scribe(self.pages.viewer()), picked), _by_child(picked).values(), strict=True
        ):
            doubtful = next((choice for choice in choices if choice.others), None)
            inside = {doubtful.band, *doubtful.others} if doubtful else set()
            names = [band.id for band in desk.library.ages if band.id in inside]
            told.append({"lines": explained.lines, "bands": tuple(zip(names, explained.bands, strict=True))})
        return packs.will_print(self.pages, desk, ready, {
            "told": tuple(told), "carried": (*forms.carried(found), *asked.carried()), "answers": asked.answers,
            "of": "visit", "again": "visits.show", "make": "visits.make", "ask": "visits.ask",
        })  # fmt: skip

    def show(self) -> BaseResponse:
        return packs.or_form(lambda: self.preview(*self.understood()), self.form)

    def make(self) -> BaseResponse:
        return packs.or_form(self._begun, self.form)

    def _begun(self) -> BaseResponse:
        desk, asked, found, picked, ready = self.understood()
        if ready.questions:
            return self.preview(desk, asked, found, picked, ready)
        return packs.begin(self.office, "visit", desk, ready, lambda: visit.pieces(desk, ready, picked))


def blueprint(office: Office, pages: Pages) -> Blueprint:
    """The pages of a visit."""
    part, own = Blueprint("visits", __name__), Visits(office, pages)
    part.add_url_rule("/visit", view_func=own.ask)
    part.add_url_rule("/visit", view_func=own.show, methods=["POST"])
    part.add_url_rule("/visit/pack", view_func=own.make, methods=["POST"])
    return part


def _by_child(picked: tuple[Choice, ...]) -> dict[Child, list[Choice]]:
    groups: dict[Child, list[Choice]] = {}
    for choice in picked:
        groups.setdefault(choice.child, []).append(choice)
    return groups
