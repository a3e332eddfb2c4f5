"""A PO file brought up to date with the source: nothing lost, and a quiet diff."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

import polib

from builder.catalog import Unit, name
from builder.model import Language

_INDENTED = re.compile(r"^(?=[,:])", re.MULTILINE)  # a comment that polib would write as a message's flags or places
ALIKE = 0.6  # difflib ratio from which an old translation is offered as a start

EditKind = Literal["typo", "wording", "meaning"]
Edit = Callable[[str, str], EditKind | None]  # what an edit of (old, new) source text was; None when nobody has said


def unsaid(_old: str, _new: str) -> EditKind | None:
    """Nobody has said what any edit was."""
    return None


def synced(component: Mapping[str, Unit], old: str, language: Language, edit: Edit = unsaid) -> str:
    """The PO text brought up to date with the source; the same text when it is, its last line ends apart.

    A text that changed keeps its nearest old translation. Was the edit a typo or another wording, it stays as good as
    it was; else it is only a start: fuzzy, with the previous source. A text that is gone stays as an obsolete entry.
    Messages stand in the order of the source.
    """
    before = _parsed(old)
    known: dict[str, polib.POEntry] = {}
    for entry in sorted(before, key=lambda entry: entry.obsolete):  # a text that comes back finds its old translation
        known.setdefault(name(entry), entry)
    po = polib.POFile(wrapwidth=0)
    po.header = _INDENTED.sub(" ", before.header)
    po.metadata = _metadata(before.metadata, language)
    gone = {
        key: entry
        for key, entry in known.items()
        if key not in component and not entry.obsolete and any([entry.msgstr, *entry.msgstr_plural.values()])
    }
    free = _Free(entry for entry in gone.values() if not entry.msgctxt)
    for unit in component.values():
        entry = known.get(unit.id) or _begun(unit, free, edit)
        entry.obsolete = False
        entry.comment = "\n".join(unit.notes)
        entry.occurrences = [(file, "") for file in unit.files]
        if entry.msgid_plural != unit.plural:
            _counted_otherwise(entry, unit.plural, language.plural.count)
        if unit.plural:
            entry.msgstr_plural = {i: entry.msgstr_plural.get(i, "") for i in range(language.plural.count)}
        po.append(entry)
    for entry in before:
        twice = known[name(entry)] is not entry  # as when two branches that both gave it up were joined
        if twice or name(entry) in component or entry.msgid in free.used:
            continue
        if entry.obsolete or name(entry) in gone:
            entry.obsolete = True
            po.append(entry)
    new = f"{po}\n"
    return old if new.rstrip("\n") == old.replace("\r\n", "\n").rstrip("\n") else new


def _counted_otherwise(entry: polib.POEntry, plural: str, count: int) -> None:
    """Give an entry its source's new plural, or none; like msgmerge, what it said is kept as a start, in every form."""
    forms = entry.msgstr_plural or ({} if not entry.msgstr else dict.fromkeys(range(count), entry.msgstr))
    if any(forms.values()):
        entry.previous_msgid = entry.previous_msgid or entry.msgid
        entry.previous_msgid_plural = entry.previous_msgid_plural or entry.msgid_plural or None
        entry.flags = [*(flag for flag in entry.flags if flag != "fuzzy"), "fuzzy"]
    entry.msgid_plural = plural
    entry.msgstr = "" if plural else forms.get(0, "")
    entry.msgstr_plural = forms if plural else {}


def changed(component: Mapping[str, Unit], old: str, edit: Edit = unsaid) -> list[tuple[str, str]]:
    """The (old, new) source texts of which `synced` would take one for an edit of the other, where nobody said so."""
    known = {name(entry): entry for entry in _parsed(old) if not entry.obsolete}
    free = _Free(entry for key, entry in known.items() if key not in component and not entry.msgctxt)
    found = []
    for unit in component.values():
        entry = None if unit.id in known or unit.plural else free.take(unit, edit)
        if entry is not None and not edit(entry.msgid, unit.id):
            found.append((entry.msgid, unit.id))
    return found


def _parsed(text: str) -> polib.POFile:
    return polib.pofile(text + "\n", wrapwidth=0) if text.strip() else polib.POFile(wrapwidth=0)


class _Free:
    """Old entries whose source is gone, each to be used once."""

    __slots__ = ("entries", "used")

    def __init__(self, entries: Iterable[polib.POEntry]) -> None:
        self.entries = {entry.msgid: entry for entry in entries}
        self.used: set[str] = set()

    def take(self, unit: Unit, edit: Edit) -> polib.POEntry | None:
        """The entry whose source became this unit's, as somebody said; else the one most like it."""
        best = next((old for old in self.entries if edit(old, unit.id)), None) or self._nearest(unit.id)
        if best is None:
            return None
        self.used.add(best)
        return self.entries.pop(best)

    def _nearest(self, text: str) -> str | None:
        matcher = difflib.SequenceMatcher(b=text, autojunk=False)
        best, ratio = None, ALIKE
        for old in self.entries:
            matcher.set_seq1(old)
            if matcher.real_quick_ratio() >= ratio and matcher.quick_ratio() >= ratio and matcher.ratio() >= ratio:
                best, ratio = old, matcher.ratio()
        return best


def _begun(unit: Unit, free: _Free, edit: Edit) -> polib.POEntry:
    """An entry for a text that is new, or was changed."""
    entry = polib.POEntry(msgid=unit.id)
    old = None if unit.plural else free.take(unit, edit)
    if old is None:
        return entry
    entry.msgstr, entry.tcomment = old.msgstr or old.msgstr_plural.get(0, ""), old.tcomment
    if edit(old.msgid, unit.id) in {"typo", "wording"} and not old.msgid_plural:
        entry.flags, entry.previous_msgid = list(old.flags), old.previous_msgid
    else:  # like msgmerge, keep the source that the translation was made for
        entry.flags, entry.previous_msgid = ["fuzzy"], old.previous_msgid or old.msgid
        entry.previous_msgid_plural = old.previous_msgid_plural or old.msgid_plural or None
    return entry


def _metadata(old: Mapping[str, str], language: Language) -> dict[str, str]:
    wanted = {
        "Language": language.tag,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": language.plural.header,
    }
    kept = {key: value for key, value in old.items() if key.startswith("X-")}
    return {**wanted, **kept}
