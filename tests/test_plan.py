"""The plan: which documents there are, each written to a file of its own."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from builder import check, plan, project
from builder.model import AgeBand, DocumentKey, Library
from builder.plan import Selection
from builder.project import Project

BANDS = (AgeBand("0-9m", 0, 9), AgeBand("7-18m", 7, 18), AgeBand("3-5y", 36, 71), AgeBand("any-age"))


@pytest.fixture
def library(shelf: Project) -> Library:
    assert shelf.library is not None
    return shelf.library


def test_every_document_of_the_library_has_a_key_and_a_path_of_its_own(library: Library):
    keys = plan.plan(library, Selection(languages=tuple(library.languages)))
    assert len(set(keys)) == len(keys) > 100
    paths = {plan.path(key, library.program.staff_language).casefold() for key in keys}
    assert len(paths) == len(keys)
    assert all(
        path.isascii() for path in paths
    )  # the same name on a disk that composes accents and on one that parts them
    assert plan.collisions(keys, library.program.staff_language) == []


def test_the_tiny_project_makes_its_sheets(make_project: Callable[..., Path]):
    library = project.read(make_project()).library
    assert library is not None
    keys = plan.plan(library, Selection(languages=("en", "es"), editions=("normal",), papers=("letter",)))
    assert [plan.path(key, "en") for key in keys] == [
        "en/hello/7-18m-handout-letter.pdf",
        "en/hello/7-18m-checklist-letter.pdf",
        "en/hello/7-18m-reminder-letter.pdf",
        "es/hello/7-18m-handout-letter.pdf",
        "es/hello/7-18m-checklist-letter.pdf",
        "es/hello/7-18m-reminder-letter.pdf",
    ]


def test_a_topic_may_say_what_is_made_of_it(make_project: Callable[..., Path]):
    root = make_project()
    topic = root / "content/topics/hello/topic.yaml"
    topic.write_text(topic.read_text() + "kinds: [reminder, visit-guide]\n")
    loaded = project.read(root)
    assert loaded.library is not None
    keys = plan.plan(loaded.library, Selection(languages=("en",), editions=("normal",), papers=("letter",)))
    assert [key.kind for key in keys] == ["reminder"]
    assert {problem.fact.partition(" needs ")[0] for problem in check.check(loaded)} == {"a visit-guide"}


def test_a_setting_is_printed_of_articles_that_have_what_it_needs(library: Library):
    keys = plan.plan(library, Selection(kinds=("visit-guide",), languages=("en",), papers=("letter",)))
    settings = {topic: {key.setting for key in keys if key.topic == topic} for topic in {key.topic for key in keys}}
    assert settings["attachment"] == {"home"}
    assert settings["secure-relationship"] == {"home", "group"}


def test_what_a_setting_needs_decides(library: Library):
    guide = library.kinds["visit-guide"]
    settings = {name: replace(setting, needs=()) for name, setting in guide.settings.items()}
    loose = replace(library, kinds={**library.kinds, "visit-guide": replace(guide, settings=settings)})
    chosen = Selection(topics=("attachment",), kinds=("visit-guide",), languages=("en",))
    assert {key.setting for key in plan.plan(loose, chosen)} == {"home", "group"}
    assert {key.setting for key in plan.plan(library, chosen)} == {"home"}


def test_a_sheet_without_a_word_for_families_is_made_in_the_staffs_language_alone(library: Library):
    keys = plan.plan(library, Selection(kinds=("reflection", "visit-guide"), topics=("secure-relationship",)))
    assert {key.language for key in keys if key.kind == "reflection"} == {library.program.staff_language}
    assert {key.language for key in keys if key.kind == "visit-guide"} > {"en", "es"}
    program = replace(library.program, staff_language="es")
    keys = plan.plan(replace(library, program=program), Selection(kinds=("reflection",)))
    assert {key.language for key in keys} == {"es"}


def test_half_a_sheet_carries_no_whole_page(library: Library):
    keys = plan.plan(library, Selection(languages=("en",), papers=("half",)))
    assert {(key.kind, key.edition) for key in keys} == {("reminder", "normal"), ("handout", "booklet")}
    assert {key.paper for key in plan.plan(library, Selection(kinds=("reminder",)))} == {"letter", "a4", "half"}


@pytest.mark.parametrize("axis", ["topics", "bands", "kinds", "languages", "editions", "papers"])
def test_a_selection_only_takes_away(library: Library, axis: str):
    everything = plan.plan(library, Selection())
    attribute = axis.removesuffix("s")
    for name in {getattr(key, attribute) for key in everything}:
        chosen = plan.plan(library, replace(Selection(), **{axis: (name,)}))
        assert chosen == tuple(key for key in everything if getattr(key, attribute) == name)


def test_pseudo_languages_are_made_when_named_only(library: Library):
    tags = {key.language for key in plan.plan(library, Selection())}
    assert not any(library.languages[tag].pseudo for tag in tags)
    assert plan.plan(library, Selection(languages=("en-XA",)))


@pytest.mark.parametrize(
    ("text", "bands"),
    [("7-18m", ["7-18m"]), ("8m", ["0-9m", "7-18m"]), ("14M", ["7-18m"]), ("1y", ["7-18m"]), ("1y 3m", ["7-18m"]), ("4y", ["3-5y"]), ("any-age", ["any-age"])],
)  # fmt: skip
def test_an_age_falls_in_every_band_that_holds_it(text: str, bands: list[str]):
    assert [band.id for band in plan.bands_for(text, BANDS)] == bands


@pytest.mark.parametrize("text", ["", "m", "y", "ten", "7", "-1m", "1y-3m", "99y99m1", "2y", "999m", "7–18m"])
def test_what_is_no_age_says_what_there_is(text: str):
    with pytest.raises(plan.AgeError, match="0-9m, 7-18m, 3-5y, any-age"):
        plan.bands_for(text, BANDS)


def test_an_unknown_name_is_answered_with_the_nearest(library: Library):
    chosen = Selection(topics=("atachment",), kinds=("handouts",), languages=("es",), papers=("a5",))
    assert plan.unknown(library, chosen) == [
        'there is no topic "atachment" (did you mean "attachment"?)',
        'there is no kind "handouts" (did you mean "handout"?)',
        'there is no paper "a5" (known: a4, half, letter)',
    ]


def test_two_sheets_of_one_name_are_told_also_when_they_differ_by_capitals():
    one = DocumentKey("en", "hello", "7-18m", "sheet", "", "big", "en", "letter")
    two = replace(one, kind="Sheet-BIG", edition="normal")
    assert [str(problem) for problem in plan.collisions((one, two, one), "en")] == [
        "two sheets would be written to en/hello/7-18m-sheet-big-letter.pdf (rename a kind, a setting or an edition) [path-collision]"
    ]


# some read alike
_SPELLINGS = ["a", "b", "-", "A", "\u00e9", "e\u0301", "\u00df", "ss"]
NAME = st.lists(st.sampled_from(_SPELLINGS), min_size=1, max_size=3).map("".join)


def folded(path: str) -> str:
    """A path as a disk may hold it that ignores capitals and composes accents."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", path).casefold())


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.builds(DocumentKey, *[NAME] * 4, st.text("ab", max_size=2), st.sampled_from(["normal", "b"]), NAME, NAME),
        unique=True,
        max_size=30,
    )
)
@example([DocumentKey(*["a"] * 4, "", "normal", "a", paper) for paper in ("\u00e9", "e\u0301", "E\u0301", "e")])
def test_paths_that_meet_are_always_told(keys: list[DocumentKey]):
    paths = [folded(plan.path(key, "a")) for key in keys]
    assert len(plan.collisions(tuple(keys), "a")) == len(paths) - len(set(paths))


