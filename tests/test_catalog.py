"""PO files: read with every mistake named, brought up to date without losing a word."""

from __future__ import annotations

import random
import subprocess
from functools import cache
from pathlib import Path

import polib
import pytest
from conftest import PROJECTS, REPOSITORY
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builder import catalog, load, sources
from builder.catalog import Unit, merge
from builder.model import Language, Plural

FILE = "content/locale/es/hello.po"
HEAD = """msgid ""
msgstr ""
"Language: es\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=n != 1;\\n"

"""
ONE = 'msgid "Out and back"\nmsgstr "Ir y volver"\n'
TINY = (PROJECTS / "tiny" / FILE).read_bytes()


@cache
def language(tag: str) -> Language:
    library, _ = load.library(sources.read(REPOSITORY))
    assert library is not None
    return library.languages[tag]


def problems(text: str | bytes) -> list[str]:
    _, _, found = catalog.read(text if isinstance(text, bytes) else text.encode(), FILE)
    return [str(problem).removeprefix(f"{FILE}:") for problem in found]


# --- reading ------------------------------------------------------------------------------------


def test_messages_have_their_text_state_and_line():
    text = f'{HEAD}{ONE}\n#, fuzzy\nmsgid "b"\nmsgstr "B"\n\n#, fuzzy\n#| msgid "old"\nmsgid "c"\nmsgstr "C"\n\n'
    text += '# draft: machine translation\nmsgid "d"\nmsgstr "D"\n\nmsgid "e"\nmsgstr " "\n'
    messages, plural, found = catalog.read(text.encode(), FILE)
    assert found == []
    assert plural == Plural(2, "n != 1")
    assert {m.id: (m.texts, m.state, m.place.line) for m in messages.values()} == {
        "Out and back": (("Ir y volver",), "translated", 7),
        "b": (("B",), "draft", 10),
        "c": (("C",), "stale", 14),
        "d": (("D",), "translated", 19),
        "e": ((" ",), "missing", 23),
    }


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_files_of_any_system_are_read(end: str):
    messages, _, found = catalog.read((HEAD + ONE).replace("\n", end).encode(), FILE)
    assert (list(messages), found) == (["Out and back"], [])


@pytest.mark.parametrize("text", ["", "\n", HEAD, ONE, HEAD + '#~ msgid "x"\n#~ msgstr "y"\n'])
def test_little_is_not_a_mistake(text: str):
    assert problems(text) == []


