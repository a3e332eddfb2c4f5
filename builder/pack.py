"""A pack: sheets of the library and slips of its own, in printing order, in one file. Nothing of it is kept.

The library's sheets are taken from the output folder, and built first where they are not there; the slips are typeset
for this pack alone. Only the caller knows where the file goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path

from builder import build, contents, editions, plan, project, rebuild, render, sources, store, styles, yaml_strict
from builder.build import MakeWorkers, Progress
from builder.contents import PackError, Stack, Wish
from builder.diagnostics import Diagnostic, ProblemsError, did_you_mean
from builder.impose.join import Part, join
from builder.model import DocumentKey, Job, Library, Place, State
from builder.page import Slip
from builder.project import Project
from builder.run import Workers, run
from builder.slip import Inside, Scribe
from builder.sources import Sources
from builder.store import Record
from builder.styles import Voices

_LANG = re.compile(r' lang="([A-Za-z0-9-]+)"')
_MOST_WORKERS = 64  # the caller has the last word
_WORST: tuple[State, ...] = ("missing", "stale", "draft", "ready")


@dataclass(frozen=True, slots=True)
class Piece:
    """One sheet or slip at its place in the pack."""

    what: DocumentKey | Slip
    bookmark: tuple[str, ...]
    one_sided: bool = False


@dataclass(frozen=True, slots=True)
class Resolved:
    """A stack that was asked for, and what is printed for it: itself, another language's, or nothing."""

    asked: Stack
    printed: Stack | None


@dataclass(frozen=True, slots=True)
class Answers:
    """What the person decided about languages that have drafts or nothing; None: not asked yet."""

    drafts: bool | None = None
    instead: str | None = None  # a language, or "none" to leave sheets out


@dataclass(frozen=True, slots=True)
class Question:
    """What has to be decided before anything is printed."""

    about: str  # "drafts" or "instead"
    languages: tuple[str, ...]  # their names
    text: str
    way_out: str  # which options answer it


@dataclass(frozen=True, slots=True)
class Ready:
    """A pack as it will be, before anything of it is made."""

    wish: Wish
    resolved: tuple[Resolved, ...]
    questions: tuple[Question, ...]  # while there are any, nothing is printed
    counts: Mapping[DocumentKey, int]  # of the library's sheets, in printing order
    leaves: int  # of paper, slips included
    certain: bool  # whether that number is


