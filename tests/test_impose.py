"""Half sheets on whole ones: order, binding side, frames, and the same bytes every time."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder import impose
from builder.model import HALF, Paper

LETTER, A4 = Paper("letter", 215.9, 279.4), Paper("a4", 210, 297)
POINTS = impose.POINTS


def card(*words: str) -> bytes:
    """A PDF of half sheets, each with one word in its middle."""
    made = BytesIO()
    with pikepdf.Pdf.new() as pdf:
        font = pdf.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        )
        for word in words:
            page = pdf.add_blank_page(page_size=(HALF[0] * POINTS, HALF[1] * POINTS))
            page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
            page.obj.Contents = pdf.make_stream(f"BT /F 20 Tf 150 300 Td ({word}) Tj ET".encode())
        pdf.Root.Lang = pikepdf.String("es")
        pdf.docinfo["/Title"] = "Cards"
        pdf.save(made, deterministic_id=True)
    return made.getvalue()


def halves(pdf: bytes) -> list[tuple[str, str]]:
    """The words at the left and at the right of each side."""
    found = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            width, height = page.get_size()
            text = page.get_textpage()
            left = text.get_text_bounded(0, 0, width / 2, height).strip()
            found.append((left, text.get_text_bounded(width / 2, 0, width, height).strip()))
    return found


@given(st.integers(1, 64), st.sampled_from(["left", "right"]))
def test_a_booklet_holds_every_page_once(pages: int, binding: str):
    sides = impose.booklet(pages, binding)
    placed = [page for side in sides for page in side if page is not None]
    assert sorted(placed) == list(range(pages))
    assert len(sides) * 2 == -(-pages // 4) * 4


@given(st.integers(1, 64))
def test_leaves_turn_at_the_binding_side(pages: int):
    """The title page lies on the outer front, away from the fold's far side; a right binding is its mirror."""
    left, right = impose.booklet(pages, "left"), impose.booklet(pages, "right")
    assert left[0][1] == 0
    assert right[0][0] == 0
    assert [(b, a) for a, b in left] == list(right)


def read_folded(sides: tuple[impose.Side, ...], binding: str) -> list[int | None]:
    """The pages as somebody reads them who lays the leaves in one another, folds them and turns page by page."""
    turned = [side if binding == "left" else side[::-1] for side in sides]  # a right binding is read from the mirror
    fronts, backs = turned[::2], turned[1::2]
    until_the_fold = [page for front, back in zip(fronts, backs, strict=True) for page in (front[1], back[0])]
    after_it = [page for front, back in zip(fronts[::-1], backs[::-1], strict=True) for page in (back[1], front[0])]
    return until_the_fold + after_it


@given(st.integers(1, 64), st.sampled_from(["left", "right"]))
def test_a_folded_booklet_is_read_from_the_first_page_to_the_last(pages: int, binding: str):
    read = read_folded(impose.booklet(pages, binding), binding)
    assert read == [*range(pages), *[None] * (len(read) - pages)]  # blanks come at the end only
    assert len(read) - pages < 4


@given(st.integers(0, 64))
def test_cards_that_are_cut_apart_are_two_whole_sets(pages: int):
    sides = impose.two_up(pages)
    assert [left for left, _ in sides] == [right for _, right in sides] == list(range(pages))


@settings(max_examples=12, deadline=None)
@given(
    st.integers(1, 9), st.integers(1, 9), st.sampled_from(["booklet", "two-up", "facing"]),
    st.sampled_from(["left", "right"]), st.sampled_from([LETTER, A4]),
)  # fmt: skip
def test_every_page_is_drawn_where_its_side_says(pages: int, others: int, how: str, binding: str, paper: Paper):
    """On the paper itself, as another library reads it."""
    words = [f"p{number}" for number in range(pages + others)]
    sides = {
        "booklet": impose.booklet(pages, binding),
        "two-up": impose.two_up(pages),
        "facing": impose.facing(pages, others, binding),
    }[how]
    other = card(*words[pages:]) if how == "facing" else b""
    drawn = halves(impose.impose(card(*words[:pages]), sides, paper, other))
    assert drawn == [tuple("" if page is None else words[page] for page in side) for side in sides]


def test_pages_that_face_each_other_are_neighbours():
    assert impose.booklet(8, "left") == ((7, 0), (1, 6), (5, 2), (3, 4))
    assert impose.booklet(6, "left") == ((None, 0), (1, None), (5, 2), (3, 4))
    assert impose.two_up(2) == ((0, 0), (1, 1))


@pytest.mark.parametrize("paper", [LETTER, A4])
def test_two_halves_stand_side_by_side_on_a_turned_paper(paper):
    pdf = impose.impose(card("uno", "dos"), impose.two_up(2), paper)
    assert halves(pdf) == [("uno", "uno"), ("dos", "dos")]
    with pikepdf.open(BytesIO(pdf)) as made:
        box = [float(number) for number in made.pages[0].mediabox]
        assert box == pytest.approx([0, 0, paper.height * POINTS, paper.width * POINTS], abs=0.01)
        assert made.Root.ViewerPreferences.PrintScaling == "/None"
        assert made.Root.ViewerPreferences.Duplex == "/DuplexFlipShortEdge"
        assert (str(made.Root.Lang), str(made.docinfo["/Title"])) == ("es", "Cards")


def test_a_folded_booklet_reads_in_order():
    pdf = impose.impose(card(*"abcdef"), impose.booklet(6, "left"), LETTER)
    assert halves(pdf) == [("", "a"), ("b", ""), ("f", "c"), ("d", "e")]
    mirrored = impose.impose(card(*"abcdef"), impose.booklet(6, "right"), LETTER)
    assert halves(mirrored) == [("a", ""), ("", "b"), ("c", "f"), ("e", "d")]


def test_the_same_pages_give_the_same_bytes():
    pages = card("uno", "dos", "tres")
    assert impose.impose(pages, impose.two_up(3), A4) == impose.impose(pages, impose.two_up(3), A4)


def test_a_paper_too_small_is_refused():
    with pytest.raises(ValueError, match="too small"):
        impose.impose(card("uno"), impose.two_up(1), Paper("card", *HALF))
