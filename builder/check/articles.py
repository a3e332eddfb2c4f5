"""Rules about what authors write: traces, sources, drawings, and whether a sheet can be made of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from builder.check.common import items, where
from builder.diagnostics import Diagnostic, among, did_you_mean
from builder.model import ANY_AGE, EVIDENCE, STAFF, Article, Kind, Library, Place, Topic
from builder.project import Project

_CUTS = frozenset({"unknown-element", "front-matter", "wrong-shape", "not-utf8"})


def unknown_facts(project: Project, library: Library) -> Iterator[Diagnostic]:
    """Every trace leads to a fact of the registry."""
    del project
    printable = [fact.id for fact in library.facts.values() if fact.use != "never"]
    for item in items(library):
        for fact in item.facts:
            if fact not in library.facts:
                hint = did_you_mean(fact, printable) or "see content/facts.yaml"
                yield Diagnostic("unknown-fact", item.place, f"there is no fact {fact}", hint)


def never_facts(project: Project, library: Library) -> Iterator[Diagnostic]:
    """What must not be printed is not traced to either."""
    del project
    for item in items(library):
        for fact in item.facts:
            if fact in library.facts and library.facts[fact].use == "never":
                says = library.facts[fact].says
                hint = "content/facts.yaml marks it `use: never`; take the sentence out"
                yield Diagnostic("never-fact", item.place, f"{fact} must not be printed: {says}", hint)


def unused_facts(project: Project, library: Library) -> Iterator[Diagnostic]:
    """Every fact that may be printed is used, or the registry says why not."""
    if any(problem.place.file.startswith("content/topics/") for problem in project.problems):
        return  # what uses a fact may stand in what cannot be read
    used = {fact for item in items(library) for fact in item.facts}
    for fact in library.facts.values():
        if fact.use != "never" and fact.id not in used and not fact.unused and library.topics:
            hint = 'trace a sentence to it, or give the reason: unused: "..."'
            yield Diagnostic("unused-fact", fact.place, f"no sentence uses {fact.id}: {fact.says}", hint, "warning")


def unknown_sources(project: Project, library: Library) -> Iterator[Diagnostic]:
    """Facts and topics cite sources that exist."""
    for fact in library.facts.values():
        if fact.source not in library.sources:
            hint = among(fact.source, library.sources)
            yield Diagnostic("unknown-source", fact.place, f'{fact.id}: there is no source "{fact.source}"', hint)
    for topic in library.topics:
        for source in topic.sources:
            if source not in library.sources:
                place = where(project, topic.place.file, source)
                yield Diagnostic(
                    "unknown-source", place, f'there is no source "{source}"', among(source, library.sources)
                )


def unknown_drawings(project: Project, library: Library) -> Iterator[Diagnostic]:
    """Moments, pictures and emblems have a drawing."""
    icons, figures = project.templates.drawings("icons"), project.templates.drawings("figures")
    for item in items(library):
        for name, known, folder in ((item.routine, icons, "icons"), (item.picture, figures, "figures")):
            if name and name not in known:
                fact = f'there is no drawing "{name}" in templates/{folder}'
                yield Diagnostic("unknown-drawing", item.place, fact, among(name, known))
    emblems = [name.removeprefix("emblem-") for name in figures if name.startswith("emblem-")]
    for topic in library.topics:
        if topic.emblem not in emblems:
            fact = f'there is no drawing "emblem-{topic.emblem}" in templates/figures'
            place = where(project, topic.place.file, topic.emblem)
            yield Diagnostic("unknown-drawing", place, fact, among(topic.emblem, emblems))


def missing_elements(project: Project, library: Library) -> Iterator[Diagnostic]:
    """An article is enough for the kinds its topic lists; without a list for one, and for a staff sheet it begins."""
    broken = {problem.place.file.rsplit("/", 1)[0] for problem in project.problems if problem.code in _CUTS}
    for topic in library.topics:
        if topic.place.file.rsplit("/", 1)[0] in broken:
            continue  # what seems to be missing may stand under a misspelt heading
        bands = [band for band in topic.articles if band not in {ANY_AGE, STAFF}] or [ANY_AGE] * (
            ANY_AGE in topic.articles
        )
        for band in sorted(bands):
            yield from _missing_for_band(library, topic, topic.articles[band])


def weak_evidence(project: Project, library: Library) -> Iterator[Diagnostic]:
    """An element that rests on evidence stands where there is enough of it."""
    del project
    ages = {band.id: band for band in library.ages}
    for topic in library.topics:
        for name, article in sorted(topic.articles.items()):
            have = min(topic.evidence, ages[name].evidence if name in ages else "strong", key=EVIDENCE.index)
            for element in article.elements:
                spec = library.elements[element.key]
                if EVIDENCE.index(spec.evidence) > EVIDENCE.index(have):
                    fact = f'"{spec.name}" needs {spec.evidence} evidence, and here it is {have}'
                    hint = "take it out, or name a better source for this age"
                    yield Diagnostic("weak-evidence", element.place, fact, hint)


def _missing_for_band(library: Library, topic: Topic, article: Article) -> Iterator[Diagnostic]:
    have = topic.elements(article.band)
    lacking: dict[str, list[str]] = {}
    for kind in library.kinds.values():
        needs = dict.fromkeys((*kind.needs, *_needs_of_settings(library, kind, have)))
        lacks = [library.elements[key].name for key in needs if key in library.elements and key not in have]
        begun = kind.audience != "staff" or any(library.elements[key].audience == "staff" for key in _own(kind, have))
        if lacks and (begun or topic.kinds):
            lacking[kind.id] = lacks
    families = [kind for kind in library.kinds.values() if kind.audience == topic.audience]
    enough = [kind for kind in families if kind.id not in lacking]
    for kind in library.kinds.values():
        wanted = topic.prints(kind.id) if topic.kinds else kind.audience == "staff" or not enough
        if kind.id in lacking and wanted:
            names = ", ".join(f'"## {name}"' for name in lacking[kind.id])
            hint = "add it" if len(lacking[kind.id]) == 1 else "add them"
            yield Diagnostic("missing-element", Place(article.place.file), f"a {kind.id} needs {names}", hint)


def _own(kind: Kind, have: Collection[str]) -> list[str]:
    """What an article has of what a kind prints."""
    return [key for key in kind.wants if key in have]


def _needs_of_settings(library: Library, kind: Kind, have: Collection[str]) -> list[str]:
    """What the settings need that an article has begun; of none, what the first one needs."""
    begun = {library.elements[key].setting for key in _own(kind, have)} - {""}
    chosen = [setting for name, setting in kind.settings.items() if name in begun] or [*kind.settings.values()][:1]
    return [key for setting in chosen for key in setting.needs]


def topics_without_sheets(project: Project, library: Library) -> Iterator[Diagnostic]:
    """A topic has something to print."""
    for topic in library.topics:
        folder = topic.place.file.rsplit("/", 1)[0]
        written = [path for path in project.sources.under(f"{folder}/", ".md") if not path.endswith(f"/{STAFF}.md")]
        if not written:
            hint = f"`handouts new article {topic.id} BAND` begins one"
            yield Diagnostic(
                "missing-element", Place(topic.place.file), "the topic has no article yet", hint, "warning"
            )
