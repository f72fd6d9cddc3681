"""What is somebody else's does not exist: any call on it is answered as the same call on what was never there."""

import re
from datetime import timedelta

import pytest

from quizapp.accounts.rules import Role
from quizapp.web import throttle
from tests import factories
from tests.clients import Actors
from tests.web.play.sitting import sitter

PASSING = re.compile(r'csrf_token[^>]*value="[^"]*"|<span class="code">\w+|name="next" value="[^"]*"')
METHODS = ("GET", "POST", "PUT", "DELETE")
# What there is, and what there never was.
NO_ATTEMPT = "AAAAAAAAAAAAAAAAAAAAAA"
DRAFT, NO_CONTEST = "ban-nhap-kin", "khong-co-gi"
AREA, NO_AREA = "101", "199"


# The other parts of addresses.
KNOWN = {"slug": "cuoc-thi-mau", "key": "tuan-1", "round_key": "tuan-1", "table": "summary", "ext": "csv",
         "tree_slug": "tinh-mau", "code": AREA, "kind": "webp", "ranking": "round:tuan-1:", "number": "1",
         "step": "duyet", "regrade_id": "1"}  # fmt: skip


@pytest.fixture
def scene(app, now):
    """A launched contest with somebody's paper, another organizer's draft, and staff of a district elsewhere."""
    contest = factories.make_contest(now)
    owner = sitter(app, contest, now)
    open_attempt = factories.start(contest, owner.person, now)
    done = factories.sit(contest, sitter(app, contest, now).person, now - timedelta(minutes=2))
    factories.make_contest(now, launched=False, owner="10", contest=DRAFT)
    for login, role, area in (
        ("ia-thu", Role.DISTRICT, "11"), ("to-chuc-ia", Role.ORGANIZER, "11"), ("dak-mau", Role.DISTRICT, "10"),
    ):  # fmt: skip
        factories.make_staff(login, role, area, now)
    return contest, [open_attempt.public_id, done.public_id]


def browser_of(app, contest, now, who):
    if who == "stranger":
        return Actors(app).stranger()
    if who == "participant":
        return sitter(app, contest, now).browser
    return Actors(app).staff(who)


def answers(app, browser, argument, value):
    """(method, address without the value) -> (status, body) of every call on the object that `argument` names."""
    token = browser.token()
    found = {}
    for rule in app.url_map.iter_rules():
        if argument not in rule.arguments or rule.endpoint == "static":
            continue
        with app.test_request_context():
            values = {name: KNOWN.get(name, "x") for name in rule.arguments} | {argument: value}
            address = app.url_for(rule.endpoint, **values)
        for method in METHODS:
            if method not in rule.methods:
                continue
            throttle.forget_local()
            sent = {"data": {"csrf_token": token, "confirm": "1", "reason": "x", "name": "Tên mới", "then": "review"}}
            if address.startswith("/api/") and method != "GET":
                sent = {"headers": {"X-CSRF-Token": token}}
                if rule.endpoint == "api.save_answers":
                    sent["json"] = {"batch": []}
            response = browser.client.open(address, method=method, **sent)
            body = PASSING.sub("", response.get_data(as_text=True)).replace(value, "…")
            location = response.headers.get("Location", "").replace(value, "…")
            found[method, rule.rule] = (response.status_code, location, body)
    return found


@pytest.mark.parametrize("who", ["stranger", "participant", "ia-thu", "to-chuc-ia", "dak-mau"])
def test_somebody_elses_paper_is_no_paper(app, now, scene, who):
    contest, ids = scene
    browser = browser_of(app, contest, now, who)
    absent = answers(app, browser, "attempt_id", NO_ATTEMPT)
    assert len(absent) == 11
    assert {status for status, _, _ in absent.values()} <= ({404} if who != "stranger" else {401, 303, 404})
    for attempt_id in ids:
        assert answers(app, browser, "attempt_id", attempt_id) == absent


@pytest.mark.parametrize("who", ["stranger", "participant", "ia-thu", "to-chuc-ia", "dak-mau"])
def test_somebody_elses_draft_is_no_contest(app, now, scene, who):
    contest, _ = scene
    browser = browser_of(app, contest, now, who)
    absent = answers(app, browser, "slug", NO_CONTEST)
    assert not {status for status, _, _ in absent.values()} & {200, 201, 204, 500}
    present = answers(app, browser, "slug", DRAFT)
    assert {call: present[call] for call in absent if present[call] != absent[call]} == {}


@pytest.mark.parametrize("who", ["stranger", "participant", "ia-thu", "to-chuc-ia"])
def test_units_of_another_district_are_no_units(app, now, scene, who):
    contest, _ = scene
    browser = browser_of(app, contest, now, who)

    def of_areas(code):
        found = answers(app, browser, "code", code)
        # The code of a receipt is no area's.
        return {call: told for call, told in found.items() if "receipts" not in call[1] and "bien-nhan" not in call[1]}

    absent = of_areas(NO_AREA)
    assert len(absent) == 5
    assert of_areas(AREA) == absent


@pytest.mark.parametrize("login", ["ia-thu", "to-chuc-ia"])
@pytest.mark.parametrize(
    "address",
    [
        "/don-vi/cuoc-thi-mau?area={}",
        "/don-vi/cuoc-thi-mau/in?area={}",
        "/don-vi/cuoc-thi-mau/nguoi-du-thi?area={}",
        "/don-vi/cuoc-thi-mau/chi-tieu?area={}",
        "/don-vi/cuoc-thi-mau/tai/participants.csv?area={}",
        "/api/v1/contests/cuoc-thi-mau/exports/participants.xlsx?area={}",
        "/api/v1/contests/cuoc-thi-mau/results/areas?parent={}",
    ],
)
def test_figures_of_another_district_are_no_figures(app, now, scene, login, address):
    client = Actors(app).staff(login).client
    seen = []
    for code in (NO_AREA, AREA, "10", "1"):
        response = client.get(address.format(code))
        seen.append((response.status_code, PASSING.sub("", response.get_data(as_text=True)).replace(f'"{code}"', "…")))
    assert {status for status, _ in seen} == {404}
    assert len(set(seen)) == 1
