"""The pages as people use them: a real browser, the real server, the repository's library."""

from __future__ import annotations

import io
import re
import shutil

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

PAGES = [
    "/", "/visit", "/group", "/library", "/library?language=ar&topic=attachment", "/library?language=es&age=14m",
    "/sheet/en/attachment/7-18m-handout", "/sheet/es/attachment/7-18m-checklist", "/sheet/ar/attachment/7-18m-handout",
    "/sheet/es/attachment/7-18m-visit-guide-home", "/sheet/zh-Hans/attachment/7-18m-reminder",
    "/sheet/en/secure-relationship/7-18m-reflection", "/languages", "/languages/es", "/languages/es/messages/attachment",
    "/languages/ar/messages/ui?state=draft", "/nothing-here",
]  # fmt: skip
ATTACHMENT = "content/locale/es/attachment.po"


def texts(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        return [page.get_textpage().get_text_bounded().replace("\u00a0", " ") for page in document]


def ask_visit(page: Page, age: str = "14", language: str = "Spanish · español") -> None:
    page.goto("/visit")
    page.get_by_label("Age", exact=True).first.fill(age)
    page.get_by_label("Family language", exact=True).fill(language)
    page.get_by_role("button", name="Show what will print").click()


def fetched(page: Page) -> bytes:
    link = page.get_by_role("link", name="Open the print-ready PDF")
    link.wait_for()
    answer = page.request.get(str(link.get_attribute("href")))
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    return answer.body()


# --- the roads ---------------------------------------------------------------------------------


def test_a_visit_in_spanish_for_14_months_takes_three_choices(visitor):
    page = visitor()
    ask_visit(page)  # an age, a language
    expect(page.get_by_text("Chosen for 14 months.")).to_be_visible()
    expect(page.get_by_text("Sheets of paper: 4")).to_be_visible()
    pictures = page.locator(".sheet img.paper")
    assert pictures.count() == 5  # two sides of the guide, two of the handout, the checklist
    assert pictures.first.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") == 240
    page.get_by_label("Print them, marked DRAFT").check()  # and whether drafts may print
    page.get_by_role("button", name="Print-ready PDF").click()
    pages = texts(fetched(page))
    assert len(pages) == 8  # cover slip, guide, handout, checklist: each begins a leaf
    assert "Chosen for 14 months." in pages[0]
    assert any("Explora y vuelve a usted" in text for text in pages)
    assert re.fullmatch(r"http://localhost:\d+/making/[\w-]{24}", page.url)  # and no age in it


def test_an_overlap_is_explained_and_the_visitor_decides(visitor):
    page = visitor()
    ask_visit(page, "17", "English")
    expect(page.get_by_text("Two age bands fit.")).to_be_visible()
    page.get_by_role("radio", name=re.compile("16 to 24 months")).check()
    page.get_by_role("button", name="Show again with these choices").click()
    expect(page.locator(".sheets")).to_contain_text("16 to 24 months")
    expect(page.locator(".sheets")).not_to_contain_text("7 to 18 months")


def test_a_corrected_age_is_explained(visitor):
    page = visitor()
    page.goto("/visit")
    page.get_by_label("Age", exact=True).first.fill("10")
    page.get_by_label("Weeks early").first.fill("8")
    page.get_by_label("Family language", exact=True).fill("english")
    page.get_by_role("button", name="Show what will print").click()
    expect(page.get_by_text("Chosen for about 8 months, counted from the due date.")).to_be_visible()


def test_a_group_has_live_totals_and_a_pack(visitor):
    page = visitor()
    page.goto("/group")
    for row, (language, age, families) in enumerate((("español", "14m", "2"), ("العربية", "7-18m", "1")), start=1):
        page.get_by_label(f"Language, line {row}").fill(language)
        page.get_by_role("textbox", name=f"Age, line {row}").fill(age)
        page.get_by_label(f"Families, line {row}").fill(families)
    page.get_by_label("Copies, line 2").fill("2")
    expect(page.get_by_text("Families: 3, sets: 4")).to_be_visible()
    page.get_by_role("button", name="Show what will print").click()
    leaves = int(re.findall(r"\d+", page.locator(".leaves").inner_text())[0])
    page.get_by_label("Print them, marked DRAFT").check()
    page.get_by_role("button", name="Print-ready PDF").click()
    pages = texts(fetched(page))
    assert leaves * 2 - 1 <= len(pages) <= leaves * 2  # a last side may be blank
    assert sum("Explora y vuelve a usted" in text for text in pages) >= 2


def test_a_pasted_list_is_read_and_its_mistakes_are_told(visitor):
    page = visitor()
    page.goto("/group")
    page.get_by_text("Paste a list instead").click()
    page.get_by_label("List", exact=True).fill("language;age;families\nes;14m;many\n")
    page.get_by_role("button", name="Show what will print").click()
    expect(page.get_by_role("alert")).to_contain_text("list:2: families is no number")
    expect(page.get_by_label("List", exact=True)).to_have_value("language;age;families\nes;14m;many\n")


def test_the_library_filters_and_its_address_can_be_shared(visitor):
    page = visitor()
    page.goto("/library")
    page.get_by_label("Language", exact=True).select_option("ar")
    page.wait_for_url("**language=ar**")
    page.get_by_label("Kind of sheet").select_option("checklist")
    page.wait_for_url("**kind=checklist**")
    cards = page.locator(".card")
    assert cards.count() > 3
    assert {card.inner_text().count("Checklist") for card in cards.all()} == {1}
    expect(cards.first.locator(".card-title")).to_have_attribute("dir", "rtl")
    other = visitor()  # nobody who has been here before
    other.goto(page.url)
    assert other.locator(".card").all_inner_texts() == cards.all_inner_texts()
    page.get_by_label("State").select_option("ready")
    page.wait_for_url("**state=ready**")
    expect(page.locator(".card")).to_have_count(0)


def test_a_reading_version_says_what_the_paper_says(visitor, served):
    page = visitor()
    for address in (
        "es/attachment/7-18m-handout",
        "ar/attachment/7-18m-checklist",
        "es/attachment/7-18m-visit-guide-home",
    ):
        page.goto(f"/sheet/{address}")
        language = address.split("/", maxsplit=1)[0]
        own = page.locator("article.reading")
        assert own.get_attribute("lang") == ("en" if "guide" in address else language)
        screen = set(re.findall(r"\w+", own.inner_text()))
        paper = " ".join(texts((served[0] / "output" / f"{address}-letter.pdf").read_bytes()))
        if language == "es":  # in Arabic, a PDF's text has its marks in another order
            lost = set(re.findall(r"\w+", paper)) - screen
            assert {word for word in lost if not re.fullmatch(r"\d+|[A-Z]\d?", word)} == set()
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert page.locator("article.reading [lang=es]").count() > 5  # what is said aloud


# --- long work -----------------------------------------------------------------------------------


def ask_much(page: Page) -> None:
    """A pack of sheets that nobody has printed yet."""
    page.goto("/group")
    for row, language in enumerate(("es", "ar"), start=1):
        page.get_by_label(f"Language, line {row}").fill(language)
        page.get_by_label(f"Families, line {row}").fill("1")
    page.get_by_label("Age for lines without one").fill("21-36m")
    page.get_by_role("button", name="Show what will print").click()
    page.get_by_label("Print them, marked DRAFT").check()
    page.get_by_role("button", name="Print-ready PDF").click()
    expect(page.get_by_role("heading", name="Being made")).to_be_visible()


def test_long_work_can_be_cancelled_survives_a_reload_and_shows_progress(visitor):
    page = visitor()
    ask_much(page)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="Cancelled")).to_be_visible()
    ask_much(page)
    address = page.url
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.reload()
    assert page.url == address
    page.get_by_role("link", name="Open the print-ready PDF").wait_for(
        timeout=120_000
    )  # eight sheets on a busy machine
    stranger = visitor()
    stranger.goto(address)
    expect(stranger.get_by_role("heading", name="Not possible")).to_be_visible()
    page.get_by_role("button", name="Forget it now").click()
    expect(page.get_by_role("heading", name="Forgotten")).to_be_visible()
    page.goto(address)
    expect(page.get_by_role("heading", name="Not possible")).to_be_visible()


