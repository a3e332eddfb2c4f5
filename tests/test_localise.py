"""Pages: every string in its language, states, codes, ages, sources, contacts."""

from __future__ import annotations

import re
from dataclasses import replace

import pages
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pages import ARTICLE, SPANISH, SPANISH_UI, changed, localised, page, ready, said, texts, tiny

from builder import plan
from builder.catalog import Catalog, article_texts, snapshot
from builder.localise import localise
from builder.model import DocumentKey
from builder.page import Page
from builder.plan import Selection
from builder.project import Project

LANGUAGES = ("en", "es", "ar", "zh-Hans")
FAMILY_KINDS = ("handout", "checklist")
FOOTERS = ("footer.", "draft[0]")


def languages_of(found: Page) -> dict[str, str]:
    return {path: text.lang for path, text in texts(found)}


def words_of(found: Page) -> set[str]:
    """What a page says outside its footer and banners."""
    own = {said(text) for path, text in texts(found) if not path.startswith(("footer.", "draft"))}
    return own | set(found.words.values()) | set(found.family_words.values())


# --- whose language -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["es", "ar", "zh-Hans"])
@pytest.mark.parametrize("kind", FAMILY_KINDS)
def test_a_family_sheet_is_in_one_language_and_its_footer_in_the_staffs(shelf, kind, language):
    found = languages_of(page(shelf, kind, language))
    staff = {path for path in found if path.startswith(FOOTERS) and path != "footer.autonym"}
    assert {found[path] for path in staff} == {"en"}
    assert {found[path] for path in found.keys() - staff} == {language}
    assert found["draft[1]"] == language


@pytest.mark.parametrize("language", ["es", "ar", "zh-Hans"])
@pytest.mark.parametrize("kind", FAMILY_KINDS)
def test_no_english_words_stand_on_another_languages_sheet(shelf, kind, language):
    assert words_of(page(shelf, kind, "en")) & words_of(page(shelf, kind, language)) == set()


@pytest.mark.parametrize(("family", "staff"), [("es", "en"), ("ar", "en"), ("en", "es"), ("zh-Hans", "ar")])
def test_a_guides_body_is_the_staffs_and_what_is_said_aloud_is_in_both(shelf, family, staff):
    found = page(shelf, "visit-guide", family, staff_language=staff)
    assert (found.body.tag, found.family.tag, found.bilingual) == (staff, family, True)
    tags = languages_of(found)
    aloud = {path for path in tags if re.search(r"\.aloud(_detail)?$", path)}
    lent = {path for path in tags if path.startswith(("family_", "contacts"))} | {"footer.autonym", "draft[1]"}
    assert {tags[path] for path in aloud | lent & tags.keys()} == {family}
    assert {tags[path] for path in tags.keys() - aloud - lent} == {staff}
    assert [line.aloud for line in found.sections["staff-phrases"].items if not line.aloud] == []
    assert [line.aloud for line in found.sections["aim"].items if line.aloud] == []
    assert found.sections["look"].items[0].aloud != found.sections["look"].items[0].text


def test_the_guides_strip_says_what_the_familys_own_sheet_says(shelf):
    guide, handout = page(shelf, "visit-guide", "ar"), page(shelf, "handout", "ar")
    for key in ("key-message", "you-can"):
        assert guide.family_sections[key] == handout.sections[key]
    assert (guide.family_title, guide.family_age) == (handout.title, handout.age)
    assert set(guide.family_words.values()) & set(guide.words.values()) == set()


def test_a_guide_for_a_family_of_the_staffs_language_says_everything_once(shelf):
    found = page(shelf, "visit-guide", "en")
    assert not found.bilingual
    assert [path for path in languages_of(found) if ".aloud" in path] == []


def test_directions_follow_the_languages(shelf):
    for kind in ("handout", "visit-guide"):
        for _path, text in texts(page(shelf, kind, "ar")):
            assert text.dir == ("rtl" if text.lang == "ar" else "ltr")


