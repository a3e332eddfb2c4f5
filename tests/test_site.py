"""The library as plain files: complete, consistent, the same bytes again, and usable without a server of ours."""

from __future__ import annotations

import functools
import http.server
import io
import re
import threading
import zipfile
from pathlib import Path
from urllib.parse import urljoin

import pytest
from conftest import assemble

from builder import site
from builder.build import Request
from builder.site import SiteError

ATTRIBUTE = re.compile(r'\s(?:href|src)="([^"]+)"')


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    return assemble(tmp_path_factory.mktemp("site") / "program")


@pytest.fixture(scope="module")
def written(root, tmp_path_factory, workers):
    """A site with drafts, and one without: (folder, what it holds)."""
    folder = tmp_path_factory.mktemp("sites")
    return {
        drafts: (folder / name, site.write(root, folder / name, Request(), workers, lambda *_: None, drafts=drafts))
        for drafts, name in ((True, "all"), (False, "ready"))
    }


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_drafts_are_left_out_unless_asked_for(written):
    folder, done = written[False]
    assert not any(name.startswith("es") for name in files(folder))
    assert (done.sheets, done.drafts) == (2, 2)
    assert "Drafts, read by no speaker, are left out here." in (folder / "index.html").read_text("utf-8")
    folder, done = written[True]
    assert (done.sheets, done.pdfs, done.drafts) == (4, 8, 0)
    spanish = (folder / "es/hello/7-18m-handout.html").read_text("utf-8")
    assert "BORRADOR" in spanish
    assert 'class="reading handout " lang="es" dir="ltr"' in spanish


def test_every_link_leads_to_a_file_and_every_file_is_led_to(written):
    folder, _ = written[True]
    there, led = files(folder), {"index.html", "site.json"}
    for name, data in there.items():
        if name.endswith(".html"):
            for link in ATTRIBUTE.findall(data.decode("utf-8")):
                if not link.startswith("#"):
                    assert "://" not in link
                    led.add(urljoin(name, link))
    assert led - there.keys() == set()
    assert there.keys() - led == set()


def test_a_zip_holds_the_sheets_of_its_language(written):
    folder, _ = written[True]
    with zipfile.ZipFile(io.BytesIO((folder / "es.zip").read_bytes())) as archive:
        assert archive.namelist() == [
            f"es/hello/7-18m-{kind}-{paper}.pdf" for kind in ("checklist", "handout") for paper in ("a4", "letter")
        ]
        assert archive.read("es/hello/7-18m-handout-a4.pdf") == (folder / "es/hello/7-18m-handout-a4.pdf").read_bytes()


def test_the_same_library_gives_the_same_bytes_and_what_left_it_goes(root, written, workers, tmp_path):
    folder, _ = written[True]
    again = tmp_path / "again"
    site.write(root, again, Request(), workers, lambda *_: None, drafts=True)
    assert files(again) == files(folder)
    (again / "mine.txt").write_text("kept", "utf-8")
    done = site.write(root, again, Request(languages=("en",)), workers, lambda *_: None, drafts=False)
    assert done.removed > 0
    left = files(again)
    assert not any(name.startswith("es") for name in left)
    assert left["mine.txt"] == b"kept"


def test_a_folder_of_something_else_is_left_alone(root, workers, tmp_path):
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(SiteError, match="not empty"):
        site.write(root, tmp_path, Request(), workers, lambda *_: None, drafts=True)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_site_of_drafts_alone_says_why_it_is_empty(root, workers, tmp_path):
    with pytest.raises(SiteError, match="--drafts"):
        site.write(root, tmp_path / "s", Request(languages=("es",)), workers, lambda *_: None, drafts=False)


@pytest.mark.parametrize("javascript", [True, False])
def test_the_index_filters_and_does_without_a_script(written, chromium, javascript):
    from axe_playwright_python.sync_playwright import Axe

    folder, _ = written[True]

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_arguments):
            return

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        context = chromium.new_context(java_script_enabled=javascript, viewport={"width": 390, "height": 800})
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/index.html")
        rows = page.locator(".rows > li")
        assert rows.count() == 4
        if javascript:
            page.get_by_label("Language", exact=True).select_option("es")
            assert [row.get_attribute("data-language") for row in rows.all() if row.is_visible()] == ["es", "es"]
            page.reload()
            assert sum(row.is_visible() for row in rows.all()) == 2  # the address keeps the choice
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
            assert Axe().run(page).response["violations"] == []
            page.goto(f"http://127.0.0.1:{server.server_port}/es/hello/7-18m-handout.html")
            assert Axe().run(page).response["violations"] == []
        else:
            assert not page.get_by_label("Language", exact=True).is_visible()
            page.get_by_role("link", name="español", exact=True).first.click()
            assert rows.count() == 2
        context.close()
        server.shutdown()
