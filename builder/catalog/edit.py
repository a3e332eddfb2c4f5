"""New translations put into a PO file: only the messages that change are touched."""

from __future__ import annotations

from collections.abc import Mapping

import polib

from builder.catalog import DRAFT_MARK, name


def previous(text: str) -> dict[str, str]:
    """The sources that stale translations were made for, by the source as it is now."""
    po = polib.pofile(text + "\n", wrapwidth=0)
    return {name(entry): entry.previous_msgid for entry in po if entry.previous_msgid and not entry.obsolete}


def edited(old: str, texts: Mapping[str, tuple[str, ...]]) -> str:
    """The PO text in which a person has translated these messages, by source text; each gets every plural form.

    What a person has written is no draft and not stale, so those marks go. Messages that the file does not have are
    left out; other messages keep their bytes when the file was written by `synced`.
    """
    if not texts:
        return old
    po = polib.pofile(old + "\n", wrapwidth=0)
    for entry in po:
        forms = () if entry.obsolete else texts.get(name(entry), ())
        if not forms:
            continue
        if entry.msgid_plural:
            entry.msgstr_plural = dict(enumerate(forms))
        else:
            entry.msgstr = forms[0]
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
        entry.previous_msgid = entry.previous_msgid_plural = entry.previous_msgctxt = None
        entry.tcomment = "\n".join(line for line in entry.tcomment.splitlines() if not line.startswith(DRAFT_MARK))
    return f"{po}\n"