@pytest.mark.parametrize("kind", ["handout", "checklist", "visit-guide"])
def test_item_codes_are_the_same_in_every_language(shelf, kind):
    def codes(language: str) -> list[str]:
        found = page(shelf, kind, language)
        return [
            line.code for part in (found.sections, found.family_sections) for s in part.values() for line in s.items
        ]

    assert codes("en") == codes("es") == codes("ar") == codes("zh-Hans")
    assert "C4" in codes("en")
    given = [code for code in codes("en") if code]
    assert len(set(given)) == len(given)


# Every message of a language in letters that no other has: whose words stand where is read off the page.
MARKS = {"en": "\u03b1", "es": "\u0431", "ar": "\u062c", "zh-Hans": "\u4e01"}
_SLOTS = re.compile(r"\{\w+\}")


def marked(base: Project, tag: str, lost: set[str] = frozenset()) -> Catalog:
    """The catalog of a language with every message said in its own letter, its slots kept; without those that are lost."""
    catalog, letter = base.catalogs[tag], MARKS[tag]
    words = {
        component: {
            name: replace(
                message,
                texts=tuple(" ".join([letter * 3, *_SLOTS.findall(text)]) for text in message.texts),
                state="translated",
            )
            for name, message in messages.items()
            if name not in lost
        }
        for component, messages in catalog.components.items()
    }
    return replace(catalog, components=words, reviews={}, editions={})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_word_of_another_language_stands_anywhere_unless_it_is_marked(shelf, data):
    """In any pair of languages, any sheet of the library, whichever messages are not translated."""
    family, staff = data.draw(st.sampled_from(list(MARKS))), data.draw(st.sampled_from(["en", "es", "ar"]))
    key = data.draw(st.sampled_from(sheets_in(shelf, family)))
    names = sorted(shelf.catalogs["es"].components[key.topic]) + sorted(shelf.catalogs["es"].components["ui"])
    lost = set(data.draw(st.lists(st.sampled_from(names), max_size=2)))
    catalogs = {tag: marked(shelf, tag, lost) if tag != "en" else shelf.catalogs["en"] for tag in MARKS}
    found = localise(shelf.library, catalogs, replace(key, staff_language=staff), shelf.strings[key.kind])
    if found.page is None:
        assert {text for _, text in found.missing} <= lost
        assert {tag for tag, _ in found.missing} <= {family, staff}
        return
    spoken = [(path, said(text), text.lang) for path, text in texts(found.page)]
    spoken += [("words", text, found.page.body.tag) for text in found.page.words.values()]
    spoken += [("family_words", text, family) for text in found.page.family_words.values()]
    spoken += [("staff_words", text, staff) for text in found.page.staff_words.values()]
    assert len(spoken) > 10
    for path, text, tag in spoken:
        foreign = [other for other, letter in MARKS.items() if other != tag and letter in text]
        assert foreign == [], (path, text, tag)
        if tag != "en" and not path.endswith((".autonym", ".language", ".adapted_from")):
            assert MARKS[tag] in text, (
                path,
                text,
                tag,
            )  # and none of the source's, which has no letter of its own here


def sheets_in(shelf: Project, language: str) -> list[DocumentKey]:
    assert shelf.library is not None
    chosen = Selection(languages=(language,), papers=("letter",), editions=("normal",))
    return list(plan.plan(shelf.library, chosen))


# --- what is missing, what is a draft ------------------------------------------------------------


def test_a_missing_message_gives_no_page_and_is_named():
    lacking = changed(tiny(), (SPANISH, '"Vuelve por un abrazo."', '""'))
    found = localised(lacking, "checklist")
    assert (found.page, found.state) == (None, "missing")
    assert found.missing == (("es", "Comes back for a hug."),)


def test_a_sheet_that_does_not_print_the_missing_message_is_whole():
    lacking = changed(tiny(), (SPANISH, '"Vuelve por un abrazo."', '""'))
    assert localised(lacking, "handout").page is not None


