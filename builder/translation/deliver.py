"""Translations sent out and taken back, as spreadsheets and PO files: nothing that would print wrong comes in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from builder import catalog, check, project, store
from builder.catalog import UI, WEB, Message, Unit
from builder.catalog.edit import edited
from builder.catalog.edition import fingerprint
from builder.diagnostics import Diagnostic, ProblemsError, among, did_you_mean, errors, in_order, nowhere
from builder.model import Place
from builder.project import Project
from builder.translation import edits, known, opened, synced, workbook
from builder.translation.workbook import Given, Line

_KEY = 12  # characters of a fingerprint: enough for every text of a library
_FORM = "#"
_UNFIT = frozenset({"po-syntax", "po-duplicate", "not-utf8", "too-big"})


@dataclass(frozen=True, slots=True)
class Change:
    """One message before and after."""

    file: str
    source: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    def __str__(self) -> str:
        before, after = (" | ".join(texts) or "(nothing)" for texts in (self.before, self.after))
        same = " (read by a person)" if self.before == self.after else f"\n  + {after}"
        return f"{self.file}: {self.source}\n  - {before}{same}"


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did, or would do."""

    changes: tuple[Change, ...] = ()
    problems: tuple[Diagnostic, ...] = ()


@dataclass(slots=True)
class _Offer:
    """New texts for the messages of one component, and where each came from."""

    language: str
    component: str
    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"content/locale/{self.language}/{self.component}.po"


# --- out ----------------------------------------------------------------------------------------


def export(root: Path, tag: str, topics: Sequence[str], target: Path | None, *, xlsx: bool) -> list[str]:
    """Write a spreadsheet, or a PO file for each topic; returns what was written. Raises ProblemsError."""
    loaded = opened(root)
    known(loaded, tag)
    chosen = components(loaded, topics)
    if xlsx:
        path = target or Path(f"{tag}.xlsx")
        path.parent.mkdir(parents=True, exist_ok=True)
        store.write(path.parent, path.name, spreadsheet(loaded, tag, chosen))
        return [str(path)]
    folder = target or Path(f"po-{tag}")
    folder.mkdir(parents=True, exist_ok=True)
    files = po_files(loaded, tag, chosen)
    for name, data in files.items():
        store.write(folder, name, data)
    return [str(folder / name) for name in files]


def components(loaded: Project, topics: Sequence[str]) -> list[str]:
    """The components named, or all that sheets print, the headings first.

    Raises ProblemsError for names that do not exist.
    """
    unknown = [name for name in topics if name not in loaded.units]
    if unknown:
        hints = [among(name, loaded.units) for name in unknown]
        raise ProblemsError(
            nowhere("unknown-name", f'there is no topic "{name[:40]}"', hint)
            for name, hint in zip(unknown, hints, strict=True)
        )
    return sorted(set(topics) or loaded.units.keys() - {WEB}, key=lambda name: (name != UI, name))


def po_files(loaded: Project, tag: str, chosen: Iterable[str]) -> dict[str, bytes]:
    """The PO files, brought up to date, by name."""
    wanted = set(chosen)
    found = {path.rsplit("/", 1)[1]: new.encode() for path, _, new in synced(loaded, tag, edits([]))}
    return {name: data for name, data in found.items() if name.removesuffix(".po") in wanted}


def spreadsheet(loaded: Project, tag: str, chosen: Iterable[str]) -> bytes:
    """The spreadsheet of a language."""
    return workbook.written(list(_lines(loaded, tag, chosen)), loaded.catalogs[tag].language)


def _lines(loaded: Project, tag: str, chosen: Iterable[str]) -> Iterator[Line]:
    assert loaded.library is not None  # noqa: S101 - `opened` has seen to it
    found, terms = loaded.catalogs[tag], loaded.library.terms
    for component in chosen:
        for unit in loaded.units[component].values():
            message = found.find(component, unit.id)
            hints = [f"{term.term}: {term.meaning}" for term in terms if term.term.casefold() in unit.id.casefold()]
            notes = [note.partition(" · at most ") for note in unit.notes]
            where = "; ".join(dict.fromkeys(f"{component} · {note}" for note, _, _ in notes)) or component
            budget = next((limit for _, _, limit in notes if limit), "")
            count = found.language.plural.count if unit.plural else 1
            for form in range(count):
                key = _key(component, unit.id) + (f"{_FORM}{form}" if unit.plural else "")
                numbers = _numbers(loaded, tag, form) if unit.plural else ""
                text = message.texts[form] if form < len(message.texts) else ""
                source = unit.plural if unit.plural and form else unit.id
                yield Line(component, key, where, source, text, message.state, budget, "\n".join([*numbers, *hints]))


