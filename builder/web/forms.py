"""What people filled in, as values; and the same values in hidden fields, without a date, for the next step."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from builder import age, contents, visit
from builder.age import Age
from builder.contents import Wish
from builder.diagnostics import ProblemsError, RefusalError
from builder.model import Language, Library
from builder.pack import Answers
from builder.visit import Child

ROWS = 4  # children of a visit
_UNITS = {"months": "m", "years": "y", "weeks": "w"}
_CARRIED = re.compile(r"(\d{1,3}):([a-z-]{4,16}):(\d{1,2})\Z")
_BAND = re.compile(r"([a-z0-9-]{1,64}):(\d{1,2})\Z")
_REASONS = (
    "born", "corrected", "few-weeks", "past-two", "chose-actual", "chose-corrected", "before-due", "band",
)  # fmt: skip

Field = Callable[[str], str]  # the value of a field, stripped and short


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something to mend in a form: a code that templates/web/troubles.html says, or a sentence of the builder."""

    code: str
    text: str = ""


class TroubleError(Exception):
    """A form that cannot be used; carries everything that is wrong."""

    def __init__(self, troubles: Iterable[Trouble]) -> None:
        self.troubles = tuple(troubles)
        super().__init__(f"{len(self.troubles)} to mend")


def troubles(error: RefusalError | ProblemsError | TroubleError) -> tuple[Trouble, ...]:
    """What a refusal says, for the head of a form."""
    if isinstance(error, TroubleError):
        return error.troubles
    if isinstance(error, ProblemsError):
        return tuple(Trouble("", str(problem)) for problem in error.diagnostics)
    return (Trouble("", str(error)),)


# --- languages -----------------------------------------------------------------------------------


def label(language: Language) -> str:
    """How a language stands in a list to choose from: in English, and in its own script."""
    same = language.name.casefold() == language.autonym.casefold()
    return language.name if same else f"{language.name} · {language.autonym}"


def find_language(text: str, languages: Mapping[str, Language]) -> str:
    """The tag of the language that was typed: a tag, a name in English or its own script, or how either begins.

    Nothing when there is none, or more than one.
    """
    wanted = _folded(text)
    if not wanted:
        return ""
    real = {tag: language for tag, language in languages.items() if not language.pseudo}
    names = {tag: [_folded(n) for n in (tag, x.name, x.autonym, label(x))] for tag, x in real.items()}
    whole = [tag for tag, known in names.items() if wanted in known]
    begun = [tag for tag, known in names.items() if any(name.startswith(wanted) for name in known[1:])]
    found = whole or begun
    return found[0] if len(found) == 1 else ""


def _folded(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text).casefold()
    return " ".join("".join(c for c in bare if not unicodedata.combining(c)).split())


# --- packs ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """What a pack is asked to be, whoever it is for."""

    wish: Wish
    bands: tuple[str, ...]
    answers: Answers

    def carried(self) -> list[tuple[str, str]]:
        """The fields that say it again, the answers apart: those are asked on the next page."""
        wish = self.wish
        return [
            *(("language", tag) for tag in wish.languages), *(("topic", topic) for topic in wish.topics),
            ("staff", wish.staff_language), ("edition", wish.edition), ("paper", wish.paper),
            ("sides", "2" if wish.both_sides else "1"), *(("kind", kind) for kind in wish.kinds),
        ]  # fmt: skip


def asked(field: Field, many: Callable[[str], list[str]], library: Library, languages: tuple[str, ...]) -> Asked:
    """The wish of a form. Raises TroubleError, SelectionError, PackError."""
    topics = tuple(dict.fromkeys(name for each in many("topic") for name in _topics(library, each)))
    wish = Wish(
        topics=topics, kinds=tuple(dict.fromkeys(filter(None, many("kind")))), languages=languages,
        staff_language=field("staff"), edition=field("edition"), paper=field("paper"), both_sides=field("sides") != "1",
    )  # fmt: skip
    drafts = {"yes": True, "no": False}.get(field("drafts"))
    bands = tuple(dict.fromkeys(filter(None, many("band"))))
    return Asked(contents.settled(library, wish), bands, Answers(drafts, field("instead") or None))


