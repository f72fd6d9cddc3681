"""Errors as pages and as problem+json, and the headers on every answer."""

import logging

import pytest
from sqlalchemy.exc import OperationalError

from quizapp.db import db
from quizapp.errors import Conflict, TooMany
from quizapp.web.access import allow


@pytest.fixture
def failing(app, monkeypatch):
    """Make the liveness view raise what the test wants."""

    def fail_with(error):
        @allow("anyone")
        def view():
            raise error

        monkeypatch.setitem(app.view_functions, "health.healthz", view)

    return fail_with


def test_an_unknown_page_is_a_page(actors):
    page = actors.stranger().get("/khong-co-trang-nay", status=404)
    assert "Không có trang này" in page.text


def test_an_unknown_call_is_a_problem(client):
    answer = client.get("/api/v1/khong-co")
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json; charset=utf-8")
    assert answer.json["code"] == "not_found"


def test_a_refusal_carries_its_code_and_facts(client, failing):
    failing(TooMany("sign_in_paused", retry_after=900))
    answer = client.get("/healthz", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")
    assert answer.json["code"] == "sign_in_paused"


def test_a_database_that_does_not_answer_is_503_with_retry_after(client, failing):
    failing(OperationalError("SELECT 1", {}, Exception("server closed the connection")))
    answer = client.get("/healthz", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) >= 1


@pytest.mark.parametrize(("path", "status"), [("/", 503), ("/to-chuc/", 503), ("/khong-co", 404)])
def test_a_page_about_a_database_that_is_away_does_not_ask_it_again(actors, now, monkeypatch, path, status):
    browser = actors.stranger()
    with browser.client.session_transaction() as cookie:
        cookie["sid"] = "a token, so that the database is asked who this is"

    def away(*_args, **_options):
        raise OperationalError("SELECT 1", {}, Exception("database is locked"))

    for name in ("connection", "execute", "scalar", "scalars"):
        monkeypatch.setattr(type(db.session()), name, away)
    page = browser.get(path, status=status)
    assert ("Retry-After" in page.response.headers) == (status == 503)


@pytest.mark.parametrize("path", ["/", "/api/v1/contests", "/healthz"])
def test_a_host_name_that_is_not_ours_is_refused(app, client, monkeypatch, path):
    monkeypatch.setitem(app.config, "TRUSTED_HOSTS", ["thi.example.vn"])
    assert client.get(path, headers={"Host": "thi.example.vn"}).status_code == 200
    answer = client.get(path, headers={"Host": "example.org"})
    assert (answer.status_code, answer.json["code"]) == (400, "bad_request")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("DELETE", "/api/v1/contests", 405, "method_not_allowed"),
        ("PATCH", "/api/v1/contests/x", 405, "method_not_allowed"),
        ("POST", "/api/v1/khong-co", 404, "not_found"),
        ("PUT", "/api/v1/contests/x/", 404, "not_found"),
    ],
)
def test_what_is_not_there_says_so_before_any_token_is_asked_for(client, method, path, status, code):
    answer = client.open(path, method=method)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.content_type == "application/problem+json; charset=utf-8"
    assert ("GET" in answer.headers.get("Allow", "")) == (status == 405)


@pytest.mark.postgres
@pytest.mark.parametrize("path", ["/cuoc-thi/a%00b", "/cuoc-thi/a%00b/ket-qua", "/?q=%00", "/bai-thi/%00"])
def test_a_nul_is_no_name(postgres_app, path):
    """PostgreSQL takes no text with one."""
    assert postgres_app.test_client().get(path).status_code == 404


def test_a_surprise_tells_nothing_of_the_inside(client, failing, caplog):
    failing(RuntimeError("chi tiết bên trong"))
    logging.getLogger("quizapp").propagate = True
    try:
        answer = client.get("/healthz")
    finally:
        logging.getLogger("quizapp").propagate = False
    assert answer.status_code == 500
    assert "chi tiết" not in answer.get_data(as_text=True)
    assert answer.headers["X-Request-Id"] in answer.get_data(as_text=True)
    assert "chi tiết bên trong" in caplog.text


def test_a_conflict_is_a_page_for_people(actors, failing):
    failing(Conflict)
    page = actors.stranger().get("/healthz", status=409, headers={"Accept": "text/html"})
    assert "không còn thực hiện được" in page.text


@pytest.mark.parametrize("path", ["/", "/khong-co", "/api/v1/session", "/healthz"])
def test_every_answer_carries_the_security_headers(client, path):
    headers = client.get(path).headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "no-store")
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_pages_travel_compressed(client, encoding):
    plain = client.get("/")
    answer = client.get("/", headers={"Accept-Encoding": encoding})
    assert answer.headers["Content-Encoding"] == encoding
    assert len(answer.data) < len(plain.data) / 2
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_static_files_are_kept_for_ever_under_the_hash_of_the_tree(app, client):
    with app.test_request_context():
        address = app.url_for("static", filename="css/tokens.css")
    with client.get(address) as answer:
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
        assert "Set-Cookie" not in answer.headers


def test_what_caches_may_give_to_others_carries_no_cookie(app, client):
    with client.session_transaction() as cookie:
        cookie.permanent = True
    assert "Set-Cookie" in client.get("/").headers
    with app.test_request_context():
        address = app.url_for("static", filename="css/tokens.css")
    with client.get(address) as answer:
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
