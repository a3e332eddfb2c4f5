"""For translators and reviewers: how far each language is, its messages, the proof, an approval. Only with --edit."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from builder import listing, showcase, translation
from builder.catalog import MessageState
from builder.diagnostics import ProblemsError, RefusalError
from builder.model import Language
from builder.project import Project
from builder.showcase import Card, File, Wanted
from builder.translation import approve, one, progress, proof
from builder.web import access, forms
from builder.web.forms import Trouble
from builder.web.jobs import Progress, Result
from builder.web.office import Office
from builder.web.pages import Pages

_ON_A_PAGE = 25
_STATES: tuple[MessageState, ...] = ("missing", "stale", "draft", "translated")


@dataclass(frozen=True, slots=True)
class Translators:
    """The pages of translators and reviewers."""

    office: Office
    pages: Pages

    def _language(self, tag: str) -> tuple[Project, Language]:
        loaded, library = self.office.opened()
        if tag not in library.languages or library.languages[tag].pseudo or loaded.catalogs[tag].source:
            abort(404)
        return loaded, library.languages[tag]

    def index(self) -> Response:
        loaded, library = self.office.opened()
        rows = [row for row in listing.language_rows(loaded) if not row["source"]]
        begun = [row for row in rows if row["missing"] != row["messages"]]
        waiting = [library.languages[str(row["tag"])] for row in rows if row["missing"] == row["messages"]]
        languages = tuple((library.languages[str(row["tag"])], row) for row in begun)
        return self.pages.show("languages", {"languages": languages, "waiting": tuple(waiting)})

    def language(self, tag: str, troubles: tuple[Trouble, ...] = (), status: int = 200) -> Response:
        loaded, language = self._language(tag)
        found = loaded.catalogs[tag]
        counts = []
        for component in one.components(loaded, tag):
            texts = loaded.units[component]
            states = Counter(found.find(component, text).state for text in texts)
            counts.append((component, len(texts), tuple((state, states[state]) for state in _STATES if states[state])))
        return self.pages.show("translating", {
            "language": language, "counts": tuple(counts),
            "titles": dict(self.office.showcase(self.pages.viewer()).topics()),
            "sheets": tuple(progress.states(loaded, tag)), "troubles": troubles,
        }, status)  # fmt: skip

    def sync(self, tag: str) -> BaseResponse:
        self._language(tag)
        with self.office.writing:
            translation.sync(self.office.root, tag)
        return redirect(url_for("translators.language", tag=tag), 303)

    def messages(self, tag: str, component: str, **kept: object) -> Response:
        loaded, language = self._language(tag)
        found = one.opened(loaded, tag, component)
        state, words = request.args.get("state", ""), request.args.get("words", "")[:60].casefold()
        chosen = [
            entry for entry in found.entries
            if (not state or entry.state == state or (state == "problems" and entry.problems))
            and (not words or words in " ".join((entry.unit.id, *entry.texts, *entry.unit.notes)).casefold())
        ]  # fmt: skip
        last = max(0, -(-len(chosen) // _ON_A_PAGE) - 1)
        number = min(last, max(0, request.args.get("page", 0, int)))
        pictured = self._pictured(tag, component)
        link: dict[str, object] = {"tag": tag, "component": component, "state": state, "words": words}
        return self.pages.show("messages", {
            "language": language, "component": component, "digest": found.digest, "count": len(chosen),
            "states": _STATES,
            "entries": tuple(chosen[number * _ON_A_PAGE : (number + 1) * _ON_A_PAGE]), "first": number * _ON_A_PAGE + 1,
            "state_wanted": state, "words": words, "number": number,
            "begun": bool(loaded.sources.files.get(one.path(tag, component))),
            "pictured": pictured,
            "width": showcase.WIDTHS[1], "before": link | {"page": number - 1} if number else None,
            "after": link | {"page": number + 1} if number < last else None,
            "given": {}, "at": "", **kept,
        }, 400 if kept else 200)  # fmt: skip

    def _pictured(self, tag: str, component: str) -> tuple[tuple[Card, File | None], ...]:
        """The sheets that print a topic's words, with the pages of those that have been made."""
        _, library = self.office.opened()
        cards = self.office.showcase(self.pages.viewer()).find(Wanted(language=tag, topic=component))
        files = showcase.files(self.office.root, library, cards)
        made = {card: next((file for file in files[card.address] if file.pages), None) for card in cards}
        return tuple((card, file) for card, file in made.items())

    def save(self, tag: str, component: str) -> BaseResponse:
        self._language(tag)
        source = request.form.get("source", "").replace("\r\n", "\n")
        texts = tuple(text.replace("\r\n", "\n").strip() for text in request.form.getlist("text")[:8])
        try:
            with self.office.writing:
                one.save(self.office.root, tag, component, source, texts, request.form.get("digest", ""))
        except one.ChangedError:
            return self.messages(tag, component, troubles=(Trouble("changed"),), given={source: texts}, at=source)
        except (ProblemsError, RefusalError) as error:
            troubles = (Trouble("refused"), *forms.troubles(error))
            return self.messages(tag, component, troubles=troubles, given={source: texts}, at=source)
        names = ("state", "words", "page")
        where: dict[str, Any] = {name: request.args[name] for name in names if request.args.get(name)}
        return redirect(url_for("translators.messages", tag=tag, component=component, **where), 303)

    def proof(self, tag: str, topic: str) -> BaseResponse:
        loaded, _ = self._language(tag)
        if topic not in loaded.units or topic not in {each.id for each in self.office.opened()[1].topics}:
            abort(404)
        office = self.office

        def work(_progress: Progress) -> Result:
            for name, data, wrong in proof.made(loaded, office.root, tag, [topic], office.lent()):
                if wrong:
                    raise ProblemsError(wrong)
                return Result(data, name)
            return Result()

        job = office.jobs.begin("proof", access.visitor(), work)
        return redirect(url_for("work.show", name=job.id), 303)

    def approve(self, tag: str) -> BaseResponse:
        self._language(tag)
        field = request.form.get
        bands = [band for band in request.form.getlist("band") if band]
        who = approve.Approver(field("role", "").strip()[:80], field("code", "").strip()[:20])
        try:
            with self.office.writing:
                approve.approve(self.office.root, tag, field("topic", ""), bands, who, self.office.settings.today())
        except (ProblemsError, RefusalError) as error:
            return self.language(tag, forms.troubles(error), 400)
        return redirect(url_for("translators.language", tag=tag), 303)


def blueprint(office: Office, pages: Pages) -> Blueprint:
    """The pages of translators and reviewers."""
    part, own = Blueprint("translators", __name__), Translators(office, pages)
    part.add_url_rule("/languages", view_func=own.index)
    part.add_url_rule("/languages/<tag>", view_func=own.language)
    part.add_url_rule("/languages/<tag>/sync", view_func=own.sync, methods=["POST"])
    part.add_url_rule("/languages/<tag>/approve", view_func=own.approve, methods=["POST"])
    part.add_url_rule("/languages/<tag>/proof/<topic>", view_func=own.proof, methods=["POST"])
    part.add_url_rule("/languages/<tag>/messages/<component>", view_func=own.messages)
    part.add_url_rule("/languages/<tag>/messages/<component>", view_func=own.save, methods=["POST"])
    return part