_LINE = '(msgid or msgstr, then the words between quotation marks; \\" prints one) [po-syntax]'
_MERGE = "(keep one version and remove the marks) [po-syntax]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hello\n", [f'1: not a line of a PO file: "hello" {_LINE}']),
        (HEAD + 'msgid "Out\nmsgstr "x"\n', [f'7: not a line of a PO file: "msgid "Out" {_LINE}']),
        (HEAD + 'msgid "a "b""\nmsgstr "x"\n', [f'7: not a line of a PO file: "msgid "a "b""" {_LINE}']),
        (HEAD + ONE + 'msgstr[99] "x"\n', [f'9: not a line of a PO file: "msgstr[99] "x"" {_LINE}']),
        (HEAD + 'msgid "a"\nmsgstr "\\q"\n', ["8: an unknown escape \\q (write \\\\ for a backslash) [po-syntax]"]),
        (HEAD + f"<<<<<<< HEAD\n{ONE}=======\n>>>>>>> x\n", [f'{line}: a mark of an unfinished merge: "{mark}" {_MERGE}' for line, mark in ((7, "<<<<<<< HEAD"), (10, "======="), (11, ">>>>>>> x"))]),
        (HEAD + HEAD + ONE, ['7: a message without a source text: msgid "" (it is the head of a file and stands once; remove it) [po-syntax]']),
        (HEAD + 'msgid "a"\nmsgstr "b\bc"\n', ["8: the character U+0008 (a control character) (type the words around it again, without pasting) [bad-character]"]),
        (HEAD + 'msgid "a"\n\nmsgid "b"\nmsgstr "c"\n', ["9: not readable as PO (look for a missing quotation mark or keyword on this line or the one above) [po-syntax]"]),
        (HEAD + 'msgstr "c"\n', ["7: not readable as PO (look for a missing quotation mark or keyword on this line or the one above) [po-syntax]"]),
        (HEAD + ONE + "\n" + ONE, ['10: the message "Out and back" stands twice (first on line 7; keep one) [po-duplicate]']),
        (HEAD.replace("UTF-8", "ISO-8859-1"), ["1: the header says charset=ISO-8859-1 (charset=UTF-8: save it so) [po-syntax]"]),
        (HEAD.replace(": es", ": fr"), ["1: the header says Language: fr (it stands in the folder of es) [po-syntax]"]),
        (HEAD.replace("nplurals=2", "nplurals=" + "9" * 5000), [f'1: Plural-Forms cannot be read: "nplurals={"9" * 31}" (`handouts translate sync` writes it) [po-plural]']),
        (HEAD.replace("nplurals=2; plural=n != 1;", "two"), ['1: Plural-Forms cannot be read: "two" (`handouts translate sync` writes it) [po-plural]']),
        ('msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\nmsgstr[1] "d"\n', ["1: there is no Plural-Forms in the header (`handouts translate sync` writes it) [po-plural]"]),
        ("\ufeff" + HEAD, ['1: opens with a byte order mark (save it as "UTF-8", without "BOM") [not-utf8]']),
        ((HEAD + ONE).encode("utf-16"), ['1: not UTF-8 (save it as "UTF-8" in your editor) [not-utf8]']),
        (HEAD.encode() + b'msgid "ni\xf1o"\n', ['7: not UTF-8 after "msgid "ni" (save it as "UTF-8" in your editor) [not-utf8]']),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named(text: str | bytes, expected: list[str]):
    assert problems(text) == expected


def test_a_huge_file_is_refused():
    assert problems(b"x" * 3_000_000) == [" the file is over 2048 kB (look for pasted material) [too-big]"]


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text('msgidtr "\\[]0#~|,\n', max_size=80).map(str.encode)))
def test_any_bytes_are_read_or_refused(data: bytes):
    catalog.read(data, FILE)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=20), st.integers(0, len(TINY)), st.integers(0, 60))
def test_any_damage_is_reported_never_raised(scrap: bytes, at: int, gone: int):
    messages, _, found = catalog.read(TINY[:at] + scrap + TINY[at + gone :], FILE)
    assert messages or found
    assert all(problem.hint for problem in found)


def test_what_is_not_there_is_missing_never_english():
    spanish = catalog.Catalog(language("es"), {})
    assert spanish.find("hello", "Out and back").state == "missing"
    assert spanish.find("hello", "Out and back").texts == ()


# --- bringing up to date ------------------------------------------------------------------------


def units(*texts: str) -> dict[str, Unit]:
    return {text: Unit(text, notes=("a note",), files=("a.md",)) for text in texts}


def test_a_changed_text_keeps_its_translation_as_a_start():
    old = merge.synced(units("Wave to your child."), "", language("es")).replace('msgstr ""\n', 'msgstr "Salude."\n')
    old = old.replace('msgid ""\nmsgstr "Salude."', 'msgid ""\nmsgstr ""')
    new = merge.synced(units("Wave to your child once."), old, language("es"))
    assert '#, fuzzy\n#| msgid "Wave to your child."\nmsgid "Wave to your child once."\nmsgstr "Salude."\n' in new


def test_a_text_that_is_gone_becomes_obsolete_and_comes_back():
    old = merge.synced(units("Out and back"), HEAD + ONE, language("es"))
    gone = merge.synced(units("Something else entirely, about sleep"), old, language("es"))
    assert '#~ msgid "Out and back"\n#~ msgstr "Ir y volver"' in gone
    assert "Ir y volver" in merge.synced(units("Out and back"), gone, language("es"))


