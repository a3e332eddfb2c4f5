"""Translations: which messages a library has, what PO files say of them, and in which state each is.

PO is read and written by polib with wrapping off, so that a translator's tool and git both stay quiet. Approval is
not PO's to carry: it lives in content/approved and content/reviews.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import polib

from builder import pseudo
from builder.catalog.edition import Edition, Row, digest, same_words
from builder.catalog.edition import Review as Review
from builder.catalog.units import UI as UI
from builder.catalog.units import WEB as WEB
from builder.catalog.units import Unit as Unit
from builder.catalog.units import Units as Units
from builder.catalog.units import texts_of
from builder.diagnostics import Diagnostic
from builder.model import Language, Place, Plural, Topic
from builder.phrases import Counted
from builder.text import utf8_fault

MAX_PO = 2 * 1024 * 1024  # bytes
DRAFT_MARK = "draft:"  # `# draft: machine translation` above a fuzzy message that no speaker has read
SAME_MARK = "same:"  # `# same: a name` above a message that reads as in English

_CONFLICT = re.compile(r"(<{7}|={7}|>{7})( |$)")
_LINE = re.compile(r"\(line (\d+)\)")
_QUOTED = re.compile(r'(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)\s*)?"((?:[^"\\]|\\.)*)"\Z')
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_ESCAPE = re.compile(r"\\(.)")
_PLURAL = re.compile(r"\s*nplurals\s*=\s*(\d{1,2})\s*;\s*plural\s*=\s*(.+?)\s*;?\s*$")
_WRITTEN = "`handouts translate sync` writes it"


MessageState = Literal["source", "translated", "draft", "stale", "missing"]


@dataclass(frozen=True, slots=True)
class Message:
    """One text in another language, with its state."""

    id: str
    texts: tuple[str, ...]  # one, or every plural form
    state: MessageState
    place: Place
    same: bool = False  # marked as reading as in English


@dataclass(frozen=True, slots=True)
class Catalog:
    """All messages of one language by component: a topic, or UI."""

    language: Language
    components: Mapping[str, Mapping[str, Message]] = field(default_factory=dict)
    source: bool = False  # the language the library is written in
    reviews: Mapping[tuple[str, str], Review] = field(default_factory=dict)  # by topic and band; UI has band ""
    editions: Mapping[tuple[str, str], Edition] = field(default_factory=dict)  # the last approved, by topic and band
    typos: Mapping[str, str] = field(default_factory=dict)  # fingerprint of a source text -> of the same, mended

    def find(self, component: str, text: str | Counted) -> Message:
        """The message for a source text; one that is not there is missing, never English."""
        key = text.one if isinstance(text, Counted) else text
        if self.source or self.language.pseudo:
            forms = (text.one, text.many) if isinstance(text, Counted) else (text,)
            texts = tuple(pseudo.translate(form, self.language) for form in forms)
            return Message(key, texts, "source" if self.source else "draft", Place(""))
        found = self.components.get(component, {}).get(key)
        if found and isinstance(text, Counted) and len(found.texts) != self.language.plural.count:
            found = None  # with a form too few, some ages would read wrong
        return found or Message(key, (), "missing", Place(f"content/locale/{self.language.tag}/{component}.po"))


def approval(catalog: Catalog, topic: Topic, band: str, said: Iterable[str] = ()) -> Review | None:
    """The approval that covers a topic's text for a band and the headings `said`, word for word, in this language.

    A typo mended in the source leaves an approval as it is (content/changes.yaml).
    """
    review, edition = catalog.reviews.get((topic.id, band)), catalog.editions.get((topic.id, band))
    if review is None:
        return None
    now = rows(catalog, topic.id, article_texts(topic, band))
    if edition is None:  # an approval without its snapshot binds to every heading there is
        headings = catalog.reviews.get((UI, ""))
        if headings is None or digest(now) != review.snapshot:
            return None
        return review if snapshot(catalog, UI, catalog.components.get(UI, {})) == headings.snapshot else None
    if len(now) != len(edition.texts) or not all(map(_same(catalog), edition.texts, now)):
        return None
    approved = {row[0]: row for row in edition.ui}
    mended = {row[1:]: row for row in edition.ui}
    for row in rows(catalog, UI, said):
        then = approved.get(row[0]) or mended.get(row[1:])
        if then is None or not same_words(then, row, catalog.typos):
            return None
    return review


def _same(catalog: Catalog) -> Callable[[Row, Row], bool]:
    return lambda then, now: same_words(then, now, catalog.typos)


def reviewed(source: Catalog, topic: Topic, band: str) -> Review | None:
    """The specialist's review that covers a topic's own text for a band, word for word."""
    review = source.reviews.get((topic.id, band))
    whole = review and snapshot(source, topic.id, article_texts(topic, band)) == review.snapshot
    return review if whole else None


def rows(catalog: Catalog, component: str, texts: Iterable[str]) -> tuple[Row, ...]:
    """Source texts with their translations, in order."""
    return tuple((text, *catalog.find(component, text).texts) for text in texts)


def snapshot(catalog: Catalog, component: str, texts: Iterable[str]) -> str:
    """A digest of source texts and their translations, in order: an approval binds to it."""
    return digest(rows(catalog, component, texts))


def article_texts(topic: Topic, band: str) -> list[str]:
    """Everything a topic says for a band, in the order in which an approval reads it."""
    article = topic.article(band)
    titles = [topic.title, article.title, article.summary] if article else []
    items = [item for _, element in sorted(topic.elements(band).items()) for item in element.items]
    return titles + [text for item in items for text in texts_of(item)]


def read(data: bytes, file: str) -> tuple[dict[str, Message], Plural | None, list[Diagnostic]]:
    """The messages of a PO file, its plural header (None when absent), and what is wrong with it."""
    if len(data) > MAX_PO:
        fact = f"the file is over {MAX_PO // 1024} kB"
        return {}, None, [Diagnostic("too-big", Place(file), fact, "look for pasted material")]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line, fact = utf8_fault(data, error)
        return {}, None, [Diagnostic("not-utf8", Place(file, line), fact, 'save it as "UTF-8" in your editor')]
    if text.startswith("\ufeff"):
        return (
            {},
            None,
            [
                Diagnostic(
                    "not-utf8", Place(file, 1), "opens with a byte order mark", 'save it as "UTF-8", without "BOM"'
                )
            ],
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    problems = list(_line_problems(text, file))
    if problems:
        return {}, None, problems
    try:
        po = polib.pofile(text + "\n")  # polib takes a text without a newline for a file's name
    except (OSError, ValueError, IndexError, TypeError) as error:
        found = _LINE.search(str(error))
        line = int(found.group(1)) if found else 1
        hint = "look for a missing quotation mark or keyword on this line or the one above"
        return {}, None, [Diagnostic("po-syntax", Place(file, line), "not readable as PO", hint)]
    return _messages(po, file)


def language_of(data: bytes) -> str:
    """The language that a PO file's header names; nothing when it names none."""
    found = re.search(rb'"Language:\s*([A-Za-z0-9_@-]{2,20})', data[:8192])
    return found.group(1).decode().replace("_", "-") if found else ""


