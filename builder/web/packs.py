"""What visits and groups share: the fields both forms have, the page that says what will print, the pack as work."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Request, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from builder import contents, pack
from builder.diagnostics import ProblemsError, RefusalError
from builder.model import DocumentKey
from builder.pack import Desk, Piece, Ready
from builder.showcase import WIDTHS, paper_name
from builder.slip import Scribe
from builder.web import access, forms
from builder.web.forms import Trouble, TroubleError
from builder.web.jobs import Progress, Result
from builder.web.office import Office
from builder.web.pages import Pages

_LONGEST = 64 * 1024  # characters of one field: a pasted list


def one(request: Request) -> forms.Field:
    """Fields of the form by name."""
    return lambda name: request.form.get(name, "")[:_LONGEST].strip()


def many(request: Request) -> Callable[[str], list[str]]:
    """Fields that may stand in the form several times."""
    return lambda name: [value[:200].strip() for value in request.form.getlist(name)[:200]]


def choices(office: Office, pages: Pages) -> dict[str, object]:
    """What the fields of both forms offer."""
    loaded, library = office.opened()
    case = office.showcase(pages.viewer())
    states = pack.language_states(office.desk())
    spoken = [tag for tag in loaded.translated if not library.languages[tag].pseudo]
    concerns = sorted({word for topic in library.topics if topic.audience == "family" for word in topic.about})
    families = {topic.id for topic in library.topics if topic.audience == "family"}
    return {
        "languages": tuple((forms.label(library.languages[tag]), states.get(tag, "")) for tag in spoken),
        "staff": tuple(library.languages[tag] for tag in spoken), "staff_language": library.program.staff_language,
        "topics": tuple((name, title) for name, title in case.topics() if name in families),
        "concerns": tuple((f"about:{word}", word) for word in concerns),
        "papers": tuple((name, paper_name(name)) for name in contents.papers(library)),
        "editions": tuple(case.editions().items()), "ages": case.ages(),
    }  # fmt: skip


def will_print(pages: Pages, desk: Desk, ready: Ready, values: dict[str, object]) -> BaseResponse:
    """The page that says what will print, and asks what is open."""
    scribe = desk.scribe(pages.viewer())
    library = desk.library
    replaced = {
        (found.asked.language, found.printed.language if found.printed else "")
        for found in ready.resolved if found.printed != found.asked
    }  # fmt: skip
    known = {tag: library.languages[tag] for tag in sorted(desk.languages & library.languages.keys())}
    return pages.show("will-print", {
        "sheets": tuple(_sheet(desk, scribe, key, count) for key, count in ready.counts.items()),
        "leaves": ready.leaves, "certain": ready.certain, "width": WIDTHS[0],
        "questions": {question.about: question.languages for question in ready.questions},
        "replaced": tuple((_name(desk, asked), _name(desk, printed)) for asked, printed in sorted(replaced)),
        "instead": tuple((tag, forms.label(found)) for tag, found in known.items() if not found.pseudo),
        "drafts": any(desk.states[key] != "ready" for key in ready.counts), **values,
    })  # fmt: skip


def _name(desk: Desk, tag: str) -> str:
    found = desk.library.languages.get(tag)
    return forms.label(found) if found else tag


def _sheet(desk: Desk, scribe: Scribe, key: DocumentKey, count: int) -> dict[str, object]:
    kind, record = desk.library.kinds[key.kind], desk.records.get(key)
    setting = kind.settings[key.setting].name if key.setting else ""
    return {
        "title": scribe.title(key), "kind": scribe.kind(key), "age": scribe.age(key.band, scribe.staff),
        "copies": count, "setting": scribe.staff.say(setting), "language": desk.library.languages[key.language],
        "state": desk.states[key], "family": kind.audience == "family", "sides": desk.sides(key),
        "path": desk.path(key) if record else "", "pages": min(record.pages, 4) if record else 0,
    }  # fmt: skip


def or_form(page: Callable[[], BaseResponse], form: Callable[[tuple[Trouble, ...]], BaseResponse]) -> BaseResponse:
    """The page, or the form again with what is wrong in it."""
    try:
        return page()
    except (TroubleError, RefusalError, ProblemsError) as error:
        return form(forms.troubles(error))


def begin(office: Office, name: str, desk: Desk, ready: Ready, pieces: Callable[[], Sequence[Piece]]) -> BaseResponse:
    """Make the pack as work, and show the page that watches it."""

    def work(progress: Progress) -> Result:
        office.build(desk, ready.counts, progress)
        progress(1, 1, "")
        return Result(pack.assemble(desk, ready.wish, pieces(), office.workers), f"{name}-pack.pdf")

    job = office.jobs.begin(name, access.visitor(), work)
    return redirect(url_for("work.show", name=job.id), 303)