def test_an_obsolete_text_that_joined_branches_doubled_is_kept_once():
    gone = merge.synced(units("Something else entirely, about sleep"), HEAD + ONE, language("es"))
    obsolete = gone[gone.index("#~ msgid") :]
    doubled = f"{gone}\n{obsolete}"
    assert doubled.count("#~ msgid") == 2
    assert merge.synced(units("Something else entirely, about sleep"), doubled, language("es")) == gone
    assert (
        merge.synced(units("Something else entirely, about sleep"), HEAD + ONE + "\n" + obsolete, language("es"))
        == gone
    )


TEXTS = st.lists(
    st.sampled_from(["Wave.", "Wave back.", "Wave and say {n} words.", "Go out.", "Go", "Stay near.", 'Sing "la"', "Back\\slash", "Día"]),
    unique=True,
    max_size=6,
)  # fmt: skip


def translated(text: str, at: int) -> str:
    """The PO text with a translation of its own for every message that has none."""
    head, _, body = text.partition("\n\n")
    while '\nmsgstr ""\n' in body + "\n":
        at += 1
        body = (body + "\n").replace('\nmsgstr ""\n', f'\nmsgstr "T{at}."\n', 1)
    return f"{head}\n\n{body}"


@settings(max_examples=60, deadline=None)
@given(TEXTS, TEXTS, st.sampled_from(["es", "ar", "my"]))
def test_syncing_is_idempotent_and_loses_no_translation(before: list[str], after: list[str], tag: str):
    old = translated(merge.synced(units(*before), "", language(tag)), 0)
    new = merge.synced(units(*after), old, language(tag))
    assert merge.synced(units(*after), new, language(tag)) == new
    assert all(f'"T{n}."' in new for n in range(1, len(before) + 1))
    messages, _, found = catalog.read(new.encode(), f"content/locale/{tag}/hello.po")
    assert found == []
    assert list(messages) == after
    assert all(messages[text].state == "translated" for text in after if text in before)
    assert all(messages[text].state != "translated" for text in after if text not in before)


@pytest.mark.parametrize("head", ["##,,", "# ,fuzzy", "##:: a", "# : 1\\n# , 2"])
def test_a_comment_that_looks_like_flags_stays_a_comment(head: str):
    units = {"Out and back": Unit("Out and back")}
    text = merge.synced(units, f"{head}\n{HEAD}{ONE}", language("es"))
    assert problems(text) == []
    assert merge.synced(units, text, language("es")) == text
    assert catalog.read(text.encode(), FILE)[0]["Out and back"].state == "translated"


@pytest.mark.parametrize("tag", ["es", "ar", "my", "uk", "zh-Hans"])
def test_gettext_accepts_what_sync_writes(tag: str, tmp_path: Path):
    wanted = {**units("Wave.", 'Sing "la"', "Back\\slash"), "{n} month": Unit("{n} month", plural="{n} months")}
    path = tmp_path / "x.po"
    path.write_text(merge.synced(wanted, HEAD.replace(": es", f": {tag}") + ONE, language(tag)), encoding="utf-8")
    checked = subprocess.run(
        ["msgfmt", "--check", "-o", "/dev/null", path], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, [line for line in checked.stderr.splitlines() if "header field" not in line]) == (0, [])


def test_the_shelfs_own_files_are_up_to_date_with_gettext():
    for path in sorted((REPOSITORY / "content/locale").glob("*/*.po")):
        checked = subprocess.run(["msgfmt", "--check", "-o", "/dev/null", path], capture_output=True, check=False)
        assert checked.returncode == 0, checked.stderr.decode()


EDITS = [
    ({"Wave to your child."}, {"Wave to your child once."}),
    ({"Stay near, and be glad each time."}, {"Stay near, and be glad every time."}),
    ({"Looks at your face first."}, {"Sleep comes when it comes, early or late."}),
    ({"Comes back for a hug.", "Comes back for a kiss."}, {"Comes back for a big hug.", "Comes back for a kiss."}),
]


