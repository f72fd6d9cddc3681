"""What every answer carries, whoever gives it: pages, the API, files, refusals, the fast lanes, gunicorn itself."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from sqlalchemy.exc import OperationalError

from quizapp.app import create_app
from quizapp.config import Settings
from quizapp.db import Base, db
from quizapp.errors import Conflict, Forbidden, Invalid, TooMany, Unauthenticated
from quizapp.web import throttle
from quizapp.web.access import allow
from quizapp.web.headers import IMMUTABLE, bare_answer
from tests import factories
from tests.clients import Actors, Browser, Page
from tests.web import staff_scene
from tests.web.play.sitting import sitter

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
OF_PAGES = {
    # A page with a secret in its address is never told.
    "Referrer-Policy": ("same-origin", "no-referrer"),
    "Cross-Origin-Opener-Policy": ("same-origin",),
}
# Of a policy: what it must say. A picture's own policy is stricter, and a part's.
DIRECTIVES = {
    "default-src": "'self'",
    "script-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "paper-worker",
}
NOTHING = {"default-src": "'none'"}
# The same for everybody, for a while.
SHARED = {"/api/v1/openapi.json", "/bai-thi/service-worker.js"}
FILES = ("text/css", "text/javascript", "font/woff2")


def policy_of(headers):
    parts = (part.split(maxsplit=1) for part in headers["Content-Security-Policy"].split(";"))
    return {name: value[0] if value else "" for name, *value in parts}


def check(answer, where, *, https=False):
    """The headers of any answer."""
    headers = answer.headers
    policy = policy_of(headers)
    assert "unsafe" not in headers["Content-Security-Policy"], where
    assert NOTHING.items() <= policy.items() or policy == DIRECTIVES, where
    for name, value in ALWAYS.items():
        assert headers[name] == value, f"{where}: {name}"
    if answer.mimetype not in FILES:
        for name, values in OF_PAGES.items():
            assert headers[name] in values, f"{where}: {name}"
        assert "camera=()" in headers["Permissions-Policy"], where
    assert ("Strict-Transport-Security" in headers) is https, where
    for name in ("Server", "X-Powered-By", "X-AspNet-Version", "Access-Control-Allow-Origin"):
        assert name not in headers, f"{where}: {name}"
    assert not answer.mimetype.startswith("text/html") or answer.mimetype == "text/html", where
    check_cookies(headers, where, https=https)


def check_cookies(headers, where, *, https):
    for cookie in headers.getlist("Set-Cookie"):
        name = "__Host-quiz" if https else "quiz"
        assert cookie.startswith(f"{name}="), f"{where}: {cookie}"
        words = {word.strip() for word in cookie.split(";")[1:]}
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= words, f"{where}: {cookie}"
        assert ("Secure" in words) is https, f"{where}: {cookie}"
        assert not [word for word in words if word.startswith("Domain")], where
        assert len(cookie) < 4096, where


class Loaded(HTMLParser):
    """What a page loads, where its forms go, and what is written into it that a policy would forbid."""

    def __init__(self):
        super().__init__()
        self.addresses, self.forbidden = [], []
        self._in = None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self._in = tag
        self.forbidden += [f"<{tag} {name}>" for name in given if name.startswith("on") or name in ("style", "srcdoc")]
        if tag in ("style", "iframe", "object", "embed", "base", "meta") and given.get("http-equiv") is None:
            self.forbidden += [] if tag == "meta" else [f"<{tag}>"]
        elif tag == "meta":
            self.forbidden.append("<meta http-equiv>")
        for name in ("src", "srcset", "action", "formaction", "poster", "data", "background"):
            if given.get(name) is not None:
                self.addresses.append(given[name])
        if tag in ("link", "use", "image") and given.get("href"):
            self.addresses.append(given["href"])
        if (given.get("href") or "").strip().lower().startswith(("javascript:", "data:", "vbscript:")):
            self.forbidden.append(given["href"])

    def handle_endtag(self, tag):
        self._in = None

    def handle_data(self, data):
        if self._in in ("script", "style") and data.strip():
            self.forbidden.append(f"{self._in}: {data.strip()[:40]}")


def check_page(html, where):
    loaded = Loaded()
    loaded.feed(html)
    assert loaded.forbidden == [], where
    foreign = [address for address in loaded.addresses if not re.match(r"/(?!/)", address)]
    assert foreign == [], where


@pytest.fixture
def world(app, now):
    """Everybody who may ask, and what their addresses are made of."""
    throttle.forget_local()
    staff_scene.make_scene(now)
    staff_scene.make_staff(now)
    contest = factories.make_contest(now, contest="cuoc-thi-khac")
    one = sitter(app, contest, now)
    with one.browser.client as client:
        attempt = client.post(
            "/api/v1/contests/cuoc-thi-khac/rounds/tuan-1/attempts", headers={"X-CSRF-Token": one.browser.token()}
        ).json["attempt"]
    people = {
        "nobody": app.test_client(),
        "participant": one.browser.client,
        "staff": Actors(app).staff("dak-mau").client,
        "admin": Actors(app).staff("quan-tri").client,
    }
    parts = {"round_key": "tuan-1", "key": "tuan-1", "table": "summary", "ext": "csv", "attempt_id": attempt}
    return people, parts


def addresses(app, parts):
    """Every address for GET, of both contests; where a part is not known, it is of nothing."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "GET" in rule.methods and rule.endpoint != "static":
                for slug in ("cuoc-thi-mau", "cuoc-thi-khac"):
                    values = {
                        name: min(getattr(rule._converters[name], "items", None) or ["1"]) for name in rule.arguments
                    }
                    known = {**parts, "slug": slug}
                    yield app.url_for(rule.endpoint, **values | {k: v for k, v in known.items() if k in values})


