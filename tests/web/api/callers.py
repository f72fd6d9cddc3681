"""Callers of the API. Every answer that they get is checked against the document that the product serves."""

from functools import cache
from typing import Any

import jsonschema
from flask import Flask
from werkzeug.test import TestResponse

from quizapp import clock
from quizapp.accounts import queries as accounts
from quizapp.accounts import service as accounts_service
from quizapp.db import db, transaction
from quizapp.entries.service import CONSENT_VERSION
from quizapp.web.api.document import PREFIX, build_document, path_of
from tests.factories import PASSWORD, typed_entry

CACHED = {"get_leaderboard", "get_openapi", "get_round_time"}


@cache
def document_of(app: Flask) -> dict[str, Any]:
    """The document of the application, in Vietnamese."""
    with app.test_request_context("/"):
        return build_document(app)


def check_answer(app: Flask, method: str, path: str, response: TestResponse) -> None:
    """What the document promises of an answer: status, media type, schema; and that nothing personal is cached."""
    address = (PREFIX + path).partition("?")[0]
    rule, _ = app.url_map.bind("localhost").match(address, method, return_rule=True)
    told = document_of(app)["paths"][path_of(rule)][method.lower()]
    where = f"{method} {path} -> {response.status_code} {response.get_data()[:600]!r}"
    assert str(response.status_code) in told["responses"], where
    contents = told["responses"][str(response.status_code)].get("content", {})
    if contents:
        assert response.mimetype in contents, where
        if response.mimetype.endswith("json"):
            check_json(document_of(app), contents[response.mimetype]["schema"], response.json, where)
    else:
        assert response.get_data() == b"", where
    cached = told["operationId"] in CACHED and response.status_code < 400
    assert cached or response.headers["Cache-Control"] == "no-store", where


def check_json(document: dict[str, Any], schema: dict[str, Any], value: Any, where: str) -> None:
    """A JSON value against a schema of the document."""
    validator = jsonschema.Draft202012Validator({"components": document["components"], **schema})
    found = jsonschema.exceptions.best_match(validator.iter_errors(value))
    assert found is None, f"{where}\n{found}"


class Caller:
    """A browser with its cookie and token, or (with `bearer`) a script of the staff."""

    def __init__(self, app: Flask, bearer: str | None = None) -> None:
        self.app = app
        self.browser = app.test_client()
        self.bearer = bearer

    def call(
        self,
        method: str,
        path: str,
        status: int = 200,
        *,
        headers: dict[str, str] | None = None,
        guarded: bool = True,
        **options: Any,
    ) -> TestResponse:
        """An answer of that status, checked; a write carries the token of the session unless it is not `guarded`."""
        sent = dict(headers or {})
        if self.bearer is not None:
            sent["Authorization"] = f"Bearer {self.bearer}"
        elif method != "GET" and guarded:
            sent["X-CSRF-Token"] = self.csrf_token()
        response = self.browser.open(PREFIX + path, method=method, headers=sent, **options)
        changed = [*db.session.new, *db.session.dirty, *db.session.deleted]
        assert not changed, "uncommitted changes after a request"
        assert response.status_code == status, f"{response.status_code} {response.get_data(as_text=True)[:1500]}"
        check_answer(self.app, method, path, response)
        return response

    def get(self, path: str, status: int = 200, **options: Any) -> TestResponse:
        """GET."""
        return self.call("GET", path, status, **options)

    def post(self, path: str, json: Any = None, status: int = 200, **options: Any) -> TestResponse:
        """POST with a JSON body, or with none."""
        return self.call("POST", path, status, **({"json": json} if json is not None else {}), **options)

    def put(self, path: str, json: Any = None, status: int = 200, **options: Any) -> TestResponse:
        """PUT with a JSON body, or with none."""
        return self.call("PUT", path, status, **({"json": json} if json is not None else {}), **options)

    def put_yaml(self, path: str, data: bytes, status: int = 200) -> TestResponse:
        """PUT of a YAML file."""
        return self.call("PUT", path, status, data=data, content_type="application/yaml")

    def delete(self, path: str, status: int = 204, **options: Any) -> TestResponse:
        """DELETE."""
        return self.call("DELETE", path, status, **options)

    def csrf_token(self) -> str:
        """The token that this browser's writes carry."""
        return str(self.browser.get(f"{PREFIX}/session").json["csrf_token"])

    def sign_in(self, login: str) -> "Caller":
        """Sign in as a member of staff made by `factories.make_staff`."""
        self.post("/session", {"login": login, "password": PASSWORD})
        self.browser.login, self.browser.seen_at = login, clock.now()  # type: ignore[attr-defined]
        return self

    def enter(self, slug: str = "cuoc-thi-mau", status: int = 201, **changes: Any) -> dict[str, Any]:
        """Enter a contest as somebody new; the answer's body with the form under `typed`."""
        typed = typed_entry(**changes)
        answer = self.post(f"/contests/{slug}/entries", {**typed, "consent": {"version": CONSENT_VERSION}}, status)
        return {**answer.json, "typed": typed}

    def start(self, slug: str = "cuoc-thi-mau", key: str = "tuan-1", status: int = 201) -> dict[str, Any]:
        """Start an attempt; the answer's body."""
        return dict(self.post(f"/contests/{slug}/rounds/{key}/attempts", status=status).json)


def make_token(login: str, now: Any) -> str:
    """A bearer token of a member of staff."""
    with transaction():
        return accounts_service.create_token(accounts.get_user_id(login), "thử nghiệm", now=now)


def choose(attempt: dict[str, Any], option: str = "A", rev: int = 1) -> list[dict[str, Any]]:
    """A batch that chooses one option for every question of a paper; A is right in the banks of the factories."""
    return [
        {"question": question["question"], "options": [option], "rev": rev}
        for question in attempt["paper"]["questions"]
    ]
