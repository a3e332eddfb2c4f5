"""Many sheets in one file: order, leaves, one structure tree whose every page finds its elements, and what is shared."""

from __future__ import annotations

import io

import pdf_facts
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder import impose
from builder.impose.join import Part, join, pages
from builder.typeset import typeset

TABLE = (
    "<table><thead><tr><th scope=col>Area</th><th scope=col>Seen</th></tr></thead>"
    "<tbody><tr><th scope=row>Play</th><td>a ball</td></tr></tbody></table>"
)


def made(body: str, **changes: object) -> bytes:
    sheet = typeset(pdf_facts.job(body, papers=(pdf_facts.LETTER,), **changes))
    assert sheet.faults == ()
    return sheet.pdfs[0][1]


@pytest.fixture(scope="module")
def english() -> bytes:
    return made(f'<h1>One</h1>{TABLE}<p><a href="https://example.org">there</a></p>')


@pytest.fixture(scope="module")
def spanish() -> bytes:
    return made(f'<h1>Dos</h1>{TABLE}<p style="break-before: page">más</p>', language="es")


def joined(*parts: bytes, both_sides: bool = True, one_sided: bool = False) -> pikepdf.Pdf:
    data = join([Part(part, (f"part {n}",), one_sided) for n, part in enumerate(parts)], both_sides=both_sides)
    return pikepdf.open(io.BytesIO(data))


def elements(kid: pikepdf.Object) -> list[pikepdf.Object]:
    if isinstance(kid, pikepdf.Array):
        return [found for each in kid for found in elements(each)]
    if not isinstance(kid, pikepdf.Dictionary) or kid.get("/Type") in {pikepdf.Name.OBJR, pikepdf.Name.MCR}:
        return []
    return [kid, *elements(kid.get("/K", pikepdf.Array()))]


def test_a_joined_file_passes_the_checks_its_parts_pass(english, spanish):
    data = join([Part(english, ("a",)), Part(spanish, ("b",)), Part(english, ("c",))], both_sides=True)
    assert pdf_facts.violations(data, "ua1") == []
    assert pdf_facts.lang(data) == "en"


def test_every_part_begins_on_a_leaf_of_its_own(english, spanish):
    assert (pages(english), pages(spanish)) == (1, 2)
    assert [len(page.obj.get("/Resources", {})) > 0 for page in joined(english, spanish, english).pages] == [
        True, False, True, True, True, False,
    ]  # fmt: skip
    assert len(joined(english, spanish, english, both_sides=False).pages) == 4
    assert [len(page.obj.get("/Resources", {})) > 0 for page in joined(spanish, one_sided=True).pages] == [
        True,
        False,
    ] * 2


def test_there_is_one_structure_tree_and_each_part_keeps_its_language(english, spanish):
    document = joined(english, spanish, english)
    tree = document.Root.StructTreeRoot
    assert [(str(part.S), str(part.Lang)) for part in tree.K] == [
        ("/Document", "en"),
        ("/Document", "es"),
        ("/Document", "en"),
    ]
    assert all(part.P.objgen == tree.objgen for part in tree.K)


def test_marked_content_leads_to_an_element_of_its_own_page(english, spanish):
    document = joined(english, spanish, english, english)
    numbers = document.Root.StructTreeRoot.ParentTree.Nums
    tree = {int(key): value for key, value in zip(numbers[::2], numbers[1::2], strict=True)}
    assert len(tree) == len(numbers) // 2  # no key twice
    assert int(document.Root.StructTreeRoot.ParentTreeNextKey) == max(tree) + 1
    used = []
    for page in document.pages:
        if "/StructParents" not in page.obj:
            continue
        used.append(int(page.obj.StructParents))
        for element in tree[used[-1]]:
            assert element.Pg.objgen == page.obj.objgen
        for annotation in page.obj.get("/Annots", []):
            used.append(int(annotation.StructParent))
            assert str(tree[used[-1]].S) == "/Link"
    assert sorted(used) == sorted(tree)


def test_identifiers_are_unique_and_headers_find_their_cells(english, spanish):
    document = joined(english, spanish, english)
    found = elements(document.Root.StructTreeRoot.K)
    names = [str(element.ID) for element in found if "/ID" in element]
    assert names
    assert len(names) == len(set(names))
    named = [str(name) for element in found for name in element.get("/A", {}).get("/Headers", [])]
    assert named
    assert set(named) <= set(names)


def test_copies_share_what_is_heavy(english):
    one, many = (join([Part(english, ("a",))] * count, both_sides=False) for count in (1, 21))
    assert len(many) - len(one) < 20 * 4096
    document = joined(*[english] * 3)
    contents = {page.obj.Contents.objgen for page in document.pages if "/Contents" in page.obj}
    assert len(contents) == 1


def test_bookmarks_are_a_tree(english):
    paths = [
        ("Cover",),
        ("Spanish", "1", "Handout"),
        ("Spanish", "1", "Checklist"),
        ("Spanish", "2", "Handout"),
        ("English", "1"),
    ]
    data = join([Part(english, path) for path in paths], both_sides=True)
    with pikepdf.open(io.BytesIO(data)) as document, document.open_outline() as outline:
        assert [item.title for item in outline.root] == ["Cover", "Spanish", "English"]
        assert [item.title for item in outline.root[1].children] == ["1", "2"]
        assert [item.title for item in outline.root[1].children[0].children] == ["Handout", "Checklist"]


def test_a_file_with_pictures_of_pages_claims_nothing(english):
    half = typeset(
        pdf_facts.job(
            "<p>card</p>",
            "@page { size: 139.7mm 210mm }",
            page=(139.7, 210),
            imposition="two-up",
            papers=(pdf_facts.LETTER,),
        )
    )
    card = half.pdfs[0][1]
    document = joined(english, card)
    said = document.Root.Metadata.read_bytes()
    assert b"part" not in said
    assert b"Specimen" in said
    assert not document.Root.MarkInfo.Marked
    document = joined(english, english)
    assert b"pdfuaid:part" in document.Root.Metadata.read_bytes()
    assert pytest.approx(72 / 25.4) == impose.POINTS


def test_the_same_parts_give_the_same_bytes(english, spanish):
    parts = [Part(english, ("a",)), Part(spanish, ("b",)), Part(english, ("a",))]
    assert join(parts, both_sides=True) == join(parts, both_sides=True)


def test_nothing_cannot_be_joined():
    with pytest.raises(ValueError, match="at least one"):
        join([], both_sides=True)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=6), st.booleans())
def test_any_mixture_has_its_pages_in_order(english, spanish, order, both_sides):
    chosen = [spanish if second else english for second in order]
    document = joined(*chosen, both_sides=both_sides)
    expected = sum(2 if both_sides else pages(part) for part in chosen)
    assert len(document.pages) == expected
    assert [str(part.Lang) for part in document.Root.StructTreeRoot.K] == ["es" if second else "en" for second in order]