def test_a_message_missing_in_both_languages_is_named_for_both():
    lacking = changed(tiny(), (SPANISH_UI, "You can try", "You could once try"))
    found = localised(lacking, "handout", staff_language="es")
    assert found.missing == (("es", "You can try"),)


def test_a_language_without_any_translation_lacks_every_text_once():
    found = localised(tiny(), "handout", "hi")
    assert found.page is None
    assert len(found.missing) == len(set(found.missing))
    assert ("hi", "Out and back") in found.missing


def test_an_empty_plural_form_is_missing():
    lacking = changed(tiny(), (SPANISH_UI, 'msgstr[0] "De {first} a {last} mes"', 'msgstr[0] ""'))
    assert localised(lacking).missing == (("es", "{first} to {last} month"),)


def test_a_draft_is_bannered_in_both_languages():
    found = page(tiny())
    assert [(text.lang, said(text)) for text in found.draft] == [
        ("en", "DRAFT: not for families"),
        ("es", "BORRADOR: no entregar a las familias"),
    ]
    assert said(found.footer.state) == "Machine translation; no speaker has read it"
    assert localised(tiny()).state == "draft"


def test_the_language_of_the_source_has_no_banner_and_no_state():
    found = page(tiny(), language="en")
    assert (found.draft, said(found.footer.state)) == ((), "")
    assert localised(tiny(), language="en").state == "ready"


def test_a_translation_that_nobody_approved_is_a_draft():
    read = ready(tiny(), SPANISH, SPANISH_UI)
    found = page(read)
    assert (len(found.draft), localised(read).state) == (2, "draft")
    assert said(found.footer.state) == "Translated; not yet approved"


def test_one_fuzzy_message_is_enough_for_the_banner():
    text = ready(tiny(), SPANISH, SPANISH_UI).sources.files[SPANISH].decode()
    fuzzy = text.replace('msgid "**When you go:**', '#, fuzzy\n#| msgid "Old"\nmsgid "**When you go:**')
    assert fuzzy != text
    found = localised(changed(ready(tiny(), SPANISH, SPANISH_UI), files={SPANISH: fuzzy}))
    assert found.state == "stale"
    assert found.page is not None
    assert len(found.page.draft) == 2


@pytest.mark.parametrize("message", ["Normal print", "Not yet reviewed by a specialist"])
def test_a_draft_word_in_the_footer_alone_brings_the_banner(message):
    read = ready(tiny(), SPANISH, SPANISH_UI)
    draft = changed(read, (SPANISH_UI, f'msgid "{message}"', f'#, fuzzy\nmsgid "{message}"'))
    found = page(draft, staff_language="es")
    assert [text.lang for text in found.draft] == ["es"]
    assert said(found.footer.state) != "Traducido; aún sin aprobar"


# --- evidence, review, and what a sheet waits for -----------------------------------------------


def test_the_weaker_of_topic_and_age_is_printed():
    ages = "content/ages.yaml"
    assert said(page(tiny(), language="en").footer.evidence) == "Moderate evidence"
    weak = changed(tiny(), (ages, "last_month: 18}", "last_month: 18, evidence: opinion}"))
    assert said(page(weak, language="en").footer.evidence) == "Weak evidence"


def waiting(*awaits: str) -> Project:
    """The project whose things to try wait for something."""
    return changed(
        tiny(),
        (
            "templates/elements.yaml",
            "letter: C, shape: list, ",
            f"letter: C, shape: list, awaits: [{', '.join(awaits)}], ",
        ),
    )


def test_a_sheet_is_a_draft_until_its_program_gives_a_number():
    found = localised(waiting("urgent-help"), language="en")
    assert (found.state, found.awaits) == ("draft", ("urgent-help",))
    assert found.page is not None
    assert [said(text) for text in found.page.draft] == ["DRAFT: not for families"]
    assert said(found.page.footer.state) == "A draft until there is a number for urgent help"
    given = changed(waiting("urgent-help"), ("program.yaml", "phone: 555-0142", "phone: 555-0142\n  urgent_help: 911"))
    assert localised(given, language="en").state == "ready"