def _numbers(loaded: Project, tag: str, form: int) -> list[str]:
    from builder.languages import plural_form

    plural = loaded.catalogs[tag].language.plural
    examples = [str(n) for n in range(200) if plural_form(n, plural) == form][:6]
    return [f"for {', '.join(examples)} …"]


def _key(component: str, text: str) -> str:
    return f"{component}:{fingerprint(text)[:_KEY]}"


# --- back ---------------------------------------------------------------------------------------


@store.edits
def take(root: Path, files: Sequence[Path], language: str = "", *, dry_run: bool = False) -> Report:
    """Take translations back from spreadsheets (.xlsx) and PO files.

    A row is refused when it was made for an older source, or when `check` would find an error in it; the others are
    written. Cells that say what the PO file says change nothing. Raises ProblemsError when the project cannot be read.
    """
    loaded = opened(root)
    offers: list[_Offer] = []
    problems: list[Diagnostic] = []
    for file in files:
        found, wrong = _offers(loaded, file, language)
        offers += found
        problems += wrong
    texts = {path: data.decode("utf-8") for path, data in loaded.sources.files.items() if path.endswith(".po")}
    for offer in offers:
        _fill(loaded, texts, offer)
    problems += _refused(loaded, texts, offers)
    changes = [change for offer in offers for change in _changes(loaded, offer)]
    for offer in offers:
        old = texts.get(offer.path, "")
        new = edited(old, offer.texts)
        if offer.texts and not dry_run and new != old:
            store.write(root, offer.path, new.encode())
    return Report(tuple(changes), in_order(problems))


def _offers(loaded: Project, file: Path, language: str) -> tuple[list[_Offer], list[Diagnostic]]:
    data = file.read_bytes()
    if file.suffix.casefold() == ".xlsx":
        return _from_rows(loaded, file, language, data)
    if file.suffix.casefold() == ".po":
        return _from_po(loaded, file, language, data)
    fact = "neither a spreadsheet (.xlsx) nor a PO file (.po)"
    return [], [Diagnostic("bad-workbook", Place(str(file)), fact, "save it as one of the two")]


def _spoken(loaded: Project, file: Path, given: str) -> str:
    """The language of a file: given, or its name's (so.xlsx, handouts-so.xlsx). Raises ProblemsError."""
    stem = file.stem
    tags = sorted(loaded.catalogs, key=len, reverse=True)
    tag = given or next((tag for tag in tags if stem == tag or stem.endswith((f"-{tag}", f"_{tag}"))), "")
    if not tag:
        hint = "call it so.xlsx, or say --language so"
        raise ProblemsError([Diagnostic("unknown-name", Place(str(file)), "its name does not tell the language", hint)])
    known(loaded, tag)
    return tag


def _from_rows(loaded: Project, file: Path, language: str, data: bytes) -> tuple[list[_Offer], list[Diagnostic]]:
    rows, problems = workbook.read(data, str(file))
    if problems and not rows:
        return [], problems
    tag = _spoken(loaded, file, language)
    found = loaded.catalogs[tag]
    units = {
        _key(component, text): (component, unit)
        for component, each in loaded.units.items()
        for text, unit in each.items()
    }
    offers: dict[str, _Offer] = {}
    forms: dict[str, dict[int, Given]] = {}
    for row in rows:
        key, _, form = row.key.partition(_FORM)
        unit = units[key][1] if key in units else None
        if unit is None or row.source not in {unit.id, unit.plural}:
            fact = f'the source no longer says "{row.source[:50]}"' if row.key else "a row without its key"
            hint = "translate it in a fresh export" if row.key else "rows cannot be added here"
            problems.append(Diagnostic("old-source", row.place, fact, hint))
            continue
        forms.setdefault(key, {})[int(form) if form.isdecimal() and len(form) < 3 else 0] = row
    for key, given in forms.items():
        component, unit = units[key]
        old = found.find(component, unit.id)
        count = found.language.plural.count if unit.plural else 1
        texts = tuple(given[form].text if form in given else "" for form in range(count))
        read = all(row.read for row in given.values())
        unchanged = texts == (old.texts or ("",) * count)
        if not all(texts) or (unchanged and not (read and old.state in {"draft", "stale"})):
            if any(texts) and not all(texts) and not unchanged:
                place = next(iter(given.values())).place
                problems.append(Diagnostic("po-plural", place, "a plural form is missing", "fill in every form"))
            continue
        offer = offers.setdefault(component, _Offer(tag, component))
        offer.texts[unit.id], offer.places[unit.id] = texts, next(iter(given.values())).place
    return list(offers.values()), problems


