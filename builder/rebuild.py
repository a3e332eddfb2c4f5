"""The part of a build that has something to do: every stage in order, for the documents that may have changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from builder import check, environment, index, plan, project, render, store, styles
from builder.build import MakeWorkers, Progress, Report, Request
from builder.diagnostics import Diagnostic, ProblemsError, errors, in_order
from builder.localise import localise
from builder.model import STAFF, DocumentKey, Job, Library, Page, Place, Sheet
from builder.plan import Selection
from builder.project import Project
from builder.run import run
from builder.store import Manifest, Outcome, Record, Stamp
from builder.styles import Voices

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
    root: Path, request: Request, manifest: Manifest, found: Mapping[str, Stamp], workers: MakeWorkers, progress: Progress
) -> Report:
    """Build what the request names; `manifest` is brought up to date. Raises ProblemsError, SelectionError, FontError."""
    output = root / "output"
    loaded = project.read(root)
    problems = check.check(loaded)
    library = loaded.library
    if library is None or project.frame_is_broken(problems):
        raise ProblemsError(problems)
    keys = plan.plan(library, selection(loaded, library, request))
    problems += plan.collisions(keys, library.program.staff_language)
    tally = _Tally(problems=problems)
    paths = {key: plan.path(key, library.program.staff_language) for key in keys}
    try:
        layouts = list(_layouts(loaded, library, output, manifest, found, paths, tally))
        jobs = [layout.job for layout in layouts]
        by_name = {layout.job.name: layout for layout in layouts}
        total = sum(len(layout.keys) for layout in layouts)
        if jobs:
            with workers(len(jobs), output / store.CACHE) as pool:
                for sheet in run(jobs, pool):
                    _keep(output, manifest, by_name[sheet.name], sheet, paths, tally)
                    progress(len(tally.built) + len(tally.failed), total, sheet.name)
        removed = _remove_departed(output, manifest, loaded, library, tally)
    finally:
        # what was written is listed even when the build ends early; the sources are not, so the next build looks again
        manifest.sources, manifest.outcomes = {}, {}
        store.save(output, manifest)
    manifest.sources = dict(found)
    if not tally.failed and not errors(tally.problems):
        outputs = tuple(path for key, path in paths.items() if path not in tally.missing)
        manifest.outcomes[request.name] = Outcome(outputs, tuple(tally.missing))
    store.write(output, store.INDEX, index.page(library, manifest.documents).encode())
    return Report(
        tuple(tally.built), len(tally.unchanged), tuple(tally.missing), tuple(tally.failed), removed, in_order(tally.problems)
    )


def selection(loaded: Project, library: Library, request: Request) -> Selection:
    """The selection a request means. Raises SelectionError, AgeError."""
    shelf = plan.shelf(library) if request.shelf else Selection(languages=loaded.translated)
    bands = tuple(band.id for age in request.ages for band in plan.bands_for(age, library.ages))
    chosen = Selection(
        request.topics, bands, request.kinds, request.languages or shelf.languages,
        request.editions or shelf.editions, request.papers or shelf.papers,
    )  # fmt: skip
    wrong = plan.unknown(library, chosen)
    if wrong:
        raise plan.SelectionError(*wrong)
    return chosen


def _layouts(
    loaded: Project, library: Library, output: Path, manifest: Manifest, found: Mapping[str, Stamp],
    paths: Mapping[DocumentKey, str], tally: _Tally,
) -> Iterator[_Layout]:  # fmt: skip
    """The layouts that have to be made; the others are counted."""
    broken = {problem.place.file for problem in errors(tally.problems)}
    outside = _Outside(library, output / store.CACHE)
    sheets = _Sheets(loaded, library)
    for keys in _together(paths):
        key = keys[0]
        own = _own_sources(library, key, found)
        if broken & set(own):
            tally.failed += [paths[k] for k in keys]
            continue
        inputs = store.digest("\n".join(f"{path} {found[path].sha256}" for path in own if path in found).encode())
        inputs = store.digest(f"{inputs} {outside.code} {outside.digest(key)}".encode())
        if all(_current(output, manifest, paths[k], inputs) for k in keys):
            tally.unchanged += [paths[k] for k in keys]
            continue
        localised = localise(library, loaded.catalogs, key, loaded.strings[key.kind])
        if localised.page is None:
            tally.missing += [paths[k] for k in keys]
            continue
        try:
            html = render.render(loaded.templates, localised.page)
        except ProblemsError as error:
            tally.problems += error.diagnostics
            tally.failed += [paths[k] for k in keys]
            continue
        job = sheets.job(keys, html, paths)
        layout = _Layout(
            keys, localised.page, job, inputs, _fingerprint(job, outside.digest(key)), localised.state,
            next(topic.review for topic in library.topics if topic.id == key.topic),
        )  # fmt: skip
        if all(_reusable(output, manifest, paths[k], layout) for k in keys):
            for k in keys:
                old = manifest.documents[paths[k]]
                manifest.documents[paths[k]] = replace(old, inputs=inputs, state=layout.state, review=layout.review)
            tally.unchanged += [paths[k] for k in keys]
        else:
            yield layout


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
    wanted = {f"{folder}topic.yaml", *(article.place.file for band, article in topic.articles.items() if band in {key.band, "any-age", STAFF})}
    for tag in {key.language, key.staff_language}:
        wanted |= {f"content/languages/{tag}.yaml", f"content/locale/{tag}/ui.po", f"content/locale/{tag}/{key.topic}.po"}
    shared = [path for path in found if path.startswith(_SHARED) or path.startswith("content/assets/")]
    return sorted((wanted & found.keys()) | set(shared))


def _current(output: Path, manifest: Manifest, path: str, inputs: str) -> bool:
    record = manifest.documents.get(path)
    return record is not None and record.inputs == inputs and store.intact(output, path, record)


def _reusable(output: Path, manifest: Manifest, path: str, layout: _Layout) -> bool:
    record = manifest.documents.get(path)
    return record is not None and record.fingerprint == layout.fingerprint and store.intact(output, path, record)


def _fingerprint(job: Job, outside: str) -> str:
    """A digest of everything that reaches the page: a change that does not costs no layout."""
    parts = [job.html, *job.styles, outside, str(job.sides), str(job.papers)]
    parts += [f"{name} {store.digest(data)}" for name, data in job.assets]
    return store.digest("\x1f".join(parts).encode())


@dataclass(slots=True)
class _Outside:
    """What the bytes depend on outside the project, worked out once per set of fonts."""

    library: Library
    cache: Path
    code: str = field(default_factory=environment.code)
    known: dict[tuple[str, ...], str] = field(default_factory=dict)

    def digest(self, key: DocumentKey) -> str:
        languages = (self.library.languages[key.language], self.library.languages[key.staff_language])
        families = tuple(sorted({family for language in languages for family in language.fonts}))
        if families not in self.known:
            self.known[families] = environment.exact(families, self.cache)
        return self.known[families]


@dataclass(slots=True)
class _Sheets:
    """Makes jobs; the CSS of a kind, edition and pair of languages is finished once."""

    loaded: Project
    library: Library
    css: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)

    def job(self, keys: Sequence[DocumentKey], html: str, paths: Mapping[DocumentKey, str]) -> Job:
        key = keys[0]
        kind, edition = self.library.kinds[key.kind], self.library.editions[key.edition]
        language = self.library.languages[key.language]
        finished = self._styles(key)
        assets = {name: self._asset(name) for name in _ASSET.findall(html + finished[0])}
        return Job(
            name=paths[key].removesuffix(f"-{key.paper}.pdf"),
            language=key.language,
            html=html,
            styles=finished,
            assets=tuple(sorted((name, data) for name, data in assets.items() if data is not None)),
            sides=kind.sides if edition.budget else 0,
            papers=tuple(self.library.papers[k.paper] for k in keys),
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
            self.css[at] = styles.finished(self.loaded.css, self.loaded.tokens, kind, edition, voices)
        return self.css[at]


def _keep(
    output: Path, manifest: Manifest, layout: _Layout, sheet: Sheet, paths: Mapping[DocumentKey, str], tally: _Tally
) -> None:
    """Write a sheet's PDFs, or report why there are none."""
    if sheet.faults:
        tally.problems += [Diagnostic(f.code, Place(f"output/{sheet.name}"), f.fact, f.hint) for f in sheet.faults]
        tally.failed += [paths[key] for key in layout.keys]
        return
    pdfs = dict(sheet.pdfs)
    for key in layout.keys:
        stamp = store.write(output, paths[key], pdfs[key.paper])
        manifest.documents[paths[key]] = Record(
            asdict(key), stamp, layout.fingerprint, layout.inputs, sheet.pages, layout.state, layout.review,
            layout.page.footer.code, render.plain(layout.page.footer.title),
        )  # fmt: skip
        tally.built.append(paths[key])


def _remove_departed(
    output: Path, manifest: Manifest, loaded: Project, library: Library, tally: _Tally
) -> tuple[str, ...]:
    """Remove listed files whose key left the library, or whose translation is no longer whole."""
    everything = plan.plan(library, Selection(languages=tuple(loaded.catalogs)))
    staff = library.program.staff_language
    there = {plan.path(key, staff) for key in everything} - set(tally.missing)
    broken = {problem.place.file for problem in errors(tally.problems)}
    if any(file.startswith("content/topics/") for file in broken):
        return ()  # an article that cannot be read has not left
    gone = tuple(sorted(path for path in manifest.documents if path not in there))
    store.remove(output, gone)
    for path in gone:
        del manifest.documents[path]
    return gone