def test_everything_works_without_a_script(visitor):
    page = visitor(javascript=False)
    ask_visit(page)
    page.get_by_label("Print them, marked DRAFT").check()
    page.get_by_role("button", name="Print-ready PDF").click()
    assert "Chosen for 14 months." in texts(fetched(page))[0]
    page.goto("/library")
    page.get_by_label("Kind of sheet").select_option("reminder")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**kind=reminder**")
    page.locator(".card").first.wait_for()  # a page that is still read has none yet


# --- the keyboard, the screen reader, the phone -----------------------------------------------------


def test_a_visit_with_the_keyboard_alone(visitor):
    page = visitor()
    page.goto("/")

    def to(name: str) -> None:
        """Press Tab until the focus is on what has this name, and is seen there."""
        for _ in range(60):
            page.keyboard.press("Tab")
            now = page.evaluate(
                "(() => { const e = document.activeElement;"
                " return [(e.labels?.[0] ?? e).innerText.trim(), getComputedStyle(e).outlineStyle]; })()"
            )
            if now[0].startswith(name):
                assert now[1] != "none", f"the focus on {name} cannot be seen"
                return
        raise AssertionError(f"Tab never comes to {name}")

    to("Skip to the content")
    to("For a visit")
    page.keyboard.press("Enter")
    page.wait_for_url("**/visit")
    to("Age")
    page.keyboard.type("14")
    to("Family language")
    page.keyboard.type("espa")
    to("Show what will print")
    page.keyboard.press("Enter")
    page.wait_for_selector(".leaves")
    to("Print them, marked DRAFT")
    page.keyboard.press("Space")
    to("Print-ready PDF")
    page.keyboard.press("Enter")
    assert "Chosen for 14 months." in texts(fetched(page))[0]