def test_a_sheet_is_a_draft_until_a_specialist_has_read_exactly_these_words():
    base = waiting("specialist", "urgent-help")
    assert localised(base, language="en").awaits == ("specialist", "urgent-help")
    given = changed(base, ("program.yaml", "phone: 555-0142", "phone: 555-0142\n  urgent_help: 911"))
    assert given.library is not None
    topic = given.library.topics[0]
    words = snapshot(given.catalogs["en"], topic.id, article_texts(topic, "7-18m"))
    review = f'- {{topic: hello, band: 7-18m, role: nurse, date: "2026-11-22", snapshot: {words}}}\n'
    read = changed(given, files={"content/reviews/en.yaml": review})
    found = localised(read, language="en")
    assert (found.state, found.awaits) == ("ready", ())
    assert found.page is not None
    assert said(found.page.footer.review) == "Reviewed by nurse, November 22, 2026"
    edited = changed(read, (ARTICLE, "Open your arms.", "Open both arms."))
    assert localised(edited, language="en").state == "draft"


# --- version codes ------------------------------------------------------------------------------


def code(base: Project, kind: str = "handout", language: str = "es", **more: str) -> str:
    return page(base, kind, language, **more).footer.code


def test_a_version_code_is_short_and_has_no_letter_that_reads_as_a_digit():
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{2}", code(tiny()))


def test_equal_words_have_equal_codes_on_every_paper():
    assert code(tiny()) == code(tiny(), paper="a4")
    comment = changed(tiny(), (ARTICLE, "title: Out and back", "# a note\ntitle: Out and back"))
    assert code(comment) == code(tiny())


def test_another_source_reference_leaves_the_code_alone():
    traced = changed(tiny(), (ARTICLE, "{from=A.2 routine=parting}", "{from=A.1 routine=parting}"))
    assert code(traced) == code(tiny())


WORDS = {
    "an item": (SPANISH, "Siéntese en el piso", "Siéntese en la alfombra"),
    "a title": (SPANISH, "Ir y volver", "Irse y volver"),
    "the topic": (SPANISH, "Hola y adiós", "Hola y chao"),
    "a heading": (SPANISH_UI, 'msgstr "Puede probar', 'msgstr "Usted puede probar'),
    "the age": (SPANISH_UI, "De {first} a {last} meses", "Entre {first} y {last} meses"),
    "a phone number": ("program.yaml", "555-0142", "555-0143"),
    "a contact's label": (SPANISH_UI, "Intérprete", "Un intérprete"),
    "the kind": ("templates/kinds.yaml", "name: Handout", "name: Leaflet"),
    "the edition": ("templates/editions.yaml", "name: Normal print", "name: Ordinary print"),
    "the name of the language": ("content/languages/es.yaml", "name: Spanish", "name: Castilian"),
    "the evidence": ("content/topics/hello/topic.yaml", "evidence: moderate", "evidence: opinion"),
}


@pytest.mark.parametrize("what", [what for what in WORDS if what not in {"the kind", "the edition"}])
def test_other_words_have_another_code(what):
    assert code(changed(tiny(), WORDS[what])) != code(tiny())


@pytest.mark.parametrize("what", ["the kind", "the edition"])
def test_other_words_of_the_footer_have_another_code(what):
    assert code(changed(tiny(), WORDS[what]), language="en") != code(tiny(), language="en")


def test_sheets_that_say_different_things_have_different_codes(shelf):
    codes = {
        (language, kind, band): code(shelf, kind, language, band=band)
        for language in LANGUAGES
        for kind in ("handout", "checklist", "visit-guide")
        for band in ("0-9m", "7-18m", "16-24m", "21-36m")
    }
    assert len(set(codes.values())) == len(codes) == 48


# --- ages and numbers ---------------------------------------------------------------------------