def _line_problems(text: str, file: str) -> Iterator[Diagnostic]:
    """Lines that are no PO: polib would read past most of them, and lose words."""
    for number, line in enumerate(text.split("\n"), start=1):
        place, words = Place(file, number), line.strip()
        if control := _CONTROL.search(line):  # polib would write it as an escape that no reader knows
            fact = f"the character U+{ord(control.group()):04X} (a control character)"
            yield Diagnostic("bad-character", place, fact, "type the words around it again, without pasting")
            continue
        if not words or words.startswith("#"):
            continue
        quoted = _QUOTED.match(words)
        if _CONFLICT.match(words):
            hint = "keep one version and remove the marks"
            yield Diagnostic("po-syntax", place, f'a mark of an unfinished merge: "{words[:30]}"', hint)
        elif not quoted:
            hint = 'msgid or msgstr, then the words between quotation marks; \\" prints one'
            yield Diagnostic("po-syntax", place, f'not a line of a PO file: "{words[:40]}"', hint)
        elif strange := [sign for sign in _ESCAPE.findall(quoted.group(1)) if sign not in 'nt"\\']:
            yield Diagnostic("po-syntax", place, f"an unknown escape \\{strange[0]}", "write \\\\ for a backslash")


def _header_problems(po: polib.POFile, file: str) -> Iterator[Diagnostic]:
    place = Place(file, 1)
    charset = re.search(r"charset=([\w-]+)", po.metadata.get("Content-Type", ""))
    if charset and charset.group(1).casefold() not in {"utf-8", "utf8"}:
        yield Diagnostic("po-syntax", place, f"the header says charset={charset.group(1)}", "charset=UTF-8: save it so")
    tag, said = file.rsplit("/", 2)[-2] if "/" in file else "", po.metadata.get("Language", "")
    if tag and said and re.split("[-_@]", said)[0].casefold() != tag.split("-")[0].casefold():
        yield Diagnostic(
            "po-syntax", place, f"the header says Language: {said[:20]}", f"it stands in the folder of {tag}"
        )
    header = po.metadata.get("Plural-Forms", "")
    if header and not _PLURAL.match(header):
        yield Diagnostic("po-plural", place, f'Plural-Forms cannot be read: "{header[:40]}"', _WRITTEN)
    elif not header and any(entry.msgid_plural for entry in po if not entry.obsolete):
        yield Diagnostic("po-plural", place, "there is no Plural-Forms in the header", _WRITTEN)