def every_page(page: Page):
    """Each page in turn, those that only a form leads to as well."""
    for address in PAGES:
        page.goto(address)
        yield address
    yield from after_forms(page)


def after_forms(page: Page):
    """The pages that only a form leads to."""
    page.goto("/visit")
    page.locator("button.main").click()
    yield "/visit refused"
    page.locator("#age-1").fill("17")
    page.locator("#language").fill("Spanish")
    page.locator("button.main").click()
    page.locator(".leaves").wait_for()
    yield "/visit will print"
    page.locator("#drafts-yes").check()
    page.locator("button.main").click()
    page.locator("a.button.main").wait_for()
    yield "/making done"
    page.locator("main form button").click()
    yield "/making forgotten"


INTERFACES = ("en", "es", "ar-XB")


def violations(page: Page, interface: str) -> list[tuple[str, list[str]]]:
    """What axe finds on the page as it is, by rule; the page must be in its interface's language and direction."""
    assert page.locator("html").get_attribute("lang") == interface
    assert page.evaluate("getComputedStyle(document.body).direction") == ("rtl" if interface == "ar-XB" else "ltr")
    results = Axe().run(page).response
    assert len(results["passes"]) > 10  # it has looked
    return [(each["id"], [node["html"][:160] for node in each["nodes"]][:3]) for each in results["violations"]]


def test_axe_finds_nothing_and_every_page_fits_a_phone_and_a_screen_at_200_per_cent(visitor):
    """Every page in one of the three interfaces; `slow` tries them all."""
    found, wide = {}, {}
    for turn, interface in enumerate(INTERFACES):
        page = visitor(interface)
        for address in PAGES[turn::3]:
            page.goto(address)
            found[address] = violations(page, interface)
            for width in (640, 320):
                page.set_viewport_size({"width": width, "height": 800})
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    wide[address] = width
            page.set_viewport_size({"width": 1280, "height": 900})
    page = visitor("es")
    for address in after_forms(page):
        found[address] = violations(page, "es")
    assert {address: each for address, each in found.items() if each} == {}
    assert wide == {}


