"""Whose page a browser says it shows."""

import pytest

from quizapp.web.origin import is_foreign


@pytest.mark.parametrize(
    ("told", "foreign"),
    [
        ({}, False),
        ({"HTTP_ORIGIN": "https://thi.example"}, False),
        ({"HTTP_ORIGIN": "http://thi.example"}, False),
        ({"HTTP_ORIGIN": "https://THI.example:443"}, False),
        ({"HTTP_ORIGIN": "null"}, False),
        ({"HTTP_ORIGIN": "https://thi.example", "HTTP_SEC_FETCH_SITE": "same-origin"}, False),
        ({"HTTP_ORIGIN": "https://thi.example.evil.example"}, True),
        ({"HTTP_ORIGIN": "https://evil.example"}, True),
        ({"HTTP_ORIGIN": "https://thi.example:8443"}, True),
        ({"HTTP_ORIGIN": "https://thi.example@evil.example"}, True),
        ({"HTTP_ORIGIN": "thi.example"}, True),
        ({"HTTP_ORIGIN": "http://[::1"}, True),
        ({"HTTP_SEC_FETCH_SITE": "cross-site"}, True),
        ({"HTTP_ORIGIN": "null", "HTTP_SEC_FETCH_SITE": "cross-site"}, True),
    ],
)
def test_a_page_of_another_host_is_foreign(told, foreign):
    assert is_foreign({"HTTP_HOST": "thi.example", **told}) is foreign


def test_a_port_of_ones_own_is_ones_own():
    assert not is_foreign({"HTTP_HOST": "127.0.0.1:8000", "HTTP_ORIGIN": "http://127.0.0.1:8000"})
    assert is_foreign({"HTTP_HOST": "127.0.0.1:8000", "HTTP_ORIGIN": "http://127.0.0.1:9000"})
