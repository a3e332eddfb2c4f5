"""The part of a build that has something to do: every stage in order, for the documents that may have changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from builder import approvals, check, editions, environment, fit, index, plan, project, render, store, styles
from builder.build import MakeWorkers, Progress, Report, Request
from builder.diagnostics import Diagnostic, ProblemsError, errors, in_order
from builder.localise import face, localise
from builder.model import HALF, SHEET, STAFF, DocumentKey, Job, Library, OnStale, Place, Sheet
from builder.page import Page
from builder.plan import Selection
from builder.project import Project
from builder.run import run
from builder.store import Manifest, Outcome, Record, Stamp
from builder.styles import Voices

MAX_HTML = 2 * 1024 * 1024  # characters; an ordinary page has twenty thousand

_ASSET = re.compile(r"asset:([A-Za-z0-9._/-]+)")
_SHARED = ("program.yaml", "content/ages.yaml", "content/facts.yaml", "content/sources.yaml", "templates/")


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
    found: Mapping[str, Stamp],
    workers: MakeWorkers,
    progress: Progress,
) -> Report:
    """Build what the request names and bring `manifest` up to date. Raises ProblemsError, RefusalError."""
    loaded = project.read(root)
    problems = check.check(loaded)
    library = loaded.library
    if library is None or project.frame_is_broken(problems):
        raise ProblemsError(problems)
    keys = request.documents or plan.plan(library, selection(loaded, library, request, problems))
    if not keys and errors(problems):
        raise ProblemsError(problems)  # there may be nothing because something cannot be read
    if not keys:
        raise plan.SelectionError("there is nothing to make for this choice: `handouts list` shows what there is")
    paths = {key: plan.path(key, library.program.staff_language) for key in keys}
    collisions = plan.collisions(keys, library.program.staff_language)
    if collisions:
        raise ProblemsError([*problems, *collisions])
    work = _Rebuild(
        loaded, library, root / "output", manifest, found, paths, _Tally(problems=problems), request.on_stale
    )
    try:
        work.make(workers, progress)
        removed = work.remove_departed()
    finally:
        # what was written is listed even when the build ends early; the sources are not, so the next build looks again
        manifest.sources, manifest.outcomes = {}, {}
        store.save(work.output, manifest)
    manifest.sources = dict(found)
    tally = work.tally
    if not tally.failed and not errors(tally.problems) and not request.documents:  # what a pack asked for is forgotten
        outputs = tuple(path for path in paths.values() if path not in set(tally.missing))
        manifest.outcomes[request.name] = Outcome(outputs, tuple(tally.missing))
    store.write(work.output, store.INDEX, index.page(library, manifest.documents).encode())
    return Report(
        tuple(tally.built),
        len(tally.unchanged),
        tuple(tally.missing),
        tuple(tally.failed),
        removed,
        in_order(tally.problems),
    )


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
    outside = _Outside(library, output / store.CACHE)
    there = {}
    for key in keys:
        path = plan.path(key, library.program.staff_language)
        record = manifest.documents.get(path)
        own = _own_sources(library, key, found)
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
    paths: Mapping[DocumentKey, str]
    tally: _Tally
    on_stale: OnStale

    def make(self, workers: MakeWorkers, progress: Progress) -> None:
        """Typeset and write whatever has changed."""
        layouts = {layout.job.name: layout for layout in self._layouts()}
        total = sum(len(layout.keys) for layout in layouts.values())
        if not layouts:
            return
        with workers(len(layouts), self.output / store.CACHE) as pool:
            for sheet in run([layout.job for layout in layouts.values()], pool):
                self._keep(layouts[sheet.name], sheet)
                progress(len(self.tally.built) + len(self.tally.failed), total, sheet.name)

    def _layouts(self) -> Iterator[_Layout]:
        """The layouts that have to be made; the other documents are counted."""
        broken = _broken(self.tally.problems)
        outside = _Outside(self.library, self.output / store.CACHE)
        jobs = Jobs(self.loaded, self.library)
        for keys in _together(self.paths):
            paths = [self.paths[key] for key in keys]
            own = _own_sources(self.library, keys[0], self.found)
            if broken & set(own):
                self.tally.failed += paths
                continue
            inputs = outside.inputs(keys[0], [self.found[path].sha256 for path in own], self.on_stale)
            if all(self._current(path, inputs=inputs) for path in paths):
                self.tally.unchanged += paths
            else:
                layout = self._layout(keys, jobs, outside, inputs)
                if layout is None:
                    continue
                if all(self._current(path, fingerprint=layout.fingerprint) for path in paths):
                    self._renew(layout)
                else:
                    yield layout

    def _layout(self, keys: tuple[DocumentKey, ...], jobs: Jobs, outside: _Outside, inputs: str) -> _Layout | None:
        """Localise and render one layout; None when that cannot be, which is counted."""
        key, paths = keys[0], [self.paths[key] for key in keys]
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
        name = paths[0].removesuffix(f"-{key.paper}.pdf")
        job = jobs.job(keys, texts[0], name)
        if twin:
            job = replace(job, facing=jobs.job((voices[1],), texts[1], name))
        reviewed = localised[0].review
        review = f"{reviewed.role}, {reviewed.date}" if reviewed else "none"
        fingerprint = _fingerprint(job, outside.engine(key))
        return _Layout(keys, pages[0], job, inputs, fingerprint, localised[0].state, review)

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
        for path in (self.paths[key] for key in layout.keys):
            old = self.manifest.documents[path]
            self.manifest.documents[path] = replace(old, inputs=layout.inputs, state=layout.state, review=layout.review)
            self.tally.unchanged.append(path)

    def _keep(self, layout: _Layout, sheet: Sheet) -> None:
        """Write a sheet's PDFs, or report why there are none."""
        if sheet.faults:
            place = Place(f"output/{sheet.name}")
            for fault in sheet.faults:
                hint = self._longest(layout) if fault.code == "over-budget" else fault.hint
                self.tally.problems.append(Diagnostic(fault.code, place, fault.fact, hint))
            self.tally.failed += [self.paths[key] for key in layout.keys]
            return
        pdfs = dict(sheet.pdfs)
        for key in layout.keys:
            path = self.paths[key]
            self.manifest.documents[path] = Record(
                key=asdict(key),
                stamp=store.write(self.output, path, pdfs[key.paper]),
                fingerprint=layout.fingerprint,
                inputs=layout.inputs,
                pages=sheet.pages,
                state=layout.state,
                review=layout.review,
                code=layout.page.footer.code,
                title=layout.page.footer.title.plain,
            )
            self.tally.built.append(path)

    def _longest(self, layout: _Layout) -> str:
        """Which passages to shorten."""
        key = replace(layout.keys[0], language=project.SOURCE, staff_language=project.SOURCE)
        english = localise(self.library, self.loaded.catalogs, key, self.loaded.strings[key.kind]).page
        return fit.longest(layout.page, english) if english else "shorten the longest items"

    def remove_departed(self) -> tuple[str, ...]:
        """Remove listed files whose key left the library, or whose translation is no longer whole."""
        if any(problem.place.file.startswith("content/") for problem in errors(self.tally.problems)):
            return ()  # what cannot be read has not left
        everything = plan.plan(self.library, Selection(languages=tuple(self.loaded.catalogs)))
        own = self.library.program.staff_language
        spoken = {own, *(record.key["staff_language"] for record in self.manifest.documents.values())}
        there = {plan.path(replace(key, staff_language=tag), own) for key in everything for tag in spoken}
        there -= set(self.tally.missing)
        gone = tuple(sorted(path for path in self.manifest.documents if path not in there))
        store.remove(self.output, gone)
        for path in gone:
            del self.manifest.documents[path]
        return gone