@pytest.mark.parametrize(("before", "after"), EDITS)
def test_what_is_stale_and_from_which_text_is_what_msgmerge_says(before: set[str], after: set[str], tmp_path: Path):
    old = translated(merge.synced(units(*sorted(before)), "", language("es")), 0)
    (tmp_path / "old.po").write_text(old, encoding="utf-8")
    (tmp_path / "new.pot").write_text(merge.synced(units(*sorted(after)), "", language("es")), encoding="utf-8")
    merged = subprocess.run(
        ["msgmerge", "--previous", "-q", tmp_path / "old.po", tmp_path / "new.pot"], capture_output=True, text=True, check=True
    )  # fmt: skip

    def says(text: str) -> dict[str, tuple[str, str | None, bool]]:
        return {e.msgid: (e.msgstr, e.previous_msgid, e.fuzzy) for e in polib.pofile(text) if not e.obsolete}

    assert says(merge.synced(units(*sorted(after)), old, language("es"))) == says(merged.stdout)


def test_a_text_that_changes_twice_keeps_the_source_its_translation_was_made_for():
    old = HEAD + 'msgid "Wave to your child."\nmsgstr "Salude."\n'
    once = merge.synced(units("Wave to your child once."), old, language("es"))
    twice = merge.synced(units("Wave to your child once more."), once, language("es"))
    assert '#| msgid "Wave to your child."\nmsgid "Wave to your child once more."' in twice


@pytest.mark.parametrize("end", ["", "\n", "\n\n\n"])
def test_a_file_that_differs_in_its_last_line_ends_only_is_left_alone(end: str):
    text = merge.synced(units("Wave."), "", language("es")).rstrip("\n") + end
    assert merge.synced(units("Wave."), text, language("es")) == text


@pytest.mark.parametrize("kind", ["typo", "wording"])
def test_an_edit_that_is_said_to_keep_the_meaning_keeps_the_translation(kind: merge.EditKind):
    old = HEAD + 'msgid "Wave to you child."\nmsgstr "Salude."\n'
    new = merge.synced(units("Wave to your child."), old, language("es"), lambda *_: kind)
    assert 'msgid "Wave to your child."\nmsgstr "Salude."' in new
    assert "fuzzy" not in new
    assert "#|" not in new


WORDS = [
    "wave",
    "say",
    "back",
    "your",
    "child",
    "near",
    "glad",
    "time",
    "hug",
    "kiss",
    "floor",
    "open",
    "arms",
    "go",
    "come",
    "stay",
    "look",
    "face",
    "sing",
    "song",
    "play",
]


def sentence(chance: random.Random) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(chance.randint(2, 9))).capitalize() + "."


def reworded(text: str, chance: random.Random) -> str:
    parts = text[:-1].split()
    kind = chance.randrange(4)
    if kind == 0:
        parts.insert(chance.randint(0, len(parts)), chance.choice(WORDS))
    elif kind == 1 and len(parts) > 2:
        parts.pop(chance.randrange(len(parts)))
    elif kind == 2:
        parts[chance.randrange(len(parts))] = chance.choice(WORDS)
    else:
        return sentence(chance)
    return " ".join(parts) + "."


@pytest.mark.parametrize("seed", range(4))
def test_of_what_stays_msgmerge_says_the_same_and_a_start_is_marked(seed: int, tmp_path: Path):
    """The same messages, and the same translations of those that stay. Which near text is a start may differ."""
    chance = random.Random(seed)
    for _ in range(10):
        before = sorted({sentence(chance) for _ in range(6)})
        after = sorted({reworded(text, chance) if chance.random() < 0.5 else text for text in before})
        old = translated(merge.synced(units(*before), "", language("es")), 0)
        (tmp_path / "old.po").write_text(old, encoding="utf-8")
        (tmp_path / "new.pot").write_text(merge.synced(units(*after), "", language("es")), encoding="utf-8")
        command = ["msgmerge", "--previous", "-q", tmp_path / "old.po", tmp_path / "new.pot"]
        theirs = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        ours = merge.synced(units(*after), old, language("es"))
        mine, its = (
            {e.msgid: (e.msgstr, e.previous_msgid, e.fuzzy) for e in polib.pofile(text) if not e.obsolete}
            for text in (ours, theirs)
        )
        assert mine.keys() == its.keys() == set(after)
        assert all(mine[text] == its[text] for text in after if text in before)
        said = {e.msgid: e.msgstr for e in polib.pofile(old)}
        for start, previous, fuzzy in (mine[text] for text in after if mine[text] != its[text]):
            assert (start, fuzzy) in {("", False), (said.get(previous or ""), True)}


