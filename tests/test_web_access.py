"""Who may ask for a page, what a page refuses, and what it keeps: the application without a server between."""

from __future__ import annotations

import re
import time
from datetime import date
from threading import Event

import pikepdf
import pytest
from conftest import assemble
from web_served import Visitor

from builder.diagnostics import RefusalError
from builder.web import access, jobs, serve
from builder.web.jobs import FullError, Jobs, Result
from builder.web.office import Office, Settings
from builder.web.serve import ServeError

VISIT = {"age-1": "14", "unit-1": "months", "language": "English"}
DATES = {"born-1": "2025-11-03", "due-1": "2026-02-05", "visit-day": "2026-11-09", "language": "en"}
EVERYBODY = "0.0.0.0"  # noqa: S104 - compared, not bound
PAGES = ("/", "/visit", "/group", "/library", "/sheet/en/hello/7-18m-handout", "/nothing")


@pytest.fixture(scope="module")
def shared(tmp_path_factory, web_pool):
    """One office for the tests that change nothing in it."""
    root = assemble(tmp_path_factory.mktemp("shared") / "program")
    office = Office(Settings(root, edit=True, today=lambda: date(2026, 11, 22)), web_pool, Jobs(1))
    yield office
    office.jobs.close()


@pytest.fixture
def visitor(shared) -> Visitor:
    return Visitor(shared)


def made(visitor: Visitor, fields: dict[str, str]) -> str:
    """Make a pack; the address of its work."""
    answer = visitor.post("/visit/pack", fields)
    assert answer.status_code == 303, answer.text
    at = answer.location
    for _ in range(300):
        if visitor.get(f"{at}/state").json["state"] not in {"waiting", "working"}:
            break
        time.sleep(0.1)
    return at