def _broken(problems: Iterable[Diagnostic]) -> set[str]:
    """The files whose mistakes stop the documents made from them.

    Not those that have nothing to do with what a document prints: an unused fact, or what another kind of sheet lacks.
    """
    found = {problem.place.file for problem in errors(problems) if problem.code != "missing-element"}
    return found - {"content/facts.yaml"}


def _together(paths: Iterable[DocumentKey]) -> list[tuple[DocumentKey, ...]]:
    """Documents that differ by paper only."""
    groups: dict[DocumentKey, list[DocumentKey]] = {}
    for key in paths:
        groups.setdefault(plan.layout(key), []).append(key)
    return [tuple(keys) for keys in groups.values()]


def _own_sources(library: Library, key: DocumentKey, found: Mapping[str, Stamp]) -> list[str]:
    """The source files a document is made from."""
    folder = f"content/topics/{key.topic}/"
    topic = next(topic for topic in library.topics if topic.id == key.topic)
    wanted = {
        f"{folder}topic.yaml",
        *(article.place.file for band, article in topic.articles.items() if band in {key.band, "any-age", STAFF}),
    }
    for tag in {key.language, key.staff_language}:
        wanted |= {
            f"content/languages/{tag}.yaml",
            f"content/locale/{tag}/ui.po",
            f"content/locale/{tag}/{key.topic}.po",
            f"content/reviews/{tag}.yaml",
            approvals.path(tag, key.topic, key.band),
            approvals.CHANGES,
        }
    shared = [path for path in found if path.startswith(_SHARED) or path.startswith("content/assets/")]
    return sorted((wanted & found.keys()) | set(shared))