AGES = {
    "0-9m": ("Birth to 9 months", "Del nacimiento a 9 meses", "من الولادة إلى ٩ أشهر", "出生到9个月"),
    "7-18m": ("7 to 18 months", "De 7 a 18 meses", "من ٧ إلى ١٨ شهرا", "7到18个月"),
    "16-24m": ("16 to 24 months", "De 16 a 24 meses", "من ١٦ إلى ٢٤ شهرا", "16到24个月"),
    "21-36m": ("21 to 36 months", "De 21 a 36 meses", "من ٢١ إلى ٣٦ شهرا", "21到36个月"),
    "3-5y": ("3 to 5 years", "De 3 a 5 años", "من ٣ إلى ٥ سنوات", "3到5岁"),
    "6-11y": ("6 to 11 years", "De 6 a 11 años", "من ٦ إلى ١١ سنة", "6到11岁"),
    "12-17y": ("12 to 17 years", "De 12 a 17 años", "من ١٢ إلى ١٧ سنة", "12到17岁"),
    "any-age": ("Any age", "Todas las edades", "كل الأعمار", "各年龄段"),
}


@pytest.fixture(scope="module")
def every_age(shelf) -> Project:
    """The library with the same article for every band of ages.yaml."""
    article = shelf.sources.files["content/topics/attachment/7-18m.md"].decode()
    bands = {f"content/topics/attachment/{band}.md": article for band in AGES}
    return changed(shelf, files=bands)