def _from_po(loaded: Project, file: Path, language: str, data: bytes) -> tuple[list[_Offer], list[Diagnostic]]:
    component = file.stem if file.stem in loaded.units else file.parent.name if file.parent.name in loaded.units else ""
    if not component:
        hint = did_you_mean(file.stem, loaded.units) or "call the file after its topic"
        return [], [Diagnostic("po-unknown", Place(str(file)), f'there is no topic "{file.stem[:40]}"', hint)]
    tag = language or catalog.language_of(data)
    if tag not in loaded.catalogs:
        fact = f'its header names no language of the catalogue: "{tag[:20]}"'
        return [], [Diagnostic("unknown-name", Place(str(file)), fact, "say --language so")]
    known(loaded, tag)
    messages, _, problems = catalog.read(data, f"{tag}/{file.name}")
    problems = [replace(problem, place=Place(str(file), problem.place.line)) for problem in problems]
    if any(problem.code in _UNFIT for problem in problems):
        return [], problems
    offer, found = _Offer(tag, component), loaded.catalogs[tag]
    for text, message in messages.items():
        unit = loaded.units[component].get(text)
        place = Place(str(file), message.place.line)
        if unit is None and message.state != "missing":
            problems.append(Diagnostic("old-source", place, f'the source no longer says "{text[:50]}"', "sync first"))
        elif (
            unit is not None
            and message.state == "translated"
            and not _as_it_is(found.find(component, text), message, unit)
        ):
            offer.texts[text], offer.places[text] = message.texts, place
    return [offer], problems


def _as_it_is(old: Message, new: Message, unit: Unit) -> bool:
    del unit
    return old.texts == new.texts and old.state == new.state


def _fill(loaded: Project, texts: dict[str, str], offer: _Offer) -> None:
    """Bring the PO file up to date, so that it has the messages that are offered."""
    fresh: Mapping[str, str] = {path: new for path, _, new in synced(loaded, offer.language, edits([]))}
    old = texts.get(offer.path, "")
    if not offer.texts.keys() <= loaded.catalogs[offer.language].components.get(offer.component, {}).keys():
        old = fresh[offer.path]
    texts[offer.path] = old


def _refused(loaded: Project, texts: Mapping[str, str], offers: Iterable[_Offer]) -> Iterator[Diagnostic]:
    """The mistakes that the offered texts would bring in; such texts are taken out of the offers."""
    files = dict(loaded.sources.files)
    for offer in offers:
        files[offer.path] = edited(texts[offer.path], offer.texts).encode()
    after = project.understand(replace(loaded.sources, files=files))
    by_path = {offer.path: offer for offer in offers}
    for problem in errors(in_order(check.check(after))):
        if problem.place.file not in by_path:
            continue
        offer = by_path[problem.place.file]
        lines = after.catalogs[offer.language].components.get(offer.component, {})
        source = next((text for text, message in lines.items() if message.place.line == problem.place.line), None)
        if source in offer.places:
            offer.texts.pop(source, None)
            yield replace(problem, place=offer.places[source])


def _changes(loaded: Project, offer: _Offer) -> Iterator[Change]:
    found = loaded.catalogs[offer.language]
    for source, texts in offer.texts.items():
        yield Change(offer.path, source, found.find(offer.component, source).texts, texts)
