"""The document: valid, complete both ways, and about what is really there."""

import json
import re
import unicodedata

from openapi_spec_validator import validate

from quizapp.messages import text_of
from quizapp.web.api.docs_page import CALLERS, TITLES
from quizapp.web.api.document import PREFIX, operations, path_of
from quizapp.web.api.problems import FACTS, STATUS
from quizapp.web.headers import bare_answer
from tests.web.api.callers import Caller, check_json, document_of


def test_the_document_is_valid_openapi(caller):
    document = caller.get("/openapi.json").json
    assert document["openapi"] == "3.1.0"
    validate(document)


def test_every_address_of_the_api_is_in_the_document_and_the_reverse(app):
    served = {
        (path_of(rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(PREFIX)
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    told = {(path, method) for path, methods in document_of(app)["paths"].items() for method in methods}
    assert served == told
    assert len(list(operations(app))) == len(told)


def test_every_call_is_declared_for_somebody(app):
    for rule, method, told in operations(app):
        view = app.view_functions[rule.endpoint]
        assert view.allowed_kind == told.auth, rule
        assert set(told.errors) <= set(STATUS), rule
        assert document_of(app)["paths"][path_of(rule)][method.lower()]["operationId"] == view.__name__


def test_every_code_has_a_sentence(app):
    some = {
        "label": "x", "round": "x", "rounds": "x", "person": "x", "max": 1, "slug": "x", "tree": "x", "file": "x",
        "count": 1,
    }  # fmt: skip
    with app.test_request_context("/"):
        for code in STATUS:
            assert text_of(code, **some)
    assert set(FACTS) <= set(STATUS)


def test_every_reference_leads_somewhere(app):
    document = document_of(app)

    def references(value):
        if isinstance(value, dict):
            yield from [value["$ref"]] if "$ref" in value else []
            for each in value.values():
                yield from references(each)
        elif isinstance(value, list):
            for each in value:
                yield from references(each)

    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(references(document)) <= known


def test_limits_are_told_in_the_words_of_json_schema(app):
    (limit,) = [
        each["schema"] for each in document_of(app)["paths"]["/areas"]["get"]["parameters"] if each["name"] == "limit"
    ]
    assert limit == {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}


def test_what_a_name_must_not_hold_is_told_and_nothing_else_is_forbidden(app, caller):
    (parameter,) = [
        each for each in document_of(app)["paths"]["/areas"]["get"]["parameters"] if each["name"] == "parent"
    ]
    assert parameter["schema"]["maxLength"] == 200
    pattern = re.compile(parameter["schema"]["pattern"])
    for code in range(0x10000):
        char = chr(code)
        # What Unicode has not named yet, and halves of letters, no pattern can list.
        if unicodedata.category(char) not in ("Cn", "Cs"):
            assert (pattern.fullmatch(f"a{char}b") is not None) == char.isprintable(), hex(code)
    answer = caller.get("/areas?tree=tinh-mau&parent=1%01", status=422)
    (error,) = answer.json["errors"]
    assert error == {
        "path": "parent", "code": "not_printable", "message": "Ở đây chỉ được có ký tự nhìn thấy được."
    }  # fmt: skip


def test_what_the_web_server_says_of_an_endless_address_is_told(app):
    answer = json.loads(bare_answer(414, "URI Too Long", https=True).partition(b"\r\n\r\n")[2])
    for methods in document_of(app)["paths"].values():
        for told in methods.values():
            (schema,) = told["responses"]["414"]["content"]["application/problem+json"]["schema"]["oneOf"]
            check_json(document_of(app), schema, answer, told["operationId"])


def test_every_key_of_an_answer_is_always_there(app):
    schemas = document_of(app)["components"]["schemas"]
    assert schemas["Age"]["required"] == ["min", "max"]
    assert set(schemas["ContestOut"]["required"]) == set(schemas["ContestOut"]["properties"])
    assert schemas["AnswersIn"]["required"] == ["batch"]


def test_nothing_that_later_issues_bring_is_promised(app):
    paths = document_of(app)["paths"]
    assert not [path for path in paths if path.endswith("/events")]


def test_the_document_may_be_cached_by_strangers_only(app, caller):
    shared = Caller(app).get("/openapi.json")
    assert shared.headers["Cache-Control"] == "public, max-age=300"
    assert {"Accept-Language", "Cookie", "Authorization"} <= set(shared.vary)
    caller.csrf_token()
    assert caller.get("/openapi.json").headers["Cache-Control"] == "no-store"


def test_resources_and_callers_have_names_for_people(app):
    document = document_of(app)
    told = [each for methods in document["paths"].values() for each in methods.values()]
    assert {each["tags"][0] for each in told} == set(TITLES)
    assert {each["x-caller"] for each in told} <= set(CALLERS)


def test_the_page_shows_every_call_and_loads_nothing_from_elsewhere(app, actors):
    page = actors.stranger().get("/api/v1/docs")
    for path, methods in document_of(app)["paths"].items():
        for method, told in methods.items():
            assert f"{method.upper()} {PREFIX}{path}" in page.text
            assert told["summary"] in page.text
    for script in page.all("script"):
        assert script.get("src").startswith("/static/")


def test_an_unknown_address_is_a_problem(app, caller):
    answer = caller.browser.get("/api/v1/khong-co")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_a_wrong_method_is_405(app, caller):
    answer = caller.browser.get("/api/v1/contests/x/launch")
    assert (answer.status_code, answer.json["code"]) == (405, "method_not_allowed")