def some(names: Iterable[str]) -> st.SearchStrategy[tuple[str, ...]]:
    """Any choice along one axis; nothing chosen is everything."""
    return st.lists(st.sampled_from(sorted(names)), unique=True, max_size=4).map(tuple)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_key_of_any_plan_is_unique_and_is_written_to_a_path_of_its_own(library: Library, data: st.DataObject):
    """Whatever is chosen, whichever language the staff speak, whatever editions and papers the program adds."""
    staff = data.draw(some(library.languages).filter(bool))[0]
    names = data.draw(st.lists(st.from_regex(r"[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?", fullmatch=True), max_size=3))
    editions = {name: replace(library.editions["normal"], id=name) for name in names}
    own = replace(
        library,
        program=replace(library.program, staff_language=staff),
        editions={**editions, **library.editions},
        papers={**library.papers, **{name: replace(library.papers["a4"], id=name) for name in names[:1]}},
    )
    chosen = Selection(
        topics=data.draw(some(topic.id for topic in own.topics)),
        bands=data.draw(some(band.id for band in own.ages)),
        kinds=data.draw(some(own.kinds)),
        languages=data.draw(some(own.languages).filter(bool)),
        editions=data.draw(some(own.editions)),
        papers=data.draw(some(own.papers)),
    )
    keys = plan.plan(own, chosen)
    assert len(set(keys)) == len(keys)
    paths = [folded(plan.path(key, staff)) for key in keys]
    told = plan.collisions(keys, staff)
    assert len(paths) - len(set(paths)) == len(told)
    if not names:
        assert told == []  # of the library's own names, no two meet
    for key in keys:
        topic = next(topic for topic in own.topics if topic.id == key.topic)
        assert key.band in topic.articles
        assert not chosen.languages or key.language in chosen.languages
        assert not chosen.papers or key.paper in chosen.papers


def test_an_edition_is_made_for_its_kinds_only(library: Library):
    large = replace(library.editions["normal"], id="large", kinds=("checklist",))
    keys = plan.plan(replace(library, editions={**library.editions, "large": large}), Selection(papers=("letter",)))
    assert {key.kind for key in keys if key.edition == "large"} == {"checklist"}
    assert {key.kind for key in keys if key.edition == "normal"} == set(library.kinds)
