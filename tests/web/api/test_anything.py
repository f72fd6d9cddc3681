"""Whatever is sent, the answer is one that the document promises, and never a failure of the server."""

import json
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizapp.accounts.rules import Role
from quizapp.web import throttle
from quizapp.web.api.document import PREFIX
from tests.factories import make_staff
from tests.web.api.callers import Caller, check_answer, document_of

FEW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
KEYS = st.sampled_from(
    ["batch", "prediction", "question", "options", "rev", "value", "last_rev", "login", "password", "otp", "consent",
     "version", "full_name", "phone", "date_of_birth", "area", "entry_code", "reason", "role"]
)  # fmt: skip
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["A", "mau/mau-001", "tinh-mau:101", "2026-11", "=1+1", "\x00", "\ud800", "٣", "a" * 600])
    | st.text(max_size=20)
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=12
)
TEXTS = st.text(max_size=30) | st.sampled_from(["", "tinh-mau", "10", "me", "50", "-1", "1e9", "\x00", "district"])


@pytest.fixture
def known(app, contest, now):
    """A browser that takes part, and one of an administrator; the parts that addresses may have."""
    participant, administrator = Caller(app), Caller(app)
    participant.enter()
    attempt = participant.start()["attempt"]
    make_staff("quan-tri", Role.ADMIN, None, now)
    administrator.sign_in("quan-tri")
    parts = {
        "slug": contest.slug,
        "key": "tuan-1",
        "attempt_id": attempt,
        "table": "summary",
        "ext": "csv",
        "code": "x",
    }
    return participant, administrator, parts


def calls(app, wanted):
    """(method, path, caller, operation) of the calls that are `wanted`."""
    for path, methods in document_of(app)["paths"].items():
        for method, told in methods.items():
            if wanted(method, told):
                yield method.upper(), path, told["x-caller"], told


def send(caller, method, path, **options):
    throttle.forget_local()
    headers = {} if method == "GET" else {"X-CSRF-Token": caller.csrf_token()}
    response = caller.browser.open(PREFIX + path, method=method, headers=headers, **options)
    assert response.status_code < 500, f"{method} {path} {options}: {response.get_data(as_text=True)[:500]}"
    check_answer(caller.app, method, path, response)


@FEW
@given(body=VALUES)
def test_any_json(app, known, body):
    participant, administrator, parts = known
    raw = json.dumps(body).encode()
    for method, path, caller, _ in calls(app, lambda _, told: "application/json" in str(told.get("requestBody"))):
        if path == "/session":  # a sign-in costs a slow hash each time, and its body is as any other
            continue
        browser = administrator if caller == "organizer" else participant
        send(browser, method, path.format(**parts), data=raw, content_type="application/json")


@FEW
@given(raw=st.binary(max_size=200))
def test_any_bytes(app, known, raw):
    participant, administrator, parts = known
    for method, path, caller, told in calls(app, lambda _, told: "requestBody" in told):
        (media_type,) = told["requestBody"]["content"]
        browser = administrator if caller == "organizer" else participant
        send(browser, method, path.format(**parts), data=raw, content_type=media_type)


@FEW
@given(data=st.data())
def test_any_parameters(app, known, data):
    participant, administrator, parts = known
    for method, path, caller, told in calls(app, lambda method, _: method == "get"):
        names = [each["name"] for each in told["parameters"] if each["in"] == "query"]
        query = {name: data.draw(TEXTS, label=name) for name in names}
        browser = administrator if caller == "staff" else participant
        address = path.format(**parts)
        send(browser, method, f"{address}?{urlencode(query, errors='replace')}" if query else address)
