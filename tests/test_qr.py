"""The square in the foot: of the right sheets, to the right page, and as it is read from paper."""

from __future__ import annotations

import io

import pypdfium2
import pytest
import segno
from conftest import assemble

from builder import build, project, qr
from builder.build import Request

SITE = "https://handouts.example.org/sheets"


@pytest.fixture(scope="module")
def printed(tmp_path_factory, workers):
    root = assemble(tmp_path_factory.mktemp("qr") / "program")
    with (root / "program.yaml").open("a", encoding="utf-8") as file:
        file.write(f"address: {SITE}/\n")
    report = build.build(root, Request(languages=("en", "es"), papers=("letter", "half")), workers)
    assert report.ok, report.problems
    return root, report


@pytest.mark.parametrize("kind", ["handout", "checklist"])
def test_the_square_on_paper_is_the_address_of_the_page(printed, kind):
    """Every module is looked at in the printed page, in its middle: what stands there is what a camera sees."""
    root, _ = printed
    address = f"{SITE}/es/hello/7-18m-{kind}.html"
    matrix = segno.make_qr(address, error="m").matrix
    with pypdfium2.PdfDocument(
        io.BytesIO((root / f"output/es/hello/7-18m-{kind}-letter.pdf").read_bytes())
    ) as document:
        page = document[0].render(scale=6, grayscale=True).to_pil()
    size, _path = qr.drawing(address)
    module = 12.5 / 25.4 * 72 * 6 / size  # pixels
    dark = page.point(lambda value: 255 if value < 128 else 0).crop(
        (0, page.height * 85 // 100, page.width, page.height)
    )
    x0, y0 = _corner(dark, len(matrix), module)
    seen = [
        [
            dark.getpixel((round(x0 + (x + 0.5) * module), round(y0 + (y + 0.5) * module))) > 0
            for x in range(len(matrix))
        ]
        for y in range(len(matrix))
    ]
    assert seen == [[bool(each) for each in row] for row in matrix]


def _corner(dark, count: int, module: float) -> tuple[float, float]:
    """Where the square begins: the first black at the start of the page's foot."""
    left = min(x for x in range(dark.width) if any(dark.getpixel((x, y)) for y in range(dark.height)))
    column = [y for y in range(dark.height) if dark.getpixel((left + round(module / 2), y))]
    return float(left), float(min(column))


def test_only_whole_sheets_for_families_carry_one(printed):
    root, report = printed
    loaded = project.read(root)
    assert loaded.library is not None
    with_code = {path for path in report.built if _html_has(loaded, path)}
    assert {path.split("/")[-1].split("-")[2] for path in with_code} == {"handout", "checklist"}


def _html_has(loaded, path: str) -> bool:
    from builder import editions, plan, render

    library = loaded.library
    keys = {plan.path(key, "en"): key for key in plan.plan(library, plan.Selection(languages=("en", "es")))}
    page = editions.voices(loaded, library, (keys[path],))[0].page
    return 'class="qr"' in render.render(loaded.templates, page)


def test_the_version_code_is_of_the_words_and_not_of_the_address(printed, make_project):
    from builder import editions, plan

    def code(root) -> str:
        loaded = project.read(root)
        key = plan.plan(loaded.library, plan.Selection(languages=("en",)))[0]
        return editions.voices(loaded, loaded.library, (key,))[0].page.footer.code

    assert code(printed[0]) == code(make_project())


@pytest.mark.parametrize(
    "address", ["http://example.org", "javascript:x", "https://x/?q", "https://x y", 'https://x/"><svg>']
)
def test_an_address_is_one_of_the_web(make_project, address):
    root = make_project()
    with (root / "program.yaml").open("a", encoding="utf-8") as file:
        file.write(f"address: '{address}'\n")
    assert any("address" in str(problem) for problem in project.read(root).problems)