# --- who may ask -----------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8080", ""])
def test_a_foreign_host_is_refused(visitor, host):
    assert visitor.get("/visit", headers={"Host": host}).status_code == 400
    assert visitor.get("/static/page.js", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost", "localhost:8080", "127.0.0.1:9"])
def test_our_own_names_are_not(visitor, host):
    assert visitor.get("/visit", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": "http://localhost:81"}, {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/visit", "/visit/pack", "/group", "/interface", "/make", "/languages/es/sync"])
def test_a_form_from_elsewhere_is_refused(visitor, path, headers):
    answer = visitor.client.post(path, data={"token": visitor.token, **VISIT}, headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize("token", ["", "x", "é"])
def test_a_form_without_its_token_is_refused(visitor, token):
    answer = visitor.client.post("/visit", data={**VISIT, "token": token}, headers={"Origin": "http://localhost"})
    assert answer.status_code == 403
    bare = visitor.client.post("/visit", data={**VISIT, "token": visitor.token})  # no sign of where it comes from
    assert bare.status_code == 403


def test_the_token_of_another_visitor_opens_nothing(visitor, shared):
    other = Visitor(shared)
    answer = visitor.client.post("/visit", data={**VISIT, "token": other.token}, headers={"Origin": "http://localhost"})
    assert answer.status_code == 403


@pytest.mark.parametrize("path", PAGES)
def test_browsers_are_told_to_load_nothing_foreign_and_to_keep_nothing(visitor, path):
    answer = visitor.get(path)
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:|https?://", answer.text)


def test_the_cookie_is_for_this_server_alone(visitor):
    cookie = visitor.get("/visit").headers.get("Set-Cookie") or visitor.client.get_cookie("handouts")
    assert cookie
    fresh = visitor.client.application.test_client().get("/visit").headers["Set-Cookie"]
    assert "HttpOnly" in fresh
    assert "SameSite=Lax" in fresh
    assert "Expires" not in fresh


# --- a secret at the door ----------------------------------------------------------------------------


def test_others_get_in_with_the_secret_only(office):
    visitor = Visitor.__new__(Visitor)
    visitor.client = serve.app.create(office(secret="correct horse battery")).test_client()  # noqa: S106 - a test's own

    def login(secret: str):
        token = re.search(r'name="token" value="([^"]+)"', visitor.get("/login").text)[1]
        fields = {"token": token, "secret": secret}
        return visitor.client.post("/login", data=fields, headers={"Origin": "http://localhost"})

    for path in (
        "/",
        "/visit",
        "/library",
        "/pdf/en/hello/7-18m-handout-letter.pdf",
        "/making/x/events",
        "/asset/x.png",
    ):
        assert visitor.get(path).location == "/login"
    assert "wrong" in login("correct horse").location
    assert visitor.get("/visit").location == "/login"
    assert login("correct horse battery").location == "/"
    assert visitor.get("/visit").status_code == 200
    stranger = visitor.client.application.test_client()
    assert stranger.get("/visit").location == "/login"
    assert [login(f"guess {number}").status_code for number in range(12)].count(429) >= 2


@pytest.mark.parametrize(
    ("host", "secret", "fine"),
    [
        ("127.0.0.1", "", True), ("localhost", "", True), ("::1", "", True), ("127.0.0.1", "short", False),
        (EVERYBODY, "", False), ("192.168.1.4", "", False), ("office", "", False), (EVERYBODY, "long enough for it", True),
    ],
)  # fmt: skip
def test_a_server_for_others_needs_a_secret(host, secret, fine):
    if fine:
        serve.check_secret(host, secret)
    else:
        with pytest.raises(ServeError, match="secret"):
            serve.check_secret(host, secret)


def test_without_edit_there_is_nothing_to_write_with(office):
    visitor = Visitor(office())
    for path in ("/languages", "/languages/es", "/languages/es/messages/hello"):
        assert visitor.get(path).status_code == 404
    assert visitor.post("/languages/es/sync").status_code == 404
    assert "/languages" not in visitor.get("/").text


# --- bounds ---------------------------------------------------------------------------------------------


def test_a_form_has_bounds(visitor):
    assert visitor.post("/group", {"list": "x" * (access.MAX_BODY + 1)}).status_code == 413
    many = [("child", "14:born:1")] * 500
    answer = visitor.client.post(
        "/visit",
        data={"token": visitor.token, "child": [value for _, value in many]},
        headers={"Origin": "http://localhost"},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 413


def test_too_much_work_is_told_to_come_again(office):
    shared = office(threads=1)
    visitor, block = Visitor(shared), Event()
    for _ in range(jobs.WAITING + 1):
        shared.jobs.begin("visit", "somebody", lambda _progress: block.wait(30) and Result())
        time.sleep(0.05)
    answer = visitor.post("/visit/pack", VISIT)
    block.set()
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "too much to do" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/pdf/../program.yaml", "/pdf/manifest.json", "/pdf/%2e%2e/program.yaml", "/pdf//etc/passwd", "/pdf/.lock",
        "/asset/../languages/es.yaml", "/asset/%2e%2e/%2e%2e/program.yaml", "/picture/240/1/../program.yaml",
        "/picture/99999/1/en/hello/7-18m-handout-letter.pdf", "/sheet/en/../../x", "/sheet/xx/hello/7-18m-handout",
        "/static/../app.py", "/making/unknown", "/making/unknown/pack.pdf",
    ],
)  # fmt: skip
def test_an_address_leads_to_what_is_listed_or_nowhere(visitor, path):
    assert visitor.get(path).status_code in {308, 404}


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nX: y", "x"])
def test_a_choice_of_language_leads_back_here_only(visitor, back):
    assert visitor.post("/interface", {"interface": "es", "back": back}).location == "/"
    assert visitor.post("/interface", {"interface": "es", "back": "/library?age=14m"}).location == "/library?age=14m"


@pytest.mark.parametrize(
    "fields",
    [
        {}, {"age-1": "14"}, {"age-1": "-3", "language": "es"}, {"age-1": "१४", "language": "es"},
        {"age-1": "9" * 40, "language": "es"}, {"age-1": "14", "language": "Klingon"}, {"child": "14:born", "language": "es"},
        {"child": "9999:born:1", "language": "es"}, {"child": "14:born:99", "language": "es"},
        {"child": "14:<script>:1", "language": "es"}, {"born-1": "yesterday", "language": "es"},
        {"age-1": "14", "early-1": "40", "language": "es"}, {"age-1": "14", "count-1": "0", "language": "es"},
        {**VISIT, "topic": "nothing"}, {**VISIT, "paper": "half"}, {**VISIT, "edition": "gold"}, {**VISIT, "staff": "xx"},
        {**VISIT, "band": "1-2m"}, {**VISIT, "kind": "x"}, {**VISIT, "instead": "xx"}, {"age-1": "1", "language": "en"},
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_and_nothing_is_quoted(visitor, fields):
    answer = visitor.post("/visit", fields)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert "<script>" not in answer.text.replace('<script src="', "")
    assert "yesterday" not in answer.text


# --- what is kept ---------------------------------------------------------------------------------------


def test_dates_are_used_and_never_come_back(visitor):
    answer = visitor.post("/visit", DATES)
    assert "about 9 months, counted from the due date" in answer.text.replace("\u00a0", " ")
    assert not re.search("2025|2026", answer.text)
    assert 'name="child" value="9:corrected:1"' in answer.text
    wrong = visitor.post("/visit", {**DATES, "language": "Klingon"})
    assert wrong.status_code == 400
    assert not re.search("2025|2026", wrong.text)


def test_a_pack_is_for_who_asked_is_clean_and_is_forgotten(office):
    now = [0.0]
    shared = office(today=lambda: date(2026, 11, 22))
    shared.jobs.clock = lambda: now[0]
    visitor = Visitor(shared)
    at = made(visitor, DATES)
    assert not re.search("2025|2026", at)
    page = visitor.get(at).text
    link = re.search(r'href="([^"]+\.pdf)"', page)[1]
    stranger = visitor.client.application.test_client()
    stranger.get("/visit")
    assert stranger.get(at).status_code == stranger.get(link).status_code == 404
    answer = visitor.get(link)
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'filename="visit-pack.pdf"' in answer.headers["Content-Disposition"]
    with pikepdf.open(__import__("io").BytesIO(answer.data)) as pdf:
        assert set(pdf.docinfo) <= {"/Title"}
        assert "9" not in str(pdf.docinfo.get("/Title", ""))
    now[0] += jobs.FETCHED - 1
    assert visitor.get(link).status_code == 200  # a reader asks again to save it
    now[0] += 2
    assert visitor.get(link).status_code == 404
    assert visitor.get(at).status_code == 404
    assert shared.jobs.known == {}


def test_work_keeps_nothing_of_what_it_was_told():
    told, kept = object(), Jobs(1)
    job = kept.begin("visit", "me", lambda _progress, told=told: Result(b"%PDF", "visit-pack.pdf"))
    while not job.over:
        time.sleep(0.01)
    assert job.work is None
    assert kept.find(job.id, "me") is job
    assert kept.find(job.id, "you") is None
    assert job.result is not None
    kept.forget(job)
    assert job.result is None
    assert kept.find(job.id, "me") is None
    kept.close()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RefusalError("too small"), ("too small",)),
        (ValueError("born 2025-11-03"), ("something went wrong that should not (ValueError)",)),
    ],
)
def test_a_failure_says_what_a_person_can_mend_and_no_more(error, said):
    kept = Jobs(1)

    def work(_progress):
        raise error

    job = kept.begin("visit", "me", work)
    while not job.over:
        time.sleep(0.01)
    assert (job.state, job.problems) == ("failed", said)
    kept.close()
    with pytest.raises(FullError):
        kept.begin("visit", "me", work)


def test_a_page_that_fails_logs_no_word_of_it(visitor, monkeypatch, capfd):
    def fails(*_arguments, **_names):
        raise ValueError("born 2025-11-03")

    monkeypatch.setattr("builder.visit.choices", fails)
    answer = visitor.post("/visit", DATES)
    assert answer.status_code == 500
    said = capfd.readouterr().err
    assert "ValueError at test_web_access.py" in said
    assert "2025" not in said + answer.text


def test_a_template_that_fails_tells_its_place_and_no_value(office):
    shared = office()
    path = shared.root / "templates/web/will-print.html"
    path.write_text(path.read_text("utf-8").replace("{{ value }}", "{{ value.nothing }}"), "utf-8")
    answer = Visitor(shared).post("/visit", {**VISIT, "age-1": "13"})
    assert "templates/web/will-print.html" in answer.text
    assert "13" not in answer.text.partition("</h2>")[0]


def test_a_project_that_cannot_be_read_is_told(office):
    shared = office()
    (shared.root / "program.yaml").write_text("name: [", "utf-8")
    answer = Visitor.__new__(Visitor)
    answer.client = serve.app.create(shared).test_client()
    told = answer.get("/")
    assert told.status_code == 500
    assert told.text.startswith("program.yaml:1:")