def test_every_address_answers_everybody_with_the_headers(app, world):
    people, parts = world
    asked, pages = sorted(set(addresses(app, parts))), 0
    statuses = set()
    for who, client in people.items():
        for address in asked:
            throttle.forget_local()
            answer = client.get(address)
            where = f"{who} {address} {answer.status_code}"
            statuses.add(answer.status_code)
            check(answer, where)
            check_caching(answer, address, where)
            if answer.mimetype == "text/html":
                pages += 1
                check_page(answer.get_data(as_text=True), where)
    assert {200, 302, 401, 404} <= statuses
    assert pages > 150


def check_caching(answer, address, where):
    kept = answer.headers["Cache-Control"]
    if kept == "no-store":
        return
    assert "Set-Cookie" not in answer.headers, where
    if answer.status_code == 200 and answer.mimetype.startswith("image/"):
        assert kept == IMMUTABLE
    elif address not in SHARED:
        assert "Cookie" in answer.vary, where


def test_what_is_loaded_with_a_page_carries_them_too(app, client):
    with app.test_request_context():
        names = ["css/base.css", "js/main.js", "js/lib/work.js", "icons.svg", "favicon.svg", "fonts/LICENSE",
                 "fonts/be-vietnam-pro-400.woff2", "khong-co.js", "../wsgi.py", "js"]  # fmt: skip
        asked = [app.url_for("static", filename=name) for name in names]
    for address in asked:
        for method in ("GET", "HEAD"):
            with client.open(address, method=method) as answer:
                check(answer, address)
                assert ("immutable" in answer.headers["Cache-Control"]) is (answer.status_code == 200), address