@pytest.mark.slow
@pytest.mark.parametrize("interface", INTERFACES)
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_on_any_page_in_any_interface(visitor, interface, width):
    page, found = visitor(interface, width=width), {}
    for address in every_page(page):
        found[address] = violations(page, interface)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert {address: each for address, each in found.items() if each} == {}


def test_the_browser_remembers_settings_and_nothing_about_a_family(visitor):
    page = visitor()
    page.goto("/visit")
    page.get_by_text("Paper, print and staff language").click()
    page.get_by_label("Paper", exact=True).select_option("a4")
    page.get_by_label("Print", exact=True).select_option("large-print")
    ask_visit(page)
    page.goto("/visit")
    assert page.evaluate("({...localStorage})") == {"handouts.paper": "a4"}
    expect(page.locator("#paper")).to_have_value("a4")
    expect(page.locator("#age-1")).to_have_value("")
    [cookie] = page.context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"], cookie["expires"]) == ("handouts", True, "Lax", -1)


# --- translators -----------------------------------------------------------------------------------


@pytest.fixture
def kept(served):
    """The file that translators of this test write to, as it was, afterwards."""
    path = served[0] / ATTACHMENT
    shutil.copy2(path, path.with_suffix(".kept"))
    yield path
    shutil.move(path.with_suffix(".kept"), path)


def test_an_edit_that_prints_wrong_is_refused_and_a_good_one_is_written(visitor, kept):
    page, before = visitor(), kept.read_text("utf-8")
    page.goto("/languages/es/messages/attachment?words=**")
    message = page.locator(".message").first
    area = message.get_by_label("Translation 1")
    old = area.input_value()
    assert "**" in old
    area.fill(old.replace("**", ""))
    message.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("marks differ")
    assert kept.read_text("utf-8") == before
    message = page.locator(".message").first
    expect(message.get_by_label("Translation 1")).to_have_value(old.replace("**", ""))  # nobody types it twice
    message.get_by_label("Translation 1").fill(old.replace(".", ", sí."))
    message.get_by_role("button", name="Save").click()
    expect(page.locator(".message").first.get_by_label("Translation 1")).to_have_value(old.replace(".", ", sí."))
    expect(page.locator(".message .facts").first).to_contain_text("Translated")
    after = kept.read_text("utf-8")
    changed = [pair for pair in zip(before.splitlines(), after.splitlines(), strict=False) if pair[0] != pair[1]]
    assert len(before.splitlines()) - len(after.splitlines()) == 2  # its draft's comment and flag are gone
    assert any(", sí." in new for _, new in changed)


def test_a_file_that_changed_meanwhile_is_never_overwritten(visitor, kept):
    page = visitor()
    page.goto("/languages/es/messages/attachment")
    text = kept.read_text("utf-8")
    kept.write_text(text.replace("bebé", "bebe", 1), encoding="utf-8")
    mine = page.locator(".message").first
    mine.get_by_label("Translation 1").fill("Mi frase nueva")
    mine.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("has changed since you opened the page")
    assert kept.read_text("utf-8") == text.replace("bebé", "bebe", 1)
    expect(page.locator(".message").first.get_by_label("Translation 1")).to_have_value("Mi frase nueva")


def test_a_reviewer_reads_a_proof_and_only_its_code_approves(visitor, kept):
    page = visitor()
    page.goto("/languages/es")
    page.get_by_role("button", name="Proof (PDF)").first.click()
    proof = texts(fetched(page))
    assert "Translation proof" in proof[0]
    page.goto("/languages/es")
    page.get_by_label("Your role, never your name").fill("certified translator")
    page.get_by_label("Code at the foot of the proof").fill("AAA-AAA")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("alert")).to_contain_text("the code of another proof")