_WORDS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=7).map(lambda words: " ".join(words).capitalize())
_ENDS = st.sampled_from([".", ". “Ready?”", ' "la"', " back\\slash", " 100 %", " día", "\ttab", " {n} times"])
SOURCES = st.lists(
    st.tuples(st.builds(str.__add__, _WORDS, _ENDS), st.booleans()),
    unique_by=lambda each: each[0],
    min_size=1,
    max_size=7,
)


def made(texts: list[tuple[str, bool]]) -> dict[str, Unit]:
    """Units, some with a plural."""
    return {text: Unit(text, plural=f"{text} (many)" if many else "", files=("a.md",)) for text, many in texts}


def filled(text: str) -> str:
    """The PO text with a translation of its own in every place."""
    po = polib.pofile(text, wrapwidth=0)
    for number, entry in enumerate(entry for entry in po if not entry.obsolete):
        if entry.msgid_plural:
            entry.msgstr_plural = {form: f"T{number}-{form}." for form in entry.msgstr_plural}
        else:
            entry.msgstr = f"T{number}."
    return f"{po}\n"


def msgmerged(old: str, template: str, folder: Path) -> polib.POFile:
    (folder / "old.po").write_text(old, encoding="utf-8")
    (folder / "new.pot").write_text(template, encoding="utf-8")
    command = ["msgmerge", "--previous", "--quiet", folder / "old.po", folder / "new.pot"]
    return polib.pofile(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def told(entry: polib.POEntry) -> tuple[object, ...]:
    return entry.msgid, entry.msgid_plural, entry.msgstr, dict(entry.msgstr_plural), entry.fuzzy, entry.previous_msgid


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=SOURCES, fresh=SOURCES, kept=st.sets(st.integers(0, 6)), tag=st.sampled_from(["es", "ar", "my"]))
def test_generated_catalogs_come_out_as_from_msgmerge(before, fresh, kept, tag, tmp_path: Path):
    """What stays, what is new, what is lost to sight: the same as GNU gettext says. Nobody's translation is dropped."""
    known = dict(before)
    stays = [each for at, each in enumerate(before) if at in kept and each not in fresh]
    after = stays + [each for each in fresh if each[0] not in dict(stays)]  # also what is counted otherwise than before
    spoken = language(tag)
    old = filled(merge.synced(made(before), "", spoken))
    template = merge.synced(made(after), "", spoken)
    ours = polib.pofile(merge.synced(made(after), old, spoken))
    theirs = msgmerged(old, template, tmp_path)
    assert [entry.msgid for entry in ours if not entry.obsolete] == [text for text, _ in after]
    same = {entry.msgid: told(entry) for entry in ours if not entry.obsolete and entry.msgid in known}
    assert same == {entry.msgid: told(entry) for entry in theirs if not entry.obsolete and entry.msgid in known}
    translations = {entry.msgstr or entry.msgstr_plural[0] for entry in polib.pofile(old)}
    for merged in (ours, theirs):  # each is there: as it was, as a start that is marked, or as an obsolete entry
        assert {entry.msgstr or entry.msgstr_plural.get(0, "") for entry in merged} - {""} == translations
    for entry in ours:  # a start is fuzzy, never a translation
        if not entry.obsolete and (entry.msgid, bool(entry.msgid_plural)) not in known.items():
            assert not entry.translated()
    assert merge.synced(made(after), f"{ours}\n", spoken).rstrip("\n") == str(ours).rstrip("\n")
