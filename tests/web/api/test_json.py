"""JSON that nobody means well with: refused as JSON or at its place, and told in words; nothing fails inside."""

import pytest

from quizapp.errors import QuizError
from quizapp.web.api.reading import parse_json


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 1}}',
        b"[NaN]",
        b"[Infinity, -Infinity]",
        b"[" * 100_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b"9" * 5000,
        b'"\xff"',
        b"\xef\xbb\xbf{}",
        '{"a": 1}'.encode("utf-16"),
        b"[1] [2]",
        b"[01]",
        b"['a']",
    ],
)
def test_what_is_no_json_of_one_meaning_is_refused(raw):
    with pytest.raises(QuizError) as refused:
        parse_json(raw)
    assert refused.value.code == "json_invalid"


@pytest.mark.parametrize(
    "value",
    [
        "9" * 4000,
        "1e400",
        "-1e400",
        "1e-400",
        "-0",
        '"\\ud800"',
        '"\\u0000"',
        "[[[[]]]]",
        "true",
        '{"$gt": 0}',
        '"' + "\\u0301" * 1000 + '"',
    ],
)
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/session", '{{"login": {value}, "password": {value}, "otp": {value}}}'),
        ("/contests/cuoc-thi-mau/entries", '{{"full_name": {value}, "consent": {{"version": {value}}}}}'),
        ("/contests/cuoc-thi-mau/entries", '{{"consent": {{"version": "1"}}, {value_as_key}: 1}}'),
    ],
)
def test_strange_values_are_refused_and_told(caller, path, body, value):
    key = value if value.startswith('"') else '"a"'
    sent = body.format(value=value, value_as_key=key).encode()
    token = caller.csrf_token()
    answer = caller.browser.post(
        f"/api/v1{path}", data=sent, content_type="application/json", headers={"X-CSRF-Token": token}
    )
    assert answer.status_code in (400, 401, 409, 422), answer.get_data(as_text=True)
    assert answer.json["code"] != "internal_error"
