"""The part of a build that has something to do: every stage in order, for the documents that may have changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from dataclasses import astuple, dataclass, field, replace
from itertools import chain, compress, groupby
from pathlib import Path

from builder import check, editions, fit, index, plan, project, render, store
from builder.build import MakeWorkers, Progress, Report, Request
from builder.diagnostics import Diagnostic, ProblemsError, errors, in_order
from builder.inputs import Outside, OwnSources
from builder.jobs import Jobs, fingerprint
from builder.localise import face, localise
from builder.model import DocumentKey, Job, Library, OnStale, Place, Sheet
from builder.page import Page
from builder.plan import Selection
from builder.project import Project
from builder.run import run
from builder.spool import Spool
from builder.store import Manifest, Record, Stamp

MAX_HTML = 2 * 1024 * 1024  # characters; an ordinary page has twenty thousand


@dataclass(frozen=True, slots=True)
class _Layout:
    """One layout to make, for all of its papers."""

    keys: tuple[DocumentKey, ...]
    page: Page
    job: Job
    inputs: str
    fingerprint: str
    state: str
    review: str


@dataclass(slots=True)
class _Tally:
    """What has been seen so far."""

    built: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)


def rebuild(
    root: Path,
    request: Request,
    manifest: Manifest,
    found: MutableMapping[str, Stamp],
    workers: MakeWorkers,
    progress: Progress,
) -> tuple[Report, tuple[str, ...]]:
    """Build what the request names and bring `manifest` up to date; what of it is there now, by path.

    Raises ProblemsError, RefusalError.
    """
    loaded = project.read(root, lambda library: _spoken(library, request))
    problems = check.check(loaded)
    library = loaded.library
    if library is None or project.frame_is_broken(problems):
        raise ProblemsError(problems)
    keys: Iterable[DocumentKey] = sorted(set(request.documents), key=astuple) or plan.Documents(
        library, selection(loaded, library, request, problems)
    )
    if next(iter(keys), None) is None:
        if errors(problems):
            raise ProblemsError(problems)  # there may be nothing because something cannot be read
        raise plan.SelectionError("there is nothing to make for this choice: `handouts list` shows what there is")
    collisions = plan.collisions(keys, library.program.staff_language)
    if collisions:
        raise ProblemsError([*problems, *collisions])
    work = _Rebuild(
        loaded, library, root / "output", manifest, found, keys, _Tally(problems=problems), request.on_stale,
        Outside(library, root / "output" / store.CACHE),
    )  # fmt: skip
    try:
        work.make(workers, progress)
        removed = work.remove_departed()
    finally:
        # what was written is listed even when the build ends early; the sources are not, so the next build looks again
        manifest.sources = Spool()
        store.save(work.output, manifest)
    manifest.sources = found
    tally = work.tally
    listed = index.page(library, manifest.documents)
    store.write(work.output, store.INDEX, (part.encode() for part in listed))
    report = Report(
        tuple(tally.built),
        len(tally.unchanged),
        tuple(tally.missing),
        tuple(tally.failed),
        removed,
        in_order(tally.problems),
    )
    return report, (*tally.built, *tally.unchanged)


def _spoken(library: Library, request: Request) -> frozenset[str]:
    """The languages that a request prints: of the others, nothing is judged."""
    own = {project.SOURCE, library.program.staff_language}
    if request.documents:
        return frozenset(own | {tag for key in request.documents for tag in (key.language, key.staff_language)})
    chosen = request.languages or (plan.shelf(library).languages if request.shelf else library.languages)
    return frozenset(own | set(chosen))


def selection(loaded: Project, library: Library, request: Request, problems: Iterable[Diagnostic] = ()) -> Selection:
    """The selection a request means. Raises SelectionError and AgeError; ProblemsError for a language misread."""
    shelf = plan.shelf(library) if request.shelf else Selection(languages=loaded.translated)
    bands = tuple(band.id for age in request.ages for band in plan.bands_for(age, library.ages))
    chosen = Selection(
        request.topics, bands, request.kinds or shelf.kinds, request.languages or shelf.languages,
        request.editions or shelf.editions, request.papers or shelf.papers,
    )  # fmt: skip
    needed = {project.SOURCE, library.program.staff_language, *chosen.languages}
    misread = [f"content/languages/{tag}.yaml" for tag in needed if tag not in library.languages]
    found = [problem for problem in errors(problems or loaded.problems) if problem.place.file in misread]
    if found:
        raise ProblemsError(found)
    wrong = plan.unknown(library, chosen)
    if wrong:
        raise plan.SelectionError(*wrong)
    return chosen


def current(
    library: Library, output: Path, manifest: Manifest, found: Mapping[str, Stamp], keys: Iterable[DocumentKey]
) -> dict[DocumentKey, Record]:
    """The documents that are there as their sources are now, with what the manifest says of each."""
    outside = Outside(library, output / store.CACHE)
    there, own_sources = {}, OwnSources(found)
    for key in keys:
        path = plan.path(key, library.program.staff_language)
        record = manifest.documents.get(path)
        own = own_sources.of(key)
        if record is None or not store.intact(output, path, record):
            continue
        if record.inputs == outside.inputs(key, [found[source].sha256 for source in own]):
            there[key] = record
    return there


@dataclass(frozen=True, slots=True)
class _Rebuild:
    """One build of a project: what it works on, and what came of it."""

    loaded: Project
    library: Library
    output: Path
    manifest: Manifest
    found: Mapping[str, Stamp]
    keys: Iterable[DocumentKey]  # those that differ by paper only follow one another
    tally: _Tally
    on_stale: OnStale
    outside: Outside

    def make(self, workers: MakeWorkers, progress: Progress) -> None:
        """Typeset and write whatever has changed; pages are made while earlier ones are typeset."""
        todo = self._todo()
        layouts = self._layouts(todo)
        first = next(layouts, None)
        if first is None:
            return
        waiting: dict[str, list[_Layout]] = {}  # by fingerprint: what is the same on paper is typeset once
        names: dict[str, str] = {}
        known = {hash(each.fingerprint): at for at, each in self.manifest.documents.items()}
        count, documents = sum(todo), sum(1 for _ in self.keys)

        def jobs() -> Iterator[Job]:
            for layout in chain((first,), layouts):
                if layout.fingerprint in waiting:
                    waiting[layout.fingerprint].append(layout)
                elif same := self._copy(layout, known):
                    self._keep(layout, same)
                else:
                    waiting[layout.fingerprint], names[layout.job.name] = [layout], layout.fingerprint
                    yield layout.job

        with workers(count, self.output / store.CACHE) as pool:
            for sheet in run(jobs(), pool, count):
                of = names.pop(sheet.name)
                for layout in waiting.pop(of):
                    known[hash(of)] = self._keep(layout, replace(sheet, name=layout.job.name))
                tally = self.tally
                done = len(tally.built) + len(tally.failed)
                progress(done, documents - len(tally.unchanged) - len(tally.missing), sheet.name)

    def _copy(self, layout: _Layout, known: Mapping[int, str]) -> Sheet | None:
        """What came of the same inputs under another name, where it is still there for all papers."""
        like = known.get(hash(layout.fingerprint), "")
        if like not in self.manifest.documents:
            return None
        name = _name(like, self.manifest.documents[like].key)
        paths = {key.paper: f"{name}-{key.paper}.pdf" for key in layout.keys}
        if not all(self._current(path, fingerprint=layout.fingerprint) for path in paths.values()):
            return None
        records = {paper: self.manifest.documents[path] for paper, path in paths.items()}
        pdfs = {paper: (self.output / path).read_bytes() for paper, path in paths.items()}
        if any(store.digest(pdf) != records[paper].stamp.sha256 for paper, pdf in pdfs.items()):
            return None
        return Sheet(layout.job.name, tuple(pdfs.items()), next(iter(records.values())).pages, 0)

    def _path(self, key: DocumentKey) -> str:
        return plan.path(key, self.library.program.staff_language)

    def _todo(self) -> bytearray:
        """For each layout, whether it may have to be made. The documents of the others are counted."""
        broken = _broken(self.tally.problems)
        todo, own_sources = bytearray(), OwnSources(self.found)
        for keys in _together(self.keys):
            paths = [self._path(key) for key in keys]
            own = own_sources.of(keys[0])
            todo.append(False)
            if broken & set(own):
                self.tally.failed += paths
                continue
            inputs = self._inputs(keys[0], own)
            if all(self._current(path, inputs=inputs) for path in paths):
                self.tally.unchanged += paths
            else:
                todo[-1] = True
        return todo

    def _inputs(self, key: DocumentKey, own: Iterable[str]) -> str:
        """A digest of what a document is made from, its own sources among it."""
        return self.outside.inputs(key, [self.found[path].sha256 for path in own], self.on_stale)

    def _layouts(self, todo: bytearray) -> Iterator[_Layout]:
        """The layouts that have to be made, one by one. The other documents are counted."""
        jobs, own_sources = Jobs(self.loaded, self.library), OwnSources(self.found)
        for keys in compress(_together(self.keys), todo):
            layout = self._layout(keys, jobs, self._inputs(keys[0], own_sources.of(keys[0])))
            if layout is None:
                continue
            if all(self._current(self._path(key), fingerprint=layout.fingerprint) for key in keys):
                self._renew(layout)
            else:
                yield layout

    def _layout(self, keys: tuple[DocumentKey, ...], jobs: Jobs, inputs: str) -> _Layout | None:
        """Localise and render one layout; None when that cannot be, which is counted."""
        key, paths = keys[0], [self._path(key) for key in keys]
        twin = plan.imposition(self.library, key.edition) == "facing"
        voices = [key, replace(key, language=key.staff_language)] if twin else [key]
        localised = editions.voices(self.loaded, self.library, tuple(voices), self.on_stale)
        if self.on_stale == "fail" and editions.superseded(self.loaded, key, localised[0]):
            fact = f"{self.library.languages[key.language].name} has moved on since its approval"
            hint = "approve the new text, or print with --on-stale=last-approved"
            self.tally.problems.append(Diagnostic("stale-sheet", Place(f"output/{paths[0]}"), fact, hint))
            self.tally.failed += paths
            return None
        pages = [each.page for each in localised if each.page]
        if len(pages) < len(voices):
            self.tally.missing += paths
            return None
        pages = list(face(*pages)) if twin else pages
        try:
            texts = [self._html(page) for page in pages]
        except ProblemsError as error:
            self.tally.problems += error.diagnostics
            self.tally.failed += paths
            return None
        name = _name(paths[0], key)
        job = jobs.job(keys, texts[0], name)
        if twin:
            job = replace(job, facing=jobs.job((voices[1],), texts[1], name))
        reviewed = localised[0].review
        review = f"{reviewed.role}, {reviewed.date}" if reviewed else "none"
        seen = fingerprint(job, self.outside.engine(key))
        return _Layout(keys, pages[0], job, inputs, seen, localised[0].state, review)

    def _html(self, page: Page) -> str:
        """The page as HTML. Raises ProblemsError."""
        html = render.render(self.loaded.templates, page)
        if len(html) > MAX_HTML:
            fact = f"makes a page of {len(html) // 1024} kB (at most {MAX_HTML // 1024})"
            hint = "look for a loop in the template"
            raise ProblemsError([Diagnostic("too-big", Place(f"templates/{page.key.kind}.html"), fact, hint)])
        return html

    def _current(self, path: str, inputs: str = "", fingerprint: str = "") -> bool:
        """Whether a file is there as it was written, from these inputs or with this fingerprint."""
        record = self.manifest.documents.get(path)
        if record is None or not store.intact(self.output, path, record):
            return False
        return record.inputs == inputs if inputs else record.fingerprint == fingerprint

    def _renew(self, layout: _Layout) -> None:
        """Note that a layout came out as it was."""
        for path in map(self._path, layout.keys):
            old = self.manifest.documents[path]
            self.manifest.documents[path] = replace(old, inputs=layout.inputs, state=layout.state, review=layout.review)
            self.tally.unchanged.append(path)

    def _keep(self, layout: _Layout, sheet: Sheet) -> str:
        """Write a sheet's PDFs, or report why there are none; the path of the first, or none."""
        if sheet.faults:
            place = Place(f"output/{sheet.name}")
            for fault in sheet.faults:
                hint = self._longest(layout) if fault.code == "over-budget" else fault.hint
                self.tally.problems.append(Diagnostic(fault.code, place, fault.fact, hint))
            self.tally.failed += map(self._path, layout.keys)
            return ""
        pdfs, paths = dict(sheet.pdfs), [self._path(key) for key in layout.keys]
        for key, path in zip(layout.keys, paths, strict=True):
            self.manifest.documents[path] = Record(
                key=key,
                stamp=store.write(self.output, path, pdfs[key.paper]),
                fingerprint=layout.fingerprint,
                inputs=layout.inputs,
                pages=sheet.pages,
                state=layout.state,
                review=layout.review,
                code=layout.page.footer.code,
                title=layout.page.footer.title.plain,
            )
        self.tally.built += paths
        return paths[0]

    def _longest(self, layout: _Layout) -> str:
        """Which passages to shorten."""
        key = replace(layout.keys[0], language=project.SOURCE, staff_language=project.SOURCE)
        english = localise(self.library, self.loaded.catalogs, key, self.loaded.strings[key.kind]).page
        return fit.longest(layout.page, english) if english else "shorten the longest items"

    def remove_departed(self) -> tuple[str, ...]:
        """Remove listed files whose key left the library, or whose translation is no longer whole."""
        if any(problem.place.file.startswith("content/") for problem in errors(self.tally.problems)):
            return ()  # what cannot be read has not left
        listed = self.manifest.documents
        own = self.library.program.staff_language
        spoken = {own, *(record.key.staff_language for record in listed.values())}
        printed = {record.key.language for record in listed.values()} & self.loaded.catalogs.keys()
        gone = set(listed)
        if printed:  # an empty axis would mean every language
            for key in plan.Documents(self.library, Selection(languages=tuple(printed))):
                gone.difference_update(plan.path(replace(key, staff_language=tag), own) for tag in spoken)
        gone |= listed.keys() & set(self.tally.missing)
        store.remove(self.output, gone)
        for path in gone:
            del listed[path]
        return tuple(sorted(gone))


def _broken(problems: Iterable[Diagnostic]) -> set[str]:
    """The files whose mistakes stop the documents made from them.

    Not those that have nothing to do with what a document prints: an unused fact, or what another kind of sheet lacks.
    """
    found = {problem.place.file for problem in errors(problems) if problem.code != "missing-element"}
    return found - {"content/facts.yaml"}


def _name(path: str, key: DocumentKey) -> str:
    """What the documents of a layout have in common of their paths."""
    return path.removesuffix(f"-{key.paper}.pdf")


def _together(keys: Iterable[DocumentKey]) -> Iterator[tuple[DocumentKey, ...]]:
    """Documents that differ by paper only."""
    return (tuple(same) for _, same in groupby(keys, plan.layout))
