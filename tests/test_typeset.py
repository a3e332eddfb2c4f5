from __future__ import annotations

import hashlib
import io
import os
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

import pdf_facts
import pytest
from PIL import Image

from builder.model import Job, Paper
from builder.typeset import typeset, worker

ROOT = Path(__file__).parents[1]
FILE = "file:///etc/passwd"


def picture() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(data, "PNG")
    return data.getvalue()


PICTURE = ("dot.png", picture())
DRAWING = ("dot.svg", b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>')
REACHING = (
    "reach.svg",
    f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{FILE}" width="9" height="9"/></svg>'.encode(),
)
PARAGRAPHS = "<h1>Goodbyes</h1>" + "<p>Wave and say when you will be back.</p>" * 60
FEWER = "<h1>Goodbyes</h1>" + "<p>Wave and say when you will be back.</p>" * 30


def steps(*sizes: float) -> tuple[str, ...]:
    return tuple(f"{pdf_facts.SHEET} html {{ font: {size}pt/1.4 'Noto Sans' }}" for size in sizes)


def codes(job: Job) -> list[str]:
    return [fault.code for fault in typeset(job).faults]


# --- papers -------------------------------------------------------------------------------------


def test_each_paper_lies_around_the_middle_of_the_sheet():
    letter, a4 = (pdf for _, pdf in typeset(pdf_facts.job(PARAGRAPHS)).pdfs)
    assert pdf_facts.boxes(letter) == [{"MediaBox": (-2.95, 0, 212.95, 279.4)}] * pdf_facts.pages(letter)
    assert pdf_facts.boxes(a4) == [{"MediaBox": (0, -8.8, 210, 288.2)}] * pdf_facts.pages(a4)
    assert pdf_facts.pages(a4) == 3


def test_papers_differ_in_their_boxes_only():
    (letter_id, letter), (a4_id, a4) = typeset(pdf_facts.job(PARAGRAPHS)).pdfs
    assert (letter_id, a4_id) == ("letter", "a4")
    assert len(letter) == len(a4)
    differing = [at for at, (one, other) in enumerate(zip(letter, a4, strict=True)) if one != other]
    assert all(b"/MediaBox" in letter[at - 60 : at] for at in differing)
    assert pdf_facts.text(letter) == pdf_facts.text(a4)


def test_a_paper_does_not_depend_on_the_others():
    both = dict(typeset(pdf_facts.job(PARAGRAPHS)).pdfs)
    alone = typeset(pdf_facts.job(PARAGRAPHS, papers=(pdf_facts.A4,))).pdfs
    assert alone == (("a4", both["a4"]),)


def test_a_paper_smaller_than_the_sheet_is_our_mistake():
    with pytest.raises(ValueError, match="a5 is smaller than the sheet"):
        typeset(pdf_facts.job("<h1>T</h1>", papers=(Paper("a5", 148, 210),)))


def test_the_file_is_sound_to_another_reader():
    pdf = typeset(pdf_facts.job(PARAGRAPHS)).pdfs[0][1]
    assert pdf_facts.opened(pdf).check_pdf_syntax() == []
    info = subprocess.run(["pdfinfo", "-"], input=pdf, capture_output=True, check=True)
    assert info.stderr == b""


@pytest.mark.parametrize("length", range(3))
def test_a_stream_that_ends_in_a_carriage_return_is_whole(length):
    import pydyf

    from builder.typeset import pdf_file

    data = b"x" * length + b"\r"
    document = pydyf.PDF()
    document.add_page(pydyf.Dictionary({"Type": "/Page", "Parent": document.pages.reference}))
    document.add_object(pydyf.Stream([data]))
    _, pdf = pdf_file.write(document, [pdf_facts.A4])[0]
    document = pdf_facts.opened(pdf)
    assert document.get_object(4, 0).read_raw_bytes() == data
    assert not [rule for rule in pdf_facts.violations(pdf, "2a") if rule.startswith("PDFA2A-STREAM-LENGTH")]


# --- type steps ---------------------------------------------------------------------------------


def test_the_first_step_that_keeps_the_budget_is_used():
    sheet = typeset(pdf_facts.job(FEWER, styles=steps(14, 8, 7), sides=1))
    assert (sheet.step, sheet.pages, sheet.faults) == (1, 1, ())
    assert pdf_facts.pages(sheet.pdfs[0][1]) == 1


def test_steps_that_failed_leave_no_trace():
    tried = typeset(pdf_facts.job(FEWER, styles=steps(14, 8), sides=1))
    direct = typeset(pdf_facts.job(FEWER, styles=steps(8), sides=1))
    assert tried.pdfs == direct.pdfs


@pytest.mark.parametrize("seed", range(8))
def test_a_page_keeps_its_budget_or_says_that_it_does_not(seed):
    chance = random.Random(seed)
    sides, words = (
        chance.choice([1, 2]),
        " ".join("word" * chance.randint(1, 4) for _ in range(chance.randint(50, 1600))),
    )
    steps = tuple(f"{pdf_facts.SHEET} html {{ font: {size}pt/1.4 'Noto Sans' }}" for size in (16, 14, 12))
    sheet = typeset(pdf_facts.job(f"<h1>T</h1><p>{words}</p>", sides=sides, styles=steps))
    if sheet.faults:
        assert [fault.code for fault in sheet.faults] == ["over-budget"]
        assert sheet.pdfs == ()
        assert sheet.step == 2
    else:
        assert {pdf_facts.pages(pdf) for _, pdf in sheet.pdfs} <= set(range(1, sides + 1))


def test_no_budget_takes_the_largest_step():
    sheet = typeset(pdf_facts.job(PARAGRAPHS, styles=steps(14, 8), sides=0))
    assert (sheet.step, sheet.pages, sheet.faults) == (0, 3, ())


def test_over_budget_says_by_how_much_and_where():
    sheet = typeset(pdf_facts.job(PARAGRAPHS, styles=steps(16, 14), sides=2))
    (fault,) = sheet.faults
    assert sheet.pdfs == ()
    assert fault.code == "over-budget"
    assert fault.fact.startswith('en, <p> "Wave and say when you will be back.": 3 pages (at most 2)')
    lines = int(fault.fact.split("), ")[1].split()[0])
    assert 0 < lines < 30


# --- determinism --------------------------------------------------------------------------------


def test_sharing_does_not_make_bytes_depend_on_the_order():
    one = pdf_facts.job("<h1>One</h1><p>Wave <b>goodbye</b>.</p><ul><li>x</li></ul>", "li { color: #333 }")
    other = pdf_facts.job(
        "<h1>दो</h1><p>विदा के समय</p>", "html { font-family: 'Noto Sans Devanagari', 'Noto Sans' }", language="hi"
    )
    first = [typeset(job).pdfs for job in (one, other, one)]
    again = [typeset(job).pdfs for job in (other, one, other)]
    assert first[0] == first[2] == again[1]
    assert first[1] == again[0] == again[2]


def test_processes_agree_whatever_their_hash_seed_time_zone_and_order():
    code = (
        "import sys; sys.path[:0] = ['.', 'tests']\n"
        "import hashlib, pdf_facts\nfrom builder.typeset import typeset\n"
        "bodies = ['<h1>One</h1><p>Wave <i>now</i>.</p>', '<h1>Two</h1><p>Come <b>back</b>.</p>', '<h1>Three</h1>']\n"
        "order = bodies if sys.argv[1] == 'forth' else bodies[::-1]\n"
        "made = {body: typeset(pdf_facts.job(body)).pdfs for body in order}\n"
        "print([hashlib.sha256(pdf).hexdigest() for body in bodies for _, pdf in made[body]])"
    )

    def digests(order: str, **environment: str) -> str:
        command = [sys.executable, "-c", code, order]
        return subprocess.run(
            command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=True
        ).stdout

    one = digests("forth", PYTHONHASHSEED="1", TZ="Asia/Tokyo", LC_ALL="C")
    other = digests("back", PYTHONHASHSEED="2", TZ="America/New_York", LC_ALL="C.UTF-8")
    assert one == other
    assert len(set(one.split())) == 6


def test_nothing_in_the_file_says_who_or_when():
    html = pdf_facts.job("<h1>T</h1>").html.replace(
        "<title>", '<meta name="author" content="Ana Person"><meta name="dcterms.created" content="2020-01-01"><title>'
    )
    pdf = typeset(pdf_facts.job("", html=html)).pdfs[0][1]
    opened = pdf_facts.opened(pdf)
    assert set(opened.docinfo.keys()) == {"/Title", "/Producer"}
    metadata = bytes(opened.Root.Metadata.read_bytes())
    assert b"Ana Person" not in metadata
    assert b"2020" not in metadata


def test_equal_content_has_an_equal_identifier_and_other_content_another():
    documents = [
        pdf_facts.opened(typeset(pdf_facts.job(body)).pdfs[0][1]) for body in ("<h1>T</h1>", "<h1>T</h1>", "<h1>U</h1>")
    ]
    ids = [bytes(document.trailer.ID[0]) for document in documents]
    assert ids[0] == ids[1] != ids[2]


# --- what may be fetched ------------------------------------------------------------------------


def test_assets_are_served_by_exact_name():
    body = '<h1>T</h1><img src="asset:dot.png" alt="a red dot"><img src="asset:dot.svg" alt="a square" width="9">'
    css = 'h1 { background: url("asset:dot.png") }'
    sheet = typeset(pdf_facts.job(body, css, assets=(PICTURE, DRAWING)))
    assert sheet.faults == ()
    assert "Alt=a red dot" in pdf_facts.tags(sheet.pdfs[0][1])


@pytest.mark.parametrize(
    ("body", "address"),
    [
        (f'<img src="{FILE}" alt="x">', FILE),
        (f'<img srcset="{FILE} 2x" alt="x">', FILE),
        ('<img src="http://127.0.0.1:9/x.png" alt="x">', "http://127.0.0.1:9/x.png"),
        ('<img src="data:image/png;base64,AAAA" alt="x">', "data:image/png;base64,AAAA"),
        ('<img src="dot.png" alt="x">', "dot.png"),
        ('<img src="ASSET:dot.png" alt="x">', "ASSET:dot.png"),
        ('<img src="asset:../dot.png" alt="x">', "asset:../dot.png"),
        ('<img src="asset:%64ot.png" alt="x">', "asset:%64ot.png"),
        ('<img src="asset:dot.png?x" alt="x">', "asset:dot.png?x"),
        ('<img src="asset:reach.svg" alt="x">', FILE),
        (f'<embed src="{FILE}">', FILE),
        (f'<object data="{FILE}">x</object>', FILE),
        (f'<iframe src="{FILE}"></iframe>', FILE),
        (f'<video poster="{FILE}"></video>', FILE),
        (f'<base href="{FILE}">', FILE),
        (f'<link rel="stylesheet" href="{FILE}">', FILE),
        ('<link rel="stylesheet" href="data:text/css,p{}">', "data:text/css,p{}"),
        (f'<link rel="attachment" href="{FILE}">', FILE),
        ('<link rel="attachment" href="asset:dot.png">', "asset:dot.png"),
        (f'<a rel="attachment" href="{FILE}">x</a>', FILE),
        (f'<p style="background: url({FILE})">x</p>', FILE),
        (f'<style>@import "{FILE}";</style>', FILE),
        (f"<style>p::before {{ content: url({FILE}) }}</style><p>x</p>", FILE),
        (f"<style>li {{ list-style-image: url({FILE}) }}</style><ul><li>x</li></ul>", FILE),
        (f"<style>p {{ border: 1px solid; border-image: url({FILE}) 1 }}</style><p>x</p>", FILE),
        (f"<style>@font-face {{ font-family: x; src: url({FILE}) }}</style>", FILE),
        ("<style>@font-face { font-family: x; src: url(asset:dot.png) }</style>", "asset:dot.png"),
        ('<style>@font-face { font-family: x; src: local("Noto Serif") }</style>', "Noto Serif"),
        (f"<style>@color-profile --x {{ src: url({FILE}) }}</style>", FILE),
        (f'<svg viewBox="0 0 9 9"><title>x</title><image href="{FILE}" width="9" height="9"/></svg>', FILE),
        (f'<svg viewBox="0 0 9 9"><title>x</title><image xlink:href="{FILE}" width="9" height="9"/></svg>', FILE),
        (f'<svg viewBox="0 0 9 9"><title>x</title><use href="{FILE}#a"/></svg>', FILE + "#a"),
        (
            f'<svg viewBox="0 0 9 9"><title>x</title><rect fill="url({FILE}#a)" width="9" height="9"/></svg>',
            FILE + "#a",
        ),
    ],
)
def test_any_other_address_forbids_the_document(body, address):
    sheet = typeset(pdf_facts.job(f"<h1>T</h1>{body}", assets=(PICTURE, REACHING)))
    assert sheet.pdfs == ()
    assert f'en: the document asks for "{address}"' in [
        fault.fact for fault in sheet.faults if fault.code == "fetch-denied"
    ]


def test_a_style_sheet_inside_a_drawing_forbids_the_document():
    drawing = f'<svg viewBox="0 0 9 9"><title>x</title><style>@import "{FILE}";</style></svg>'
    sheet = typeset(pdf_facts.job(f"<h1>T</h1>{drawing}"))
    assert sheet.pdfs == ()
    assert sheet.faults


@pytest.mark.parametrize(
    "rule",
    [
        f'@import "{FILE}";',
        "@font-face {{ font-family: x; src: url({FILE}) }}".replace("{FILE}", FILE)
        .replace("{{", "{")
        .replace("}}", "}"),
        f"@color-profile --x {{ src: url({FILE}) }}",
        f"h1 {{ background: url({FILE}) }}",
    ],
)
def test_a_job_style_may_ask_no_more_and_is_refused_every_time(rule):
    job = pdf_facts.job("<h1>T</h1>", styles=(rule + pdf_facts.SHEET + pdf_facts.LATIN,))
    for _ in range(2):  # the parsed style sheet is kept, and so is what was wrong in it
        sheet = typeset(job)
        assert sheet.pdfs == ()
        assert f'en: the document asks for "{FILE}"' in [fault.fact for fault in sheet.faults]


def test_links_to_read_on_are_not_fetched():
    sheet = typeset(
        pdf_facts.job('<h1>T</h1><a href="https://example.org/">more</a> <a href="tel:+15550100199">call</a>')
    )
    assert sheet.faults == ()


# --- complaints of the renderer -----------------------------------------------------------------


def test_an_unknown_property_forbids_the_document_every_time():
    job = pdf_facts.job("<h1>T</h1>", "h1 { colour: red }")
    for _ in range(2):
        sheet = typeset(job)
        assert sheet.pdfs == ()
        assert [(fault.code, "colour" in fault.fact) for fault in sheet.faults] == [("renderer-warning", True)]


def test_a_broken_picture_forbids_the_document():
    sheet = typeset(pdf_facts.job('<h1>T</h1><img src="asset:dot.png" alt="x">', assets=(("dot.png", b"no picture"),)))
    assert sheet.pdfs == ()
    assert "renderer-warning" in [fault.code for fault in sheet.faults]


def test_a_link_to_nowhere_forbids_the_document():
    assert codes(pdf_facts.job('<h1>T</h1><a href="#nowhere">x</a>')) == ["renderer-warning"]


def test_a_missing_glyph_names_the_text():
    sheet = typeset(pdf_facts.job('<h1>T</h1><p lang="es">Un oso \U0001f9f8</p>'))
    assert sheet.pdfs == ()
    assert [(fault.code, fault.fact) for fault in sheet.faults] == [
        ("missing-glyph", 'es, <p> "Un oso \U0001f9f8": no font has "\U0001f9f8" (U+1F9F8)')
    ]


def test_a_missing_glyph_of_the_style_sheet_is_told_too():
    (fault,) = typeset(pdf_facts.job("<h1>T</h1><ul><li>x</li></ul>", 'ul { list-style-type: "\U0001f9f8" }')).faults
    assert fault.fact.startswith("en, generated content: no font has")


def test_a_font_that_nobody_named_is_no_substitute():
    (fault,) = typeset(pdf_facts.job('<h1>T</h1><p lang="ka">ა</p>')).faults
    assert fault.code == "missing-glyph"
    assert fault.fact.startswith('ka, <p> "ა": "ა" (U+10D0) is set in Noto S')


def test_the_file_itself_shows_the_missing_glyph():
    """The oracle that judges finished files sees what the renderer's log tells."""
    import weasyprint

    html = "<html lang=en><title>T</title><p style=\"font: 12pt 'Noto Sans'\">Un oso \U0001f9f8\U0001f9f8"
    assert pdf_facts.missing_glyphs(weasyprint.HTML(string=html).write_pdf()) == 2
    assert pdf_facts.missing_glyphs(typeset(pdf_facts.job("<h1>Un oso</h1>")).pdfs[0][1]) == 0


def test_the_renderers_log_is_left_as_it_was():
    import logging

    logger = logging.getLogger("weasyprint")
    before = (logger.level, list(logger.handlers))
    typeset(pdf_facts.job("<h1>T</h1>", "h1 { colour: red }"))
    assert (logger.level, list(logger.handlers)) == before


# --- in a worker --------------------------------------------------------------------------------


def in_worker(code: str) -> str:
    """Run code in a process that has called `worker.start`, and give what it prints."""
    head = (
        "import sys; sys.path[:0] = ['.', 'tests']\n"
        "import os, resource, pdf_facts\nfrom builder.typeset import worker\n"
        "worker.start(os.environ['FONTCONFIG_FILE'])\n"
    )
    result = subprocess.run([sys.executable, "-c", head + code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_a_worker_gives_the_bytes_of_this_process():
    job = pdf_facts.job(PARAGRAPHS)
    code = (
        "import hashlib\n"
        f"job = pdf_facts.job({PARAGRAPHS!r})\n"
        "print([hashlib.sha256(pdf).hexdigest() for sheet in worker.work((job, job)) for _, pdf in sheet.pdfs])"
    )
    here = [hashlib.sha256(pdf).hexdigest() for _, pdf in typeset(job).pdfs]
    assert in_worker(code) == str(here * 2)


def test_a_worker_makes_no_connection_and_leaves_no_core():
    code = (
        "import socket\n"
        "local = ('127.0.0.1', 9)\n"
        "for ask in (lambda: socket.create_connection(local), lambda: socket.getaddrinfo('localhost', 80)):\n"
        "    try: ask()\n"
        "    except PermissionError as error: print('refused')\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE)[0], resource.getrlimit(resource.RLIMIT_DATA)[0])"
    )
    assert in_worker(code).split() == ["refused", "refused", "0", str(worker.MEMORY)]


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_a_worker_ends_with_its_parent():
    code = (
        "import sys; sys.path[:0] = ['.', 'tests']\nimport os, time, pdf_facts\nfrom builder.typeset import worker\n"
        "if not os.fork():\n    worker.start(os.environ['FONTCONFIG_FILE']); os.write(1, b'ready\\n')\n"
        "time.sleep(20)"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout.readline() == b"ready\n"
        parent.kill()
        begun = time.monotonic()
        assert parent.stdout.read() == b""  # ends when the worker, which holds the other end, is gone
    assert time.monotonic() - begun < 10


def test_a_job_that_fails_does_not_stop_its_neighbours():
    good = pdf_facts.job("<h1>T</h1>")
    bad = pdf_facts.job("<h1>T</h1>", name="en/bad", papers=(Paper("a5", 148, 210),))
    first, second, third = worker.work((good, bad, good))
    assert first == third == typeset(good)
    assert (second.name, second.pdfs) == ("en/bad", ())
    (fault,) = second.faults
    assert fault.code == "crashed"
    assert fault.fact.startswith("en: ValueError at pdf_file.py:")


def test_an_account_of_a_crash_keeps_the_text_to_itself():
    job = pdf_facts.job("<h1>Amparo Villanueva</h1>")
    said = worker._account(ValueError("cannot break Amparo Villanueva at 12"), job)
    assert "Amparo" not in said
    assert "Villanueva" not in said
    assert said.endswith("cannot break … … at 12")


def test_a_document_that_is_too_big_is_told_so():
    class Endless:
        def __iter__(self):
            raise MemoryError

    (sheet,) = worker.work((pdf_facts.job("<h1>T</h1>", assets=Endless()),))
    assert [fault.code for fault in sheet.faults] == ["too-big"]
    assert typeset(pdf_facts.job("<h1>T</h1>")).faults == ()


def test_this_process_has_kept_its_own_limits():
    assert resource.getrlimit(resource.RLIMIT_DATA)[0] != worker.MEMORY