@dataclass(slots=True)
class Desk:
    """A project opened to make packs from: what is there, and in which state."""

    root: Path
    loaded: Project
    library: Library
    languages: frozenset[str]  # with any translation, read or not
    records: dict[DocumentKey, Record] = field(default_factory=dict)
    states: dict[DocumentKey, State] = field(default_factory=dict)

    @property
    def output(self) -> Path:
        return self.root / "output"

    def scribe(self, staff_language: str) -> Scribe:
        return Scribe(self.loaded, self.library, staff_language)

    def look_up(self, keys: Iterable[DocumentKey]) -> None:
        """Learn the state of documents: of built ones from the manifest, of others by asking their translations."""
        wanted = [key for key in dict.fromkeys(keys) if key not in self.states]
        manifest = store.load(self.output)
        found = store.stamps(self.root, sources.paths(self.root), manifest.sources)
        self.records.update(rebuild.current(self.library, self.output, manifest, found, wanted))
        for key in wanted:
            if key in self.records:
                self.states[key] = _state(self.records[key].state)
            else:
                self.states[key] = editions.voices(self.loaded, self.library, (key,))[0].state

    def speaks(self, language: str) -> bool:
        """Whether anything can be said in a language."""
        return language in self.library.languages and language in self.languages

    def sides(self, key: DocumentKey) -> int | None:
        """The printed sides of a document, from its file or its budget; None when neither tells."""
        kind, edition = self.library.kinds[key.kind], self.library.editions[key.edition]
        record = self.records.get(key)
        pages = record.pages if record else kind.sides if edition.budget else 0
        if not pages:
            return None
        return -(-pages // 4) * 2 if edition.imposition == "booklet" else pages

    def ensure(self, keys: Iterable[DocumentKey], workers: MakeWorkers, progress: Progress) -> None:
        """Build the documents that are not there, and only those. Raises ProblemsError, PackError, BusyError."""
        absent = tuple(key for key in dict.fromkeys(keys) if key not in self.records)
        if not absent:
            return
        report = build.build(self.root, build.Request(documents=absent), workers, progress)
        paths = {plan.path(key, self.library.program.staff_language): key for key in absent}
        if set(report.failed) & paths.keys():
            raise ProblemsError(report.problems)
        manifest = store.load(self.output)
        for path, key in paths.items():
            if path not in manifest.documents:
                raise PackError(f"{path} cannot be printed: a translation is missing (see `handouts list`)")
            self.records[key] = manifest.documents[path]
            self.states[key] = _state(self.records[key].state)

    def pdf(self, key: DocumentKey) -> bytes:
        """A document's file, as the manifest knows it. Raises PackError when it was changed meanwhile."""
        path = plan.path(key, self.library.program.staff_language)
        data = (self.output / path).read_bytes()
        if store.digest(data) != self.records[key].stamp.sha256:
            raise PackError(f"output/{path} is not what was built: run `handouts build` again, then this")
        return data

    def path(self, key: DocumentKey) -> str:
        """Where a document is, below the output folder."""
        return plan.path(key, self.library.program.staff_language)

    def inside(self, keys: Mapping[DocumentKey, int]) -> tuple[Inside, ...]:
        """What the cover slip says of the sheets. They must be there."""
        return tuple(
            Inside(key, count, self.sides(key) or 0, self.records[key].code, self.states[key])
            for key, count in keys.items()
        )


def _state(text: str) -> State:
    return "ready" if text == "ready" else "stale" if text == "stale" else "draft"


def desk(root: Path, languages: Sequence[str] = (), staff_language: str = "") -> Desk:
    """Open a project for packs. Of translations, only those of the named languages are read (all, if none is named).

    Raises ProblemsError when its frame cannot be used, and PackError when it has no templates for packs.
    """
    files = sources.read(root)
    spoken = frozenset(path.split("/")[2] for path in files.under("content/locale/", ".po")) | {project.SOURCE}
    if languages:
        wanted = {*languages, staff_language or _program_language(files), project.SOURCE}
        kept = {
            path: data
            for path, data in files.files.items()
            if not path.startswith("content/locale/") or path.split("/")[2] in wanted
        }
        files = Sources(kept, files.problems)
    return opened(root, project.understand(files), spoken)


def opened(root: Path, loaded: Project, spoken: frozenset[str]) -> Desk:
    """A desk on a project that was read; `spoken` are the languages that have any translation.

    Raises ProblemsError when its frame cannot be used, and PackError when it has no templates for packs.
    """
    library = loaded.library
    if library is None or project.frame_is_broken(loaded.problems):
        raise ProblemsError(loaded.problems)
    if not library.pack_pages:
        raise PackError("this project has no templates/packs.yaml: `handouts init` writes a project that has")
    return Desk(root, loaded, library, spoken)


def _program_language(files: Sources) -> str:
    text = files.files.get("program.yaml", b"").decode("utf-8", "replace")
    document, _ = yaml_strict.read(text, "program.yaml")
    data = document.data if document else {}
    return str(data.get("staff_language", project.SOURCE)) if isinstance(data, dict) else project.SOURCE


def resolve(
    desk: Desk, wish: Wish, stacks: Sequence[Stack], setting: str, answers: Answers
) -> tuple[tuple[Resolved, ...], tuple[Question, ...]]:
    """What is printed for each stack, and what must be asked first: drafts, and languages that have nothing.

    Raises SelectionError when the language to print instead does not exist.
    """
    if answers.instead and answers.instead != "none" and not desk.speaks(answers.instead):
        hint = did_you_mean(answers.instead, sorted(desk.languages))
        raise PackError(f'--instead: there is nothing in "{answers.instead[:20]}"' + (f" ({hint})" if hint else ""))
    resolved, drafts, absent = [], [], []
    for stack in stacks:
        state = _stack_state(desk, wish, stack, setting)
        if state not in {"ready", "missing"} and answers.drafts is None:
            drafts.append(stack.language)
        part = any(desk.states[key] == "ready" for key in _sheets(desk, wish, stack, setting))
        wanted = state == "ready" or (state != "missing" and (part or answers.drafts is not False))
        if wanted:
            resolved.append(Resolved(stack, stack))
            continue
        if answers.instead is None and (state == "missing" or answers.drafts is None):
            absent.append(stack.language)
        resolved.append(Resolved(stack, _other(desk, wish, stack, setting, answers)))
    return tuple(resolved), _questions(desk, drafts, absent)


def _stack_state(desk: Desk, wish: Wish, stack: Stack, setting: str) -> State:
    """The worst state of a stack's sheets; `missing` when one cannot be printed, or when there is none."""
    states = {desk.states[key] for key in _sheets(desk, wish, stack, setting)} or {"missing"}
    return next(state for state in _WORST if state in states)


def _sheets(desk: Desk, wish: Wish, stack: Stack, setting: str) -> tuple[DocumentKey, ...]:
    """The sheets of a stack, their states looked up; none in a language that nothing is said in."""
    keys = contents.sheets(desk.library, wish, stack, setting) if desk.speaks(stack.language) else ()
    desk.look_up(keys)
    return keys


def printable(desk: Desk, counts: Mapping[DocumentKey, int], answers: Answers) -> dict[DocumentKey, int]:
    """The sheets that are printed: without drafts, where those are left out. In a ready language a sheet may be one."""
    desk.look_up(counts)
    return {key: count for key, count in counts.items() if answers.drafts is not False or desk.states[key] == "ready"}


def _other(desk: Desk, wish: Wish, stack: Stack, setting: str, answers: Answers) -> Stack | None:
    if answers.instead in {None, "none"}:
        return None
    other = Stack(str(answers.instead), stack.topic, stack.band)
    state = _stack_state(desk, wish, other, setting)
    if state == "missing" or (state != "ready" and not answers.drafts):
        name = desk.library.languages[other.language].name
        raise PackError(f"--instead {other.language}: {name} has no finished sheets for {stack.topic} {stack.band}")
    return other


def _questions(desk: Desk, drafts: Sequence[str], absent: Sequence[str]) -> tuple[Question, ...]:
    asked = []
    if drafts:
        names = _names(desk, drafts)
        unread = _names(desk, (tag for tag in drafts if tag != project.SOURCE))
        waiting = _names(desk, (tag for tag in drafts if tag == project.SOURCE))
        said = [f"no speaker has read the sheets in {', '.join(unread)}"] if unread else []
        said += [f"a sheet in {name} waits for something (`handouts list` says for what)" for name in waiting]
        text = ", and ".join(said)
        way = "--drafts yes prints them marked DRAFT, --drafts no leaves them out"
        asked.append(Question("drafts", names, text, way))
    if absent:
        names = _names(desk, absent)
        known = ", ".join(sorted(desk.languages))
        text = f"there is nothing to print in {', '.join(names)} (there is {known})"
        way = "--instead en prints English in its place, --instead none leaves it out"
        asked.append(Question("instead", names, text, way))
    return tuple(asked)


def _names(desk: Desk, tags: Iterable[str]) -> tuple[str, ...]:
    found = desk.library.languages
    return tuple(f"{found[tag].name} ({tag})" if tag in found else f'"{tag[:20]}"' for tag in dict.fromkeys(tags))


def unanswered(questions: Sequence[Question]) -> PackError:
    """The refusal that names every question and what answers it."""
    return PackError("; ".join(f"{question.text}: {question.way_out}" for question in questions))


def hands(root: Path, workers: MakeWorkers) -> AbstractContextManager[Workers]:
    """Workers to open before the project is read: they import the typesetter meanwhile.

    What a killed build left half-written is swept, for a pack of sheets that are all there builds nothing.
    """
    output = root / "output"
    with suppress(store.BusyError), store.locked(output):  # who is building now has swept
        store.sweep(output)
    return workers(_MOST_WORKERS, root / "output" / store.CACHE)


def lent(pool: Workers) -> MakeWorkers:
    """The same workers for a build inside."""
    return lambda _count, _cache: nullcontext(pool)


def assemble(desk: Desk, wish: Wish, pieces: Sequence[Piece], pool: Workers) -> bytes:
    """The pack: every slip typeset, every sheet read, joined in order. Raises ProblemsError, PackError."""
    slips = [piece.what for piece in pieces if isinstance(piece.what, Slip)]
    typeset = _typeset(desk, wish, slips, pool)
    files: dict[DocumentKey, bytes] = {}
    parts = []
    for piece in pieces:
        if isinstance(piece.what, Slip):
            data = typeset[id(piece.what)]
        else:
            data = files[piece.what] = files.get(piece.what) or desk.pdf(piece.what)
        parts.append(Part(data, piece.bookmark, piece.one_sided))
    return join(parts, both_sides=wish.both_sides)


def _typeset(desk: Desk, wish: Wish, slips: Sequence[Slip], pool: Workers) -> dict[int, bytes]:
    """The PDF of each slip, by identity: equal slips may stand in a pack more than once."""
    distinct = {id(slip): slip for slip in slips}
    jobs = [_job(desk, wish, slip, f"slip-{number}") for number, slip in enumerate(distinct.values())]
    owners = dict(zip((job.name for job in jobs), distinct, strict=True))
    made: dict[int, bytes] = {}
    problems: list[Diagnostic] = []
    for sheet in run(jobs, pool):
        slip = distinct[owners[sheet.name]]
        # a fault may quote the page, which may tell an age: only its kind is said
        problems += [
            Diagnostic(
                fault.code, Place(f"templates/packs/{slip.name}.html"), "this page of the pack cannot be printed"
            )
            for fault in sheet.faults
        ]
        for _paper, data in sheet.pdfs:
            made[owners[sheet.name]] = data
    if problems:
        raise ProblemsError(problems)
    return made


def _job(desk: Desk, wish: Wish, slip: Slip, name: str) -> Job:
    library, loaded = desk.library, desk.loaded
    kind = library.pack_pages[slip.name]
    found = library.languages
    voices = Voices(found[slip.body.tag], found[slip.family.tag], found[slip.staff.tag])
    html = render.slip(loaded.templates, slip)
    others = [found[tag] for tag in sorted(set(_LANG.findall(html))) if tag in found]
    own = styles.spoken(others, voices.body)
    css = styles.own(loaded.css, "", library.kinds) | {styles.PACK: loaded.templates.files.get(styles.PACK, "")}
    return Job(
        name=name, language=slip.body.tag, html=html, assets=(), sides=kind.sides,
        styles=tuple(text + own for text in styles.finished(css, loaded.tokens, kind, styles.PLAIN, voices)),
        papers=(library.papers[wish.paper],), akin=(slip.name,), private=True,
    )  # fmt: skip


def leaves(desk: Desk, wish: Wish, counts: Mapping[DocumentKey, int], own: int) -> tuple[int, bool]:
    """How many leaves of paper, and whether that is certain: an unbuilt sheet without a budget counts as one."""
    total, certain = own, True
    for key, count in counts.items():
        sides = desk.sides(key)
        certain = certain and sides is not None
        total += count * (-(-(sides or 1) // 2) if wish.both_sides else sides or 1)
    return total, certain


def language_states(desk: Desk) -> dict[str, str]:
    """The languages that have anything, with `ready` or `draft`: what a menu shows beside each."""
    found = {}
    for tag in sorted(desk.languages):
        if tag in desk.library.languages and not desk.library.languages[tag].pseudo:
            catalog = desk.loaded.catalogs[tag]
            found[tag] = "ready" if catalog.source or catalog.reviews else "draft"
    return found
