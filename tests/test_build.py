"""Building: what is made, what is left alone, what is removed, and that bytes depend on nothing else."""

from __future__ import annotations

import gc
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import assemble

from builder import catalog, plan, project, store
from builder.build import Report, Request, build
from builder.diagnostics import ProblemsError
from builder.model import DocumentKey, Job, Sheet
from builder.plan import SelectionError
from builder.run import run
from builder.store import BusyError, UnsafeError

ARTICLE = "content/topics/hello/7-18m.md"
SPANISH = "content/locale/es/hello.po"


def pdfs(root: Path) -> dict[str, bytes]:
    output = root / "output"
    return {path.relative_to(output).as_posix(): path.read_bytes() for path in sorted(output.rglob("*.pdf"))}


def change(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text(encoding="utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def built(tmp_path_factory, workers) -> tuple[Path, Report]:
    """The project `tiny`, built once; tests copy it."""
    root = assemble(tmp_path_factory.mktemp("built") / "project")
    report = build(root, Request(), workers)
    return root, report


@pytest.fixture
def copy(built, tmp_path) -> Path:
    return Path(shutil.copytree(built[0], tmp_path / "copy"))


def test_the_shelf_is_languages_by_kinds_by_papers(built):
    root, report = built
    assert report.ok, report.problems
    assert sorted(report.built) == sorted(pdfs(root))
    assert list(pdfs(root)) == [
        f"{language}/hello/7-18m-{kind}-{paper}.pdf"
        for language in ("en", "es") for kind in ("checklist", "handout") for paper in ("a4", "letter")
    ]  # fmt: skip
    assert (root / "output" / "index.html").read_text(encoding="utf-8").count('.pdf"') == 8


def test_the_second_paper_is_the_same_file_in_another_frame(built):
    files = pdfs(built[0])
    letter, a4 = files["es/hello/7-18m-handout-letter.pdf"], files["es/hello/7-18m-handout-a4.pdf"]
    assert len(letter) == len(a4)
    assert letter != a4
    assert sum(a != b for a, b in zip(letter, a4, strict=True)) < 500


def test_nothing_changed_is_found_without_importing_a_stage(copy):
    first = subprocess.run(
        [sys.executable, "-m", "builder", "build"], cwd=copy, capture_output=True, text=True, check=True
    )
    assert "unchanged" in first.stdout
    before = {path: path.stat().st_mtime_ns for path in copy.rglob("*.pdf")}
    code = (
        "import sys\nfrom builder.cli import main\n"
        "try:\n    main(['build'])\nexcept SystemExit as end:\n    print('exit', end.code)\n"
        "print(sorted({'jinja2', 'weasyprint', 'pydantic', 'yaml', 'markdown', 'pebble'} & set(sys.modules)))"
    )
    second = subprocess.run([sys.executable, "-c", code], cwd=copy, capture_output=True, text=True, check=True)
    assert second.stdout.startswith("0 built, 8 unchanged")
    assert second.stdout.endswith("exit 0\n[]\n")
    assert {path: path.stat().st_mtime_ns for path in copy.rglob("*.pdf")} == before


def test_a_build_with_nothing_to_do_sweeps_what_killed_ones_left(copy, workers, tmp_path, monkeypatch):
    build(copy, Request(), workers)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    left = [tmp_path / "handouts-workers-gone", copy / "output/es/.part-1-0a"]
    left[0].mkdir()
    left[1].write_text("half")
    assert build(copy, Request(), workers).unchanged == 8
    assert not any(path.exists() for path in left)


def test_one_changed_sentence_typesets_only_the_sheets_that_print_it(copy, workers):
    build(copy, Request(), workers)
    change(copy, SPANISH, "Gatea y voltea a verle.", "Gatea, y luego voltea a verle.")
    report = build(copy, Request(), workers)
    assert sorted(report.built) == ["es/hello/7-18m-checklist-a4.pdf", "es/hello/7-18m-checklist-letter.pdf"]
    assert report.unchanged == 6


def test_a_change_that_reaches_no_page_typesets_nothing(copy, workers):
    change(copy, ARTICLE, "title: Out and back", "# the title\ntitle: Out and back")
    report = build(copy, Request(), workers)
    assert (report.built, report.unchanged) == ((), 8)


def test_a_lost_or_altered_output_is_made_again(copy, workers):
    build(copy, Request(), workers)
    (copy / "output/en/hello/7-18m-handout-a4.pdf").unlink()
    (copy / "output/es/hello/7-18m-handout-a4.pdf").write_bytes(b"scribble")
    before = pdfs(copy)
    report = build(copy, Request(), workers)
    assert {path.rsplit("-", 1)[0] for path in report.built} == {"en/hello/7-18m-handout", "es/hello/7-18m-handout"}
    after = pdfs(copy)
    assert all(after[path] == before[path] for path in before if "es/hello/7-18m-handout-a4" not in path)


def test_only_listed_files_whose_key_left_are_removed(copy, workers):
    build(copy, Request(), workers)
    kept = copy / "output/en/hello/my-own.pdf"
    kept.write_bytes(b"mine")
    change(copy, "templates/kinds.yaml", "handout:\n", "leaflet:\n")
    for path in ("templates/editions.yaml", "program.yaml"):
        change(copy, path, "[handout", "[leaflet")
    (copy / "templates/handout.html").rename(copy / "templates/leaflet.html")
    report = build(copy, Request(), workers)
    assert report.ok, report.problems
    assert len(report.removed) == 4
    assert all("handout" in path for path in report.removed)
    assert kept.read_bytes() == b"mine"


def test_what_has_left_is_found_without_holding_every_document_there_could_be(copy, repository, workers, monkeypatch):
    """All languages, papers and editions are many times what a project prints: their keys pass one at a time."""
    shutil.copytree(repository / "content/languages", copy / "content/languages", dirs_exist_ok=True)
    for number in range(10):
        shutil.copytree(copy / "content/topics/hello", copy / f"content/topics/hello-{number}")
    asked = Request(topics=("hello",), languages=("en",), kinds=("checklist",), papers=("a4",))
    assert build(copy, asked, workers).ok
    change(copy, ARTICLE, "Comes back for a hug.", "Comes back to you for a hug.")
    upstream, alive, seen = plan.path, [], set()

    def path(key: DocumentKey, staff: str) -> str:
        seen.add(upstream(key, staff))
        if len(seen) % 50 == 1:
            alive.append(sum(isinstance(each, DocumentKey) for each in gc.get_objects()))
        return upstream(key, staff)

    before = sum(isinstance(each, DocumentKey) for each in gc.get_objects())
    monkeypatch.setattr(plan, "path", path)
    assert len(build(copy, asked, workers).built) == 1
    assert len(seen) > 100
    assert max(alive) - before - len(store.load(copy / "output").documents) < 10  # what is listed has a key


def test_a_narrow_build_leaves_the_rest_alone(copy, workers):
    before = pdfs(copy)
    report = build(copy, Request(languages=("es",), kinds=("handout",), papers=("a4",), ages=("9m",)), workers)
    assert report.removed == ()
    assert pdfs(copy) == before


def test_a_text_for_any_age_that_cannot_be_read_stops_what_would_borrow_from_it(copy, workers):
    (copy / "content/topics/hello/any-age.md").write_bytes(
        b"---\ntitle: Caf\xe9\nsummary: s\n---\n\n## Key message\n\nStay.\n"
    )
    before = pdfs(copy)
    report = build(copy, Request(), workers)
    assert not report.ok
    assert set(report.failed) == before.keys()
    assert pdfs(copy) == before


def test_an_article_with_a_mistake_keeps_its_old_sheets_and_stops_no_other(copy, workers):
    before = pdfs(copy)
    shutil.copytree(copy / "content/topics/hello", copy / "content/topics/again")
    change(copy, ARTICLE, "## You may see", "## You may hear")
    report = build(copy, Request(languages=("en",)), workers)
    assert [problem.code for problem in report.problems] == ["unknown-element"]
    assert sorted(report.failed) == [path for path in before if path.startswith("en/")]
    assert len(report.built) == 4
    assert {path: data for path, data in pdfs(copy).items() if "again" not in path} == before


def test_a_sheet_that_cannot_be_typeset_stops_no_other(copy, workers):
    change(copy, "templates/checklist.html", "{{ head(", '<p style="margin-left:400mm">away</p>{{ head(')
    report = build(copy, Request(languages=("en",)), workers)
    assert {problem.code for problem in report.problems} == {"off-page"}
    assert sorted(report.failed) == ["en/hello/7-18m-checklist-a4.pdf", "en/hello/7-18m-checklist-letter.pdf"]


def test_a_sheet_whose_translation_lacks_a_sentence_is_not_kept(copy, workers):
    build(copy, Request(), workers)
    change(copy, ARTICLE, "Comes back for a hug.", "Comes back to you for a hug.")
    report = build(copy, Request(), workers)
    assert sorted(report.missing) == ["es/hello/7-18m-checklist-a4.pdf", "es/hello/7-18m-checklist-letter.pdf"]
    assert sorted(report.removed) == sorted(report.missing)
    assert not (copy / "output/es/hello/7-18m-checklist-a4.pdf").exists()


def test_an_unknown_name_is_refused_with_the_nearest(copy, workers):
    with pytest.raises(SelectionError, match=r'there is no kind "handuot" \(did you mean "handout"'):
        build(copy, Request(kinds=("handuot",)), workers)


def test_bytes_depend_on_nothing_but_the_project(built, tmp_path):
    """Another folder, time zone, hash seed, locale and number of workers give the same files."""
    root = assemble(tmp_path / "elsewhere" / "deeper")
    environment = {**os.environ, "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "7", "LC_ALL": "C"}
    subprocess.run(
        [sys.executable, "-m", "builder", "build", "--jobs", "1", "--language", "es", "--language", "en"],
        cwd=root, env=environment, check=True, capture_output=True,
    )  # fmt: skip
    assert pdfs(root) == pdfs(built[0])
    index = "output/index.html"
    assert (root / index).read_bytes() == (built[0] / index).read_bytes()


def test_workers_that_were_begun_with_and_not_needed_end_with_the_command(copy):
    (copy / ARTICLE).touch()  # something may have changed
    command = [sys.executable, "-m", "builder", "build"]
    with subprocess.Popen(command, cwd=copy, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.communicate()[0].startswith("0 built, 8 unchanged")
    until = time.monotonic() + 2  # multiprocessing's keeper of names ends a moment after its owner
    while time.monotonic() < until and alive(process.pid):
        time.sleep(0.02)
    assert not alive(process.pid)


def alive(group: int) -> bool:
    """Whether any process of a group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


PLAIN = """<!doctype html>
<html lang="{{ page.body.tag }}"><head><title>{{ page.title.plain }}</title></head>
<body><h1>{{ t(page.title) }}</h1><p>{{ t(page.summary) }}</p></body></html>
"""  # with nothing that tells one topic from another of the same words


def test_what_is_the_same_on_paper_is_typeset_once(copy, workers, monkeypatch):
    typeset: list[str] = []

    def noted(jobs: Iterable[Job], *rest: Any) -> Iterator[Sheet]:
        return run(map(note, jobs), *rest)

    def note(job: Job) -> Job:
        typeset.append(job.name)
        return job

    def again(number: int) -> Report:
        shutil.copytree(copy / "content/topics/hello", copy / f"content/topics/hello-{number}")
        typeset.clear()
        report = build(copy, Request(languages=("en",), kinds=("checklist",)), workers)
        assert report.ok
        assert len({path.read_bytes() for path in (copy / "output/en").rglob("*checklist-a4.pdf")}) == 1
        return report

    monkeypatch.setattr("builder.rebuild.run", noted)
    (copy / "templates/checklist.html").write_text(PLAIN, encoding="utf-8")
    assert len(again(1).built) == 4  # two topics on two papers
    assert typeset == ["en/hello/7-18m-checklist"]
    assert sorted(again(2).built) == ["en/hello-2/7-18m-checklist-a4.pdf", "en/hello-2/7-18m-checklist-letter.pdf"]
    assert typeset == []
    for path in (copy / "output/en").rglob("*checklist-a4.pdf"):
        stat = path.stat()
        path.write_bytes(bytes(stat.st_size))
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    with pytest.raises(AssertionError):  # those that seem to be as they were stay
        again(3)
    assert typeset == ["en/hello-3/7-18m-checklist"]  # but none is copied


def test_two_builds_do_not_write_at_once(copy, workers):
    with store.locked(copy / "output"), pytest.raises(BusyError):
        build(copy, Request(), workers)


def test_what_an_interrupted_build_left_is_swept(copy, workers):
    stray = copy / "output/en/hello/.part-123-7-18m-handout-a4.pdf"
    stray.write_bytes(b"half")
    build(copy, Request(), workers)
    assert not stray.exists()


def test_nothing_is_written_through_a_link(copy, workers, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.rmtree(copy / "output/en")
    (copy / "output/en").symlink_to(elsewhere)
    with pytest.raises(UnsafeError, match="is a link"):
        build(copy, Request(), workers)
    assert list(elsewhere.iterdir()) == []


def test_the_manifest_tells_state_pages_and_code(built):
    raw = json.loads((built[0] / "output" / "manifest.json").read_bytes())
    record = raw["documents"]["es/hello/7-18m-handout-a4.pdf"]
    assert record["state"] == "draft"
    assert record["key"]["staff_language"] == "en"
    assert record["pages"] == 1
    assert raw["documents"]["es/hello/7-18m-handout-letter.pdf"]["code"] == record["code"]


def test_an_approval_and_its_end_reach_the_sheets(copy, workers):
    """Approving changes no text, but what the sheet says of it; so does taking the approval back."""
    for path in (SPANISH, "content/locale/es/ui.po"):
        text = (copy / path).read_text(encoding="utf-8")
        text = re.sub(r"^# draft: .*\n|^#, fuzzy\n", "", text, flags=re.MULTILINE)
        (copy / path).write_text(text, encoding="utf-8")
    request = Request(languages=("es",), kinds=("checklist",), papers=("a4",))
    build(copy, request, workers)
    assert state(copy) == "draft"
    loaded = project.read(copy)
    spanish, topic = loaded.catalogs["es"], loaded.library.topics[0]
    rows = [
        (topic.id, "7-18m", catalog.snapshot(spanish, topic.id, catalog.article_texts(topic, "7-18m"))),
        (catalog.UI, '""', catalog.snapshot(spanish, catalog.UI, spanish.components[catalog.UI])),
    ]
    lines = [
        f"- {{topic: {name}, band: {band}, snapshot: {found}, role: community reviewer, date: 2027-03-01}}\n"
        for name, band, found in rows
    ]
    (copy / "content/reviews").mkdir()
    (copy / "content/reviews/es.yaml").write_text("".join(lines), encoding="utf-8")
    assert build(copy, request, workers).built == ("es/hello/7-18m-checklist-a4.pdf",)
    assert state(copy) == "ready"
    shutil.rmtree(copy / "content/reviews")
    assert build(copy, request, workers).built == ("es/hello/7-18m-checklist-a4.pdf",)
    assert state(copy) == "draft"


def state(root: Path) -> str:
    raw = json.loads((root / "output" / "manifest.json").read_bytes())
    return str(raw["documents"]["es/hello/7-18m-checklist-a4.pdf"]["state"])


def test_a_language_record_that_cannot_be_read_costs_no_sheet(copy, workers):
    before = pdfs(copy)
    (copy / "content/languages/es.yaml").write_text("name: [", encoding="utf-8")
    report = build(copy, Request(languages=("en",)), workers)
    assert report.removed == ()
    assert pdfs(copy) == before
    with pytest.raises(ProblemsError, match=r"content/languages/es.yaml"):
        build(copy, Request(), workers)


def test_a_fact_that_nobody_prints_stops_no_sheet(copy, workers):
    with (copy / "content/facts.yaml").open("a", encoding="utf-8") as facts:
        facts.write('"A.7": {says: "Unused", source: "Z", use: ok}\n')
    report = build(copy, Request(), workers)
    assert [problem.code for problem in report.problems] == ["unknown-source", "unused-fact"]
    assert report.failed == ()


def test_a_list_that_somebody_else_wrote_removes_nothing_outside(copy, workers):
    precious = copy / "precious.pdf"
    precious.write_bytes(b"mine")
    build(copy, Request(), workers)
    listed = (copy / "output/manifest.json").read_text(encoding="utf-8")
    entry = listed.replace("en/hello/7-18m-handout-a4.pdf", "../precious.pdf")
    (copy / "output/manifest.json").write_text(entry, encoding="utf-8")
    change(copy, ARTICLE, "Open your arms.", "Open both arms.")
    build(copy, Request(), workers)
    assert precious.read_bytes() == b"mine"


@pytest.mark.parametrize(
    "languages", [pytest.param(("en", "es", "ar"), id="three"), pytest.param((), id="all", marks=pytest.mark.slow)]
)
def test_the_shelf_holds_with_the_programs_own_numbers(repository, tmp_path, workers, languages):
    """What fits with lines to write on also fits with long numbers and a safe-sleep line, but in the tallest scripts."""
    for name in ("content", "templates"):
        shutil.copytree(repository / name, tmp_path / name)
    (tmp_path / "program.yaml").write_bytes((repository / "program.yaml").read_bytes())
    for field, value in (
        ("phone", "+1 555 010 2345"),
        ("interpreter", "+1 800 555 0199"),
        ("urgent_help", "911"),
        ("safe_sleep", "For every sleep, put your baby on the back, alone, on a firm flat bed."),
    ):
        text = (tmp_path / "program.yaml").read_text(encoding="utf-8")
        (tmp_path / "program.yaml").write_text(
            re.sub(rf"(?m)^  {field}:.*$", f'  {field}: "{value}"', text), encoding="utf-8"
        )
    report = build(tmp_path, Request(languages=languages, papers=("letter",), ages=("0-9m",)), workers)
    tall = ("output/my/", "output/ne/", "output/pa/")  # no line is left there for a program's own: told, not printed
    assert {problem.code for problem in report.problems} <= {"over-budget"}
    assert [problem for problem in report.problems if not problem.place.file.startswith(tall)] == []
    assert len(report.built) + len(report.problems) >= 8 * (len(languages) or 21)


def test_a_language_that_is_not_printed_is_not_judged(copy, workers):
    """Its sheets stay; `handouts check` tells what is wrong with it."""
    before = pdfs(copy)
    change(copy, SPANISH, "msgstr", "msgstrange")
    report = build(copy, Request(languages=("en",)), workers)
    assert (report.problems, report.built, report.removed) == ((), (), ())
    report = build(copy, Request(languages=("es",)), workers)
    assert {problem.code for problem in report.problems} == {"po-syntax"}
    assert pdfs(copy) == before


def test_what_is_under_way_is_counted_to_the_end(copy, workers):
    shutil.rmtree(copy / "output")
    told: list[tuple[int, int]] = []
    build(copy, Request(), workers, lambda done, total, _: told.append((done, total)))
    assert told[-1] == (8, 8)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert {total for _, total in told} == {8}