def test_every_band_of_the_project_has_its_sentences_here(shelf):
    assert [band.id for band in shelf.library.ages if not band.not_yet] == list(AGES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("band", AGES)
def test_ages_are_said_in_the_languages_words_and_digits(every_age, band, language):
    found = page(every_age, "checklist", language, band=band)
    assert said(found.age) == AGES[band][LANGUAGES.index(language)]
    assert said(found.footer.age) == AGES[band][0]
    assert (found.months is None) == (band == "any-age")


@pytest.mark.parametrize(
    ("last", "sentence"),
    [
        (1, "من الولادة إلى شهر واحد (١)"),
        (2, "من الولادة إلى شهرين (٢)"),
        (10, "من الولادة إلى ١٠ أشهر"),
        (11, "من الولادة إلى ١١ شهرا"),
        (100, "من الولادة إلى ١٠٠ شهر"),
    ],
)
def test_the_number_chooses_the_plural_form(shelf, last, sentence):
    other = changed(shelf, ("content/ages.yaml", "last_month: 9}", f"last_month: {last}}}"))
    assert said(page(other, language="ar", band="0-9m").age) == sentence


def test_one_month_is_not_months_in_english(shelf):
    other = changed(shelf, ("content/ages.yaml", "last_month: 9}", "last_month: 1}"))
    assert said(page(other, language="en", band="0-9m").age) == "Birth to 1 month"


# --- sources, articles, contacts ----------------------------------------------------------------


@pytest.fixture(scope="module")
def two_sources() -> Project:
    return changed(
        tiny(),
        (ARTICLE, "looks back at you. {from=A.1", "looks back at you. {from=B.1"),
        ("content/topics/hello/topic.yaml", 'sources: ["A"]', 'sources: ["C", "B", "A"]'),
        ("content/facts.yaml", '"A.1":', '"B.1": {says: "Children crawl", source: "B", use: ok}\n"A.1":'),
        (
            "content/sources.yaml",
            '"A":',
            '"B": {citation: "A second book (2021)", note: "not endorsed"}\n"C": {citation: "An unread book"}\n"A":',
        ),
    )


def test_only_sources_of_printed_items_are_cited_in_the_topics_order(two_sources):
    assert two_sources.problems == ()
    cited = "Ideas adapted from: A second book (2021) (not endorsed); A small book (2020)"
    assert said(page(two_sources, "checklist").footer.adapted_from) == cited
    assert said(page(two_sources, "handout").footer.adapted_from) == "Ideas adapted from: A small book (2020)"


def test_sources_are_named_the_same_for_every_language(shelf):
    named = {said(page(shelf, "handout", language).footer.adapted_from) for language in LANGUAGES}
    assert len(named) == 1


def test_the_any_age_article_lends_what_a_bands_own_lacks():
    lender = (
        "---\ntitle: Any title\nsummary: Any summary.\n---\n\n## Key message\n\nAny message. {from=A.1}\n\n"
        "## Words to say\n\n- “Off you go.”\n- “Here you are.”\n"
    )
    lent = changed(tiny(), files={"content/topics/hello/any-age.md": lender})
    assert lent.problems == ()
    found = page(lent, "handout", "en")
    assert [said(line.text) for line in found.sections["words-to-say"].items] == ["“Off you go.”", "“Here you are.”"]
    assert said(found.sections["key-message"].items[0].text) == "Stay near, and be glad each time."
    assert said(found.title) == "Out and back"
    assert "words-to-say" not in page(tiny(), "handout", "en").sections


def test_contacts_have_the_programs_values_or_none():
    found = page(tiny()).contacts
    assert [(contact.key, contact.value) for contact in found] == [
        ("phone", "555-0142"),
        ("interpreter", ""),
        ("urgent-help", ""),
    ]
    assert [said(contact.label) for contact in found] == ["Tiny program", "Intérprete, gratis", "Ayuda urgente"]


def test_a_program_without_a_name_is_ours_in_the_familys_language():
    found = page(changed(tiny(), ("program.yaml", "name: Tiny program\n", "")))
    assert (said(found.contacts[0].label), found.contacts[0].label.lang) == ("Nuestro programa", "es")
    assert page(tiny()).contacts[0].label.lang == "en"


def test_a_bold_lead_and_its_rest_are_the_whole_item():
    line = page(tiny()).sections["you-can"].items[1]
    assert (said(line.lead), said(line.rest)) == ("Al irse", "Diga adiós y que va a volver.")
    assert said(line.text) == f"{said(line.lead)}: {said(line.rest)}"
    assert (line.code, line.routine) == ("C2", "parting")


# --- pseudo-languages ---------------------------------------------------------------------------


def test_the_accented_pseudo_language_says_everything_longer():
    english, accented = dict(texts(page(tiny(), language="en"))), dict(texts(page(tiny(), language="en-XA")))
    body = {path for path, text in accented.items() if text.lang == "en-XA" and path != "footer.autonym"}
    assert len(body) > 20
    for path in body & english.keys():
        if path.endswith(".lead"):
            continue  # the end of its item grows
        assert len(said(accented[path])) > len(said(english[path])), path
        assert said(accented[path]) != said(english[path])
    total = sum(len(said(accented[path])) for path in body & english.keys())
    assert 1.25 < total / sum(len(said(english[path])) for path in body & english.keys()) < 1.45


def test_the_mirrored_pseudo_language_says_the_same_from_right_to_left():
    english, mirrored = page(tiny(), language="en"), page(tiny(), language="ar-XB")
    assert words_of(mirrored) == words_of(english)
    assert (mirrored.body.dir, mirrored.title.dir, mirrored.footer.title.dir) == ("rtl", "rtl", "ltr")
    assert len(mirrored.draft) == 2


def test_helpers_find_texts_at_every_depth():
    paths = [path for path, _ in pages.texts(page(tiny()))]
    assert {"title", "sections.you-can.items[2].lead", "contacts[0].label", "footer.kind"} <= set(paths)


# --- what takes another's place -----------------------------------------------------------------

STEPS = "## Steps\n\n" + "".join(f"{n}. **Step {n}:** Take it. {{from=A.1}}\n" for n in (1, 2, 3))


def test_steps_stand_for_the_moments_where_a_kind_wants_both():
    article = tiny().sources.files[ARTICLE].decode()
    fact = next(iter(tiny().library.facts))
    stepped = changed(tiny(), files={ARTICLE: f"{article}\n{STEPS.replace('A.1', fact)}"})
    handout, checklist = (page(stepped, kind, "en") for kind in FAMILY_KINDS)
    assert "steps" in handout.sections
    assert "you-can" not in handout.sections
    assert [line.code for line in handout.sections["steps"].items] == ["N1", "N2", "N3"]
    assert "steps" not in checklist.sections
    assert "you-can" in checklist.sections