@pytest.mark.parametrize("path", ["/khong-co", "/api/v1/khong-co", "/static/khong-co/x.css"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD", "BREW"])
def test_every_method_is_answered_with_the_headers(client, path, method):
    answer = client.open(path, method=method)
    assert 400 <= answer.status_code < 500
    check(answer, f"{method} {path}")
    assert answer.headers["Cache-Control"] == "no-store"


ERRORS = {
    400: None,
    401: Unauthenticated("entry_required"),
    403: Forbidden(),
    409: Conflict(),
    422: Invalid(),
    429: TooMany(retry_after=1),
    500: RuntimeError("bên trong /srv/quizapp SELECT 1"),
    503: OperationalError("SELECT 1", {}, Exception("server closed the connection")),
}


@pytest.mark.parametrize("status", ERRORS)
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_every_refusal_carries_them_and_tells_nothing_of_the_inside(app, client, monkeypatch, status, accept):
    if ERRORS[status] is None:
        monkeypatch.setitem(app.config, "TRUSTED_HOSTS", ["thi.example.vn"])

    @allow("anyone")
    def view():
        raise ERRORS[status]

    monkeypatch.setitem(app.view_functions, "health.healthz", view)
    answer = client.get("/healthz", headers={"Accept": accept})
    assert answer.status_code == status
    check(answer, f"{status} {accept}")
    assert answer.headers["Cache-Control"] == "no-store"
    told = answer.get_data(as_text=True)
    for inside in ("Traceback", "SELECT", "sqlalchemy", "werkzeug", "Python", ".py", "/srv", "gunicorn", "Flask"):
        assert inside not in told


@pytest.mark.parametrize(
    "path", ["/console", "/?__debugger__=yes&cmd=resource&f=debugger.js", "/healthz?__debugger__=yes"]
)
def test_there_is_no_debugger(client, path):
    answer = client.get(path)
    told = answer.get_data(as_text=True)
    assert answer.status_code == (404 if path == "/console" else 200)
    assert "Interactive Console" not in told
    assert "EVALEX" not in told
    assert "<script>" not in told


def test_the_fast_lanes_carry_them(app, world, now, at):
    """The same requests as a phone's; that the lanes answer them, tests of the lanes show."""
    people, parts = world
    phone, paper = people["participant"], parts["attempt_id"]
    token = {"X-CSRF-Token": phone.get("/api/v1/session").json["csrf_token"]}
    board = "/api/v1/contests/cuoc-thi-khac/rounds/tuan-1/leaderboard"
    asked = phone.get(f"/api/v1/attempts/{paper}").json["paper"]["questions"][0]
    choice = {"question": asked["question"], "options": [asked["options"][0]["option"]], "rev": 1}
    phone.get(f"/bai-thi/{paper}")
    answers = [
        phone.post("/api/v1/contests/cuoc-thi-khac/rounds/tuan-1/attempts", headers=token),
        phone.put(f"/api/v1/attempts/{paper}/answers", json={"batch": [choice]}, headers=token),
        phone.get(f"/bai-thi/{paper}", headers={"Accept-Encoding": "br"}),
        phone.get(board),
        phone.get(board, headers={"Accept-Encoding": "gzip"}),
        people["nobody"].get(board),
        people["nobody"].get(board.replace("leaderboard", "time")),
        phone.post(f"/api/v1/attempts/{paper}/submission", json={"last_rev": 1}, headers=token),
    ]
    for number, answer in enumerate(answers):
        assert answer.status_code == 200, answer.get_data(as_text=True)
        check(answer, str(number))
    etag = answers[3].headers["ETag"]
    check(phone.get(board, headers={"If-None-Match": etag}), "304")
    with at(now + timedelta(hours=2)):
        check(phone.get(f"/bai-thi/{paper}"), "over")


@pytest.fixture
def secure(app, tmp_path):
    """The application as it runs behind TLS."""
    plain: Settings = app.config["QUIZ"]
    changes = {"https": True, "data_dir": tmp_path, "database_url": f"sqlite:///{tmp_path / 'quiz.sqlite3'}"}
    secure = create_app(Settings(**{**vars(plain), **changes}))
    secure.test_client_class = Browser
    with secure.app_context():
        Base.metadata.create_all(db.engine)
        yield secure
        db.engine.dispose()


def test_under_https_cookies_and_transport_are_bound_to_it(secure):
    cookies = []
    for path in (
        "/",
        "/khong-co",
        "/api/v1/session",
        "/tai-khoan/dang-nhap",
        secure.static_url_path + "/js/main.js",
    ):
        with secure.test_client().get(path, base_url="https://thi.example.vn") as answer:
            check(answer, path, https=True)
            cookies += answer.headers.getlist("Set-Cookie")
    assert cookies


def test_under_https_the_choices_of_a_reader_are_bound_to_it_too(secure):
    with secure.test_client() as client:

        def read(**cookies):
            for name, value in cookies.items():
                client.set_cookie(name, value, domain="thi.example.vn", secure=True)
            return Page(client.get("/", base_url="https://thi.example.vn"))

        # What was chosen over plain HTTP, where anybody on the way may write it, is not believed.
        page = read(lang="en", theme="dark")
        assert page.one("html").attrib == {"lang": "vi"}
        # The script writes what stands here, and Secure behind it (tests/js/theme.test.mjs).
        assert page.one("button", data_module="theme").get("data-cookie") == "__Host-theme"
        chosen = client.post(
            "/ngon-ngu/en",
            data={"csrf_token": page.one("input", name="csrf_token").get("value")},
            base_url="https://thi.example.vn",
            headers={"Referer": "https://thi.example.vn/"},
        )
        (cookie,) = [text for text in chosen.headers.getlist("Set-Cookie") if "lang" in text]
        name, *words = cookie.split("; ")
        assert name == "__Host-lang=en"
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(words)
        assert not [word for word in words if word.startswith("Domain")]
        assert read(**{"__Host-theme": "dark"}).one("html").attrib == {"lang": "en", "data-theme": "dark"}


def test_what_never_became_a_request_is_answered_with_them():
    head, _, body = bare_answer(431, "Request Header Fields Too Large", https=True).decode().partition("\r\n\r\n")
    status, *lines = head.split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    assert status == "HTTP/1.1 431 Request Header Fields Too Large"
    assert policy_of(headers) == DIRECTIVES
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert int(headers["Content-Length"]) == len(body)
    assert '"code": "bad_request"' in body


@pytest.mark.parametrize("tail", ["/x.css", "/a.js", ".css", "/xem-lai/x.png", "/xem-lai.css", "%2fx.css", ";x.css"])
def test_an_address_that_looks_like_a_file_is_no_page(world, tail):
    people, parts = world
    paper = f"/bai-thi/{parts['attempt_id']}"
    assert people["participant"].get(paper).status_code == 200
    answer = people["participant"].get(f"{paper}{tail}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")


def test_search_engines_keep_no_page_that_names_people(app, world):
    people, parts = world
    answers = {address: people["nobody"].get(address) for address in addresses(app, parts)}
    pages = {address: answer.headers for address, answer in answers.items() if answer.mimetype == "text/html"}
    assert {address for address, headers in pages.items() if "X-Robots-Tag" not in headers} == {
        "/",
        "/quyen-rieng-tu",
        "/quyen-rieng-tu/1",
        f"/bai-thi/{parts['attempt_id']}",
        *(f"/cuoc-thi/{slug}{page}" for slug in ("cuoc-thi-mau", "cuoc-thi-khac") for page in ("", "/kiem-chung")),
    }
