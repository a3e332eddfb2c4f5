"""PO files through `translate sync`: made, kept, never lost."""

from __future__ import annotations

import polib
import pytest

from builder import translation
from builder.diagnostics import ProblemsError

ARTICLE = "content/topics/hello/7-18m.md"
SPANISH = "content/locale/es/hello.po"


def rewrite(root, path, old, new):
    text = (root / path).read_text("utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new), encoding="utf-8")


def entries(root, path=SPANISH) -> dict[str, polib.POEntry]:
    return {entry.msgid: entry for entry in polib.pofile(str(root / path))}


@pytest.fixture
def root(make_project):
    made = make_project()
    translation.sync(made, None)
    return made


def test_a_new_language_gets_a_file_for_each_component(root):
    assert translation.sync(root, "vi") == ["content/locale/vi/hello.po", "content/locale/vi/ui.po"]
    po = polib.pofile(str(root / "content/locale/vi/ui.po"))
    assert po.metadata["Language"] == "vi"
    assert po.metadata["Plural-Forms"] == "nplurals=1; plural=0;"
    assert po.percent_translated() == 0
    assert {entry.msgid for entry in po} >= {"You can try", "Any age", "Handout", "{first} to {last} month"}


def test_when_nothing_changed_nothing_is_written(root):
    before = (root / SPANISH).stat().st_mtime_ns
    assert translation.sync(root, None) == []
    assert (root / SPANISH).stat().st_mtime_ns == before


def test_a_changed_sentence_keeps_its_translation_as_a_start(root):
    rewrite(root, ARTICLE, "Comes back for a hug.", "Comes back for a long hug.")
    assert translation.sync(root, None) == [SPANISH]
    entry = entries(root)["Comes back for a long hug."]
    assert (entry.msgstr, entry.previous_msgid, entry.fuzzy) == ("Vuelve por un abrazo.", "Comes back for a hug.", True)


def test_a_sentence_that_left_stays_as_obsolete_and_returns(root):
    before = (root / SPANISH).read_text("utf-8")
    text = (root / ARTICLE).read_text("utf-8")
    rewrite(root, ARTICLE, "Looks at your face first.", "Zips by.")
    translation.sync(root, None)
    gone = entries(root)["Looks at your face first."]
    assert (gone.obsolete, gone.msgstr) == (1, "Primero mira su cara.")
    (root / ARTICLE).write_text(text, encoding="utf-8")
    translation.sync(root, None)
    assert "Primero mira su cara." in (root / SPANISH).read_text("utf-8")
    assert before.count("msgid") <= (root / SPANISH).read_text("utf-8").count("msgid")


def test_a_new_template_string_reaches_every_language(root):
    rewrite(root, "templates/checklist.html", '{{ _("Something I noticed") }}', '{{ _("Something we noticed") }}')
    assert translation.sync(root, None) == ["content/locale/es/ui.po"]
    assert "Something we noticed" in entries(root, "content/locale/es/ui.po")


@pytest.mark.parametrize(
    ("tag", "hint"), [("en", ""), ("en-XA", ""), ("zh-Han", "zh-Hant"), ("qqq", "handouts translate add qqq")]
)
def test_a_language_that_cannot_be_translated_into_is_refused(root, tag, hint):
    with pytest.raises(ProblemsError, match=f'"{tag}" is no language to translate into') as refusal:
        translation.sync(root, tag)
    assert hint in str(refusal.value)


def test_a_project_that_cannot_be_read_loses_no_translation(root):
    before = (root / SPANISH).read_bytes()
    (root / "templates/kinds.yaml").write_text("handout: [", encoding="utf-8")
    with pytest.raises(ProblemsError, match=r"templates/kinds\.yaml"):
        translation.sync(root, None)
    assert (root / SPANISH).read_bytes() == before


def test_a_po_file_that_cannot_be_read_is_not_overwritten(root):
    broken = (root / SPANISH).read_text("utf-8").replace('msgstr "Ir y volver"', 'msgstr "Ir y volver')
    (root / SPANISH).write_text(broken, encoding="utf-8")
    with pytest.raises(ProblemsError, match=SPANISH):
        translation.sync(root, None)
    assert (root / SPANISH).read_text("utf-8") == broken


def test_an_article_that_cannot_be_read_makes_no_translation_obsolete(root):
    before = (root / SPANISH).read_bytes()
    rewrite(root, ARTICLE, "## You may see", "## You may hear")
    with pytest.raises(ProblemsError, match=ARTICLE):
        translation.sync(root, None)
    assert (root / SPANISH).read_bytes() == before
