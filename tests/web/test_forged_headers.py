"""What a caller claims about hosts, addresses, paths and methods in headers or fields changes nothing."""

import pytest

from tests import factories
from tests.web.doors import PASSING

EVIL = "evil.example"
FORGED = {
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Port": "444",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-For": "198.51.100.66",
    "X-Real-IP": "198.51.100.66",
    "Forwarded": f"for=198.51.100.66;host={EVIL};proto=https",
    "X-Host": EVIL,
    "X-Original-URL": "/to-chuc/",
    "X-Rewrite-URL": "/to-chuc/",
    "X-HTTP-Method-Override": "DELETE",
    "X-Method-Override": "DELETE",
    "X-HTTP-Method": "DELETE",
    "Script-Name": "/evil",
}
PATHS = ["/", "/khong-co", "/tai-khoan/dang-nhap", "/to-chuc/", "/cuoc-thi/cuoc-thi-mau", "/api/v1/contests",
         "/api/v1/openapi.json", "/cuoc-thi/cuoc-thi-mau/dang-ky", "/api/v1/session", "/bai-thi/x"]  # fmt: skip


def told(answer):
    text = f"{answer.status_code}\n{answer.headers}\n{answer.get_data(as_text=True)}"
    return PASSING.sub("", text.replace('"csrf_token":', '"csrf_token": '))


@pytest.fixture
def contest(app, now):
    return factories.make_contest(now)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", FORGED)
def test_a_forged_header_changes_no_answer(app, contest, path, name):
    plain = app.test_client().get(path)
    forged = app.test_client().get(path, headers={name: FORGED[name]})
    assert told(forged) == told(plain)
    assert EVIL not in told(forged)


@pytest.mark.parametrize("path", PATHS)
def test_a_forged_host_is_in_no_answer(app, contest, path):
    """Also where no list of own names is configured: addresses on pages have no host at all."""
    answer = app.test_client().get(path, headers={"Host": EVIL})
    assert EVIL not in told(answer)


@pytest.mark.parametrize("method", ["DELETE", "PUT", "GET"])
def test_a_method_is_what_it_is(app, contest, method):
    client = app.test_client()
    token = client.get("/api/v1/session").json["csrf_token"]
    headers = {"X-CSRF-Token": token, "X-HTTP-Method-Override": method}
    answer = client.post("/api/v1/contests", data={"_method": method}, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (405, "method_not_allowed")
    # Nor does a form become something that needs no token.
    left = client.post("/tai-khoan/dang-xuat", data={"_method": "GET"}, headers={"X-HTTP-Method": "GET"})
    assert left.status_code == 403


def test_a_stranger_cannot_say_that_he_came_over_https(app, contest):
    answer = app.test_client().get("/tai-khoan/dang-nhap", headers={"X-Forwarded-Proto": "https"})
    assert "Strict-Transport-Security" not in answer.headers
    assert "Secure" not in answer.headers.get("Set-Cookie", "")
