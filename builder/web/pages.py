"""A page in the visitor's language, with what every page has: where one can go, and the token of its forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from operator import eq

from flask import Response, make_response, request, session, url_for

from builder import screen
from builder.project import SOURCE
from builder.web import access
from builder.web.forms import Trouble
from builder.web.office import Office


@dataclass(frozen=True, slots=True)
class Pages:
    """Shows templates/web/<name>.html."""

    office: Office

    def interface(self) -> str:
        """The language of the pages: chosen, or the browser's, or the source's."""
        loaded, library = self.office.opened()
        spoken = screen.interfaces(loaded)
        chosen = str(session.get("interface", ""))
        if chosen in spoken or chosen in screen.mirrors(library):
            return chosen
        return request.accept_languages.best_match(spoken) or SOURCE

    def viewer(self) -> str:
        """The language in which sheets are named to the visitor: the interface's, where sheets speak it."""
        loaded, library = self.office.opened()
        tag = self.interface()
        speaks = tag in loaded.translated or bool(library.languages[tag].pseudo)
        return tag if speaks else library.program.staff_language

    def show(self, name: str, values: Mapping[str, object], status: int = 200) -> Response:
        """The page as an answer. Raises ProblemsError."""
        loaded, library = self.office.opened()
        languages = library.languages
        frame = {
            "url": url_for, "token": access.token(), "here": name, "edit": self.office.settings.edit,
            "guarded": bool(self.office.settings.secret), "program": library.program.name,
            "interfaces": tuple(languages[tag] for tag in screen.interfaces(loaded)),
            "back": request.full_path.rstrip("?") if request.method == "GET" else url_for("home"),
            "troubles": (), "same": eq,
        }  # fmt: skip
        return make_response(screen.page(loaded, self.interface(), name, {**frame, **values}), status)

    def refuse(self, status: int, troubles: tuple[Trouble, ...]) -> Response:
        """A page that says what is wrong and where to go on."""
        return self.show("refused", {"status": status, "troubles": troubles}, status)