def _messages(po: polib.POFile, file: str) -> tuple[dict[str, Message], Plural | None, list[Diagnostic]]:
    messages: dict[str, Message] = {}
    problems = list(_header_problems(po, file))
    for entry in po:
        if entry.obsolete:
            continue
        if not entry.msgid:  # polib takes the first for the head
            fact, hint = (
                'a message without a source text: msgid ""',
                "it is the head of a file and stands once; remove it",
            )
            problems.append(Diagnostic("po-syntax", Place(file, entry.linenum or 0), fact, hint))
            continue
        place, key = Place(file, entry.linenum or 0), name(entry)
        if key in messages:
            hint = f"first on line {messages[key].place.line}; keep one"
            problems.append(Diagnostic("po-duplicate", place, f'the message "{entry.msgid[:40]}" stands twice', hint))
            continue
        forms = [entry.msgstr_plural[i] for i in sorted(entry.msgstr_plural)] if entry.msgid_plural else [entry.msgstr]
        messages[key] = Message(key, tuple(forms), _state(entry, forms), place, SAME_MARK in entry.tcomment)
    return messages, _plural(po.metadata.get("Plural-Forms", "")), problems


def copied(message: Message, language: Language) -> bool:
    """Whether a translation only repeats its English text, where nobody said that it reads the same."""
    if not message.texts or any(text.strip().casefold() != message.id.casefold() for text in message.texts):
        return False
    words = re.sub(r"\{\w*\}|https?://\S+|\S+@\S+", "", message.id)
    return not message.same and message.id not in language.keeps and any(map(str.isalpha, words))


def without_copies(message: Message, language: Language) -> Message:
    """The message, or that it is missing when it only repeats its English text."""
    return replace(message, state="missing") if copied(message, language) else message


def _state(entry: polib.POEntry, forms: list[str]) -> MessageState:
    if not all(form.strip() for form in forms):
        return "missing"
    if entry.fuzzy:
        return "stale" if entry.previous_msgid else "draft"
    return (
        "translated"  # an editor that takes "fuzzy" away leaves the draft's comment: a person has read it all the same
    )


def name(entry: polib.POEntry) -> str:
    """What a message is known by: its source text, after its context where it has one, as in gettext's own catalogs."""
    return f"{entry.msgctxt}\x04{entry.msgid}" if entry.msgctxt else str(entry.msgid)


def _plural(header: str) -> Plural | None:
    found = _PLURAL.match(header)
    return Plural(int(found.group(1)), found.group(2)) if found else None