def _fingerprint(job: Job, outside: str) -> str:
    """A digest of everything that reaches the page: a change that does not costs no layout."""
    parts = [job.html, *job.styles, outside, str(job.sides), str(job.papers)]
    parts += [str(job.page), job.imposition, job.binding]
    parts += [f"{name} {store.digest(data)}" for name, data in job.assets]
    if job.facing:
        parts.append(_fingerprint(job.facing, outside))
    return store.digest("\x1f".join(parts).encode())


@dataclass(slots=True)
class _Outside:
    """What the bytes depend on outside the project, worked out once per set of fonts."""

    library: Library
    cache: Path
    code: str = field(default_factory=environment.code)
    known: dict[tuple[str, ...], str] = field(default_factory=dict)

    def engine(self, key: DocumentKey) -> str:
        """A digest of the typesetter and of the fonts that a document names."""
        languages = (self.library.languages[key.language], self.library.languages[key.staff_language])
        families = tuple(sorted({family for language in languages for family in language.fonts}))
        if families not in self.known:
            self.known[families] = environment.exact(families, self.cache)
        return self.known[families]

    def inputs(self, key: DocumentKey, sources: Iterable[str], on_stale: OnStale = "last-approved") -> str:
        """A digest of everything a document is made from, the builder's code included."""
        return store.digest("\n".join([self.code, self.engine(key), on_stale, *sources]).encode())


@dataclass(slots=True)
class Jobs:
    """Makes jobs; the CSS of a kind, edition and pair of languages is finished once."""

    loaded: Project
    library: Library
    css: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)

    def job(self, keys: Sequence[DocumentKey], html: str, name: str) -> Job:
        key = keys[0]
        kind, edition = self.library.kinds[key.kind], self.library.editions[key.edition]
        finished = self._styles(key)
        half = plan.half_sheet(self.library, key.edition, key.kind)
        language = self.library.languages[key.language if kind.audience == "family" else key.staff_language]
        assets = {name: self._asset(name) for name in _ASSET.findall(html + finished[0])}
        return Job(
            name=name,
            language=key.language,
            html=html,
            styles=finished,
            assets=tuple(sorted((name, data) for name, data in assets.items() if data is not None)),
            sides=kind.sides if edition.budget else 0,
            papers=tuple(self.library.papers[k.paper] for k in keys),
            page=HALF if half else SHEET,
            imposition=edition.imposition or ("two-up" if half else ""),
            binding="right" if language.direction == "rtl" else "left",
        )

    def _asset(self, name: str) -> bytes | None:
        files = self.loaded.sources.files
        return files.get(f"content/assets/{name}") or files.get(f"templates/{name}")

    def _styles(self, key: DocumentKey) -> tuple[str, ...]:
        at = (key.kind, key.edition, key.language, key.staff_language)
        if at not in self.css:
            kind, edition = self.library.kinds[key.kind], self.library.editions[key.edition]
            family, staff = self.library.languages[key.language], self.library.languages[key.staff_language]
            voices = Voices(family if kind.audience == "family" else staff, family, staff)
            self.css[at] = styles.finished(
                styles.own(self.loaded.css, key.kind, self.library.kinds), self.loaded.tokens, kind, edition, voices
            )
        return self.css[at]