def _topics(library: Library, choice: str) -> list[str]:
    """The topic that was chosen, or those about a concern: `about:bedtime`."""
    kind, _, concern = choice.partition("about:")
    if not concern:
        return [kind] if kind else []
    found = [topic.id for topic in library.topics if concern in topic.about and topic.audience == "family"]
    return found[:1]


def chosen_languages(many: Callable[[str], list[str]], library: Library) -> tuple[str, ...]:
    """The families' languages. Raises TroubleError."""
    typed = [text for text in many("language") if text.strip()]
    found = [find_language(text, library.languages) for text in typed]
    if not typed:
        raise TroubleError([Trouble("no-language")])
    if not all(found):
        raise TroubleError([Trouble("unknown-language")])
    return tuple(dict.fromkeys(found))


# --- children ------------------------------------------------------------------------------------


def children(field: Field, many: Callable[[str], list[str]], library: Library, today: date) -> tuple[Child, ...]:
    """The children of a visit, from the rows of the form or from hidden fields. Raises TroubleError, RefusalError."""
    carried = [_carried(text, library) for text in many("child")]
    if carried:
        return tuple(carried)
    found: list[Child] = []
    for row in range(1, ROWS + 1):
        found += _row(lambda name, row=row: field(f"{name}-{row}"), field, library, today)  # type: ignore[misc]  # mypy cannot infer a lambda's default
    if not found:
        raise TroubleError([Trouble("no-age")])
    return tuple(found)


def _row(own: Field, field: Field, library: Library, today: date) -> tuple[Child, ...]:
    count = own("count") or "1"
    if not count.isascii() or not count.isdecimal() or not 1 <= int(count) <= visit.MOST_CHILDREN:
        raise TroubleError([Trouble("bad-count")])
    use = field("use")
    wanted: age.Use = "actual" if use == "actual" else "corrected" if use == "corrected" else ""
    if own("born"):
        line = " ".join((own("born"), own("due") or "-", field("visit-day") or today.isoformat()))
        return visit.times(visit.from_dates((age.read(line, today),), wanted), (int(count),))
    if not own("age"):
        return ()
    weeks = own("early") or "0"
    if not (own("age").isascii() and own("age").isdecimal() and weeks.isascii() and weeks.isdecimal()):
        raise TroubleError([Trouble("bad-age")])
    span = f"{int(own('age')[:4])}{_UNITS.get(own('unit'), 'm')}"
    use_now: age.Use = "" if int(weeks[:3]) == 0 and wanted == "corrected" else wanted
    return visit.from_ages(library.ages, (span,), (int(weeks[:3]),), (int(count),), use_now, today)


def carried(found: Iterable[Child]) -> list[tuple[str, str]]:
    """Hidden fields that say which children, in months or bands: no date goes back to the page."""
    return [
        (
            "child",
            f"{child.age.months}:{child.age.reason}:{child.count}" if child.age else f"{child.band}:{child.count}",
        )
        for child in found
    ]


def _carried(text: str, library: Library) -> Child:
    told = _CARRIED.match(text)
    if told and told[2] in _REASONS and int(told[1]) <= age.OLDEST and 1 <= int(told[3]) <= visit.MOST_CHILDREN:
        reason = next(name for name in _REASONS if name == told[2])
        return Child(Age(int(told[1]), reason), "", int(told[3]))  # type: ignore[arg-type]  # one of Reason
    banded = _BAND.match(text)
    known = {band.id for band in library.ages if not band.not_yet}
    if banded and banded[1] in known and 1 <= int(banded[2]) <= visit.MOST_CHILDREN:
        return Child(None, banded[1], int(banded[2]))
    raise TroubleError([Trouble("bad-age")])
