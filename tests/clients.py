"""Clients that check every page they get: valid HTML, one h1 that the title repeats, unique ids, guarded forms."""

from datetime import datetime, timedelta
from typing import Any

import html5lib
from flask import Flask, g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from quizapp import clock
from quizapp.db import db
from tests.factories import PASSWORD

_XHTML = "{http://www.w3.org/1999/xhtml}"


class Browser(FlaskClient):
    """Flask's client inside the application context of a test, which all requests share: each gets its own `g`."""

    # Whoever is signed in for good (`stay_signed_in`), and when that was last seen to.
    login: str | None = None
    seen_at: datetime

    def open(self, *args: Any, **options: Any) -> TestResponse:
        """As Flask's, without what an earlier request has left in `g`."""
        if self.login is not None and clock.now() - self.seen_at > timedelta(minutes=10):
            self.stay_signed_in(self.login)
        for name in list(g):
            g.pop(name)
        return super().open(*args, **options)

    def stay_signed_in(self, login: str) -> TestResponse:
        """Sign in as somebody of the staff, with PASSWORD, and again whenever a test has moved the clock."""
        self.login, self.seen_at = None, clock.now()
        token = self.open("/api/v1/session").json["csrf_token"]  # type: ignore[index]
        answer = self.open(
            "/api/v1/session",
            method="POST",
            json={"login": login, "password": PASSWORD},
            headers={"X-CSRF-Token": token},
        )
        self.login = login
        return answer


class Page:
    """A parsed page."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.html = response.get_data(as_text=True)
        self.root = html5lib.HTMLParser(strict=True, namespaceHTMLElements=True).parse(self.html)

    @property
    def text(self) -> str:
        """All text of the page with blanks folded."""
        return " ".join(" ".join(self.root.itertext()).split())

    def all(self, tag: str, **attributes: str) -> list[Any]:
        """Elements of the tag with these attributes (class_ for class)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.root.iter(_XHTML + tag)
            if all(element.get(name) == value for name, value in wanted.items())
        ]

    def one(self, tag: str, **attributes: str) -> Any:
        """The only such element."""
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} of <{tag} {attributes}>"
        return found[0]


def text_in(element: Any) -> str:
    """The text inside an element with blanks folded."""
    return " ".join("".join(element.itertext()).split())


class CheckedClient:
    """One browser. `get` and `post` give parsed pages; `post` sends the token of the browser's session."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()

    def get(self, path: str, *, status: int = 200, follow: bool = False, **options: Any) -> Page:
        """A page of that status, checked."""
        return self._page(self.client.get(path, follow_redirects=follow, **options), status)

    def post(self, path: str, data: dict[str, Any] | None = None, *, status: int = 200, follow: bool = True) -> Page:
        """The page after a form was sent."""
        form = {"csrf_token": self.token(), **(data or {})}
        return self._page(self.client.post(path, data=form, follow_redirects=follow), status)

    def redirected(self, path: str, data: dict[str, Any] | None = None) -> str:
        """Where a form leads to."""
        form = {"csrf_token": self.token(), **(data or {})}
        response = self.client.post(path, data=form)
        assert response.status_code in (302, 303), f"{response.status_code}: {response.get_data(as_text=True)[:500]}"
        return str(response.headers["Location"])

    def token(self) -> str:
        """The token that this browser's forms carry."""
        return str(self.client.get("/api/v1/session").json["csrf_token"])  # type: ignore[index]

    def _page(self, response: TestResponse, status: int) -> Page:
        assert response.status_code == status, f"{response.status_code}: {response.get_data(as_text=True)[:1500]}"
        left = [*db.session.new, *db.session.dirty, *db.session.deleted]
        assert left == [], "uncommitted changes after a request"
        assert response.mimetype == "text/html", response.mimetype
        page = Page(response)
        check_page(page)
        return page


def check_page(page: Page) -> None:
    """What holds for every page of the product."""
    headings = page.all("h1")
    assert len(headings) == 1, f"{len(headings)} h1"
    assert text_in(page.one("title")).strip()
    ids = [element.get("id") for element in page.root.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), f"ids used twice: {sorted({i for i in ids if ids.count(i) > 1})}"
    for form in page.all("form"):
        assert form.get("action"), "a form without an action"
        if form.get("method", "get").lower() == "post":
            names = [element.get("name") for element in form.iter(_XHTML + "input")]
            assert "csrf_token" in names, f"no token in the form of {form.get('action')}"
    for element in page.root.iter():
        assert element.get("style") is None, "a style attribute (CSP)"
        assert not any(name.startswith("on") for name in element.attrib if isinstance(name, str)), "a handler (CSP)"
    for script in page.all("script"):
        assert script.get("src"), "an inline script (CSP)"


class Actors:
    """The kinds of people that a page may meet."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def stranger(self) -> CheckedClient:
        """Nobody in particular."""
        return CheckedClient(self._app)

    def staff(self, login: str) -> CheckedClient:
        """A member of staff (made by factories.make_staff), signed in."""
        client = CheckedClient(self._app)
        answer = client.client.stay_signed_in(login)  # type: ignore[attr-defined]
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return client
