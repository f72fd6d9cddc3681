"""What is sent is taken for what it is: no other type, no other person's field, nothing twice; and nothing breaks."""

import itertools
import json

import pytest

from tests import factories
from tests.security import calls
from tests.security.test_matrix import EXPECTED
from tests.security.world import CONTEST_A, ROLES

Q = "mau/mau-001"
DEEP = "[" * 5000 + "]" * 5000
# No option of any question.
NO_OPTIONS = (
    True,
    1.0,
    1,
    "1",
    "٣",
    "A",
    None,
    {},
    {"$gt": 0},
    [1],
    [True],
    [None],
    [["A"]],
    [{"$gt": 0}],
    ["Z"],
    ["a"],
    [""],
    ["A\0"],
    ["А"],
    ["A", "A"],
    ["A", "B"],
    ["A"] * 500,
    ["1_0"],
    ["A" * 10_000],
)
NO_REVISIONS = (True, 1.0, "1", "٣", "1_0", None, [1], {"$gt": 0}, 0, -1, 2**53, 2**63, 10**400)
NO_QUESTIONS = (True, 1, None, [], {}, "", "mau/mau-009", "khac/khac-001", "mau/mau-001\0", "mau/MAU-001", "x" * 5000)
NO_GUESSES = (
    True,
    1.5,
    None,
    [1],
    {"$gt": 0},
    -1,
    "-1",
    "٣",
    "1_0",
    " ",
    "",
    "NaN",
    "Infinity",
    "1e400",
    2**63,
    10**400,
)
# What is no JSON, or none that means one thing only.
NO_BODIES = (
    b"",
    b"{",
    b"[]",
    b"null",
    b'"x"',
    b"1",
    b"\xff\xfe",
    b'{"batch": NaN}',
    b'{"batch": 1e400}',
    DEEP.encode(),
    ('{"batch": ' * 2000 + "1" + "}" * 2000).encode(),
    b'{"batch": [], "batch": []}',
    b'{"batch": [], "x": 1}',
    b'{"batch": [{"question": "mau/mau-001", "question": "mau/mau-002", "options": ["A"], "rev": 1}]}',
    b'{"batch": [], "prediction": {"value": Infinity, "rev": 1}}',
    b'{"batch": [{"question": "\\ud800", "options": [], "rev": 1}]}',
)
FOREIGN_FIELDS = {
    "role": "admin",
    "is_admin": True,
    "score": 100,
    "started_at": "2000-01-01T00:00:00.000Z",
    "deadline": "2099-01-01T00:00:00Z",
    "extra_time": 3600,
    "extra_seconds": 3600,
    "district_id": 1,
    "area_id": 1,
    "user_id": 1,
    "contest_id": 1,
    "participant_id": 1,
    "is_correct": True,
    "status": "final",
    "rank": 1,
    "owner_area_id": 1,
    "is_unranked": False,
    "launched_at": "2000-01-01",
}


def item(**changes):
    return {"question": Q, "options": ["A"], "rev": 7, **changes}


def saves(world, body):
    """(status, body) of a save by P1; a body that Python cannot write as JSON is given as bytes."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    address = f"/api/v1/attempts/{world.parts['P1']['attempt_id']}/answers"
    answer = world.call("P1", "PUT", address, data=data, content_type="application/json")
    return answer.status_code, answer.get_data(as_text=True)[:200]


def bad_saves():
    for field, values in (("options", NO_OPTIONS), ("rev", NO_REVISIONS), ("question", NO_QUESTIONS)):
        for value in values:
            yield {"batch": [item(**{field: value})]}
            # A good one beside it is not stored either.
            yield {"batch": [item(question="mau/mau-002"), item(**{field: value})]}
    for value in NO_GUESSES:
        yield {"batch": [], "prediction": {"value": value, "rev": 1}}
    for value in NO_REVISIONS:
        yield {"batch": [], "prediction": {"value": 1, "rev": value}}
    yield {"batch": [item(), item(rev=8)]}
    yield {"batch": {}}
    yield {"batch": None}
    yield {"batch": [item()] * 5000}
    yield from NO_BODIES


def test_no_save_is_taken_for_another(world):
    wrong = []
    with world.watching() as watch:
        for body in bad_saves():
            status, told = saves(world, body)
            if not 400 <= status < 500 or watch.wrote():
                wrong.append(f"{str(body)[:150]}: {status} {told}")
        assert saves(world, {"batch": [item()]})[0] == 200
        assert watch.wrote()
    assert not wrong, "\n".join(wrong)


def test_revisions_of_a_submission_are_numbers(world):
    address = f"/api/v1/attempts/{world.parts['P1']['attempt_id']}/submission"
    with world.watching() as watch:
        for value in (True, 1.0, "1", [1], {"$gt": 0}, -1, 2**63, 10**400):
            answer = world.call("P1", "POST", address, json={"last_rev": value})
            assert 400 <= answer.status_code < 500, value
        assert not watch.wrote()


def json_writes(world):
    for route, rule in calls.routes(world):
        if route.method != "GET" and route.rule.startswith("/api/") and "yaml" not in str(calls.body_for(route)):
            yield route, calls.address_of(world, rule, "own")


def allowed(route):
    """Who may call it."""
    answers = EXPECTED[str(route)]["own"]
    return next((who for who, kind in zip(ROLES, answers, strict=True) if kind == "+" and who != "token"), "admin")


@pytest.mark.parametrize("field", FOREIGN_FIELDS)
def test_no_call_takes_a_field_that_is_not_its_own(world, field):
    """It says so, and does nothing."""
    with world.watching() as watch:
        for route, address in json_writes(world):
            if route.method == "DELETE":
                continue
            body = {**calls.body_for(route).get("json", {}), field: FOREIGN_FIELDS[field]}
            answer = world.call(allowed(route), route.method, address, json=body)
            assert answer.status_code == 422, f"{route}: {answer.status_code}"
            assert field in answer.get_data(as_text=True), route
        assert not watch.wrote()


# What forms may want; each takes what it knows.
FORM = {
    "reason": "Theo biên bản",
    "public_note": "Đề sai.",
    "confirm": "1",
    "name": "Tên mới",
    "kind": "chi bộ",
    "minutes": "5",
    "closes_at": "2025-05-19T18:30",
    "scope": "tuan-1",
    "winner": "10",
    "login": "nguoi-moi",
    "role": "district",
    "area": "101",
    "then": "review",
    "rev": "1",
    f"q-{Q}": "A",
    "full_name": "Nguyễn Thị Mới",
    "date_of_birth": "19/05/1990",
    "phone": "0911222333",
    "consent": "1",
}


def form_writes(world):
    for route, rule in calls.routes(world):
        if route.method == "POST" and not route.rule.startswith("/api/"):
            yield route, calls.address_of(world, rule, "own")


def outcome(world, route, address, form):
    """(status, every table afterwards); everything is put back."""
    answer = world.call(allowed(route), "POST", address, data=form)
    assert answer.status_code < 500, route
    after = world.state()
    world.restore()
    return answer.status_code, after


def test_no_form_takes_a_field_that_is_not_its_own(world):
    """Everything that a form changes is the same with and without them, but for what chance decides each time."""
    before, changing, wrong = world.state(), set(), []
    foreign = {name: str(value) for name, value in FOREIGN_FIELDS.items()}
    for route, address in form_writes(world):
        plain = outcome(world, route, address, FORM)
        if plain[1] == before:
            continue
        changing.add(route.rule)
        again, more = outcome(world, route, address, FORM), outcome(world, route, address, {**foreign, **FORM})
        by_chance = differing(plain[1], again[1])
        if more[0] != plain[0] or not differing(plain[1], more[1]) <= by_chance:
            wrong.append(f"{route}: {differing(plain[1], more[1]) - by_chance}")
    assert not wrong, "\n".join(wrong)
    assert len(changing) > 12, changing


def differing(one, other):
    """(table, column) of everything that is not the same, and (table, -1) where the number of rows is not."""
    found = set()
    for table, rows in one.items():
        if len(rows) != len(other[table]):
            found.add((table, -1))
        for left, right in zip(rows, other[table], strict=False):
            found |= {(table, place) for place, pair in enumerate(zip(left, right, strict=True)) if pair[0] != pair[1]}
    return found


# What addresses may ask for, and what nobody would.
NAMES = ("area", "round", "q", "page", "limit", "level", "sort", "group", "around", "parent", "tree", "code", "version",
         "next", "status", "cau", "version", "scope")  # fmt: skip
ODD = (
    "",
    "-1",
    "0",
    "9" * 400,
    "1e400",
    "NaN",
    "٣",
    "1_0",
    "%00",
    "a%00b",
    "%ED%A0%80",
    "%FF%FE",
    "Ha%CC%80",
    "%E2%80%AE",
    "..%2f..%2fetc%2fpasswd",
    "%27%22%3E%3Cscript%3E",
    "%7B%7B7*7%7D%7D",
    "%0d%0aX-Evil:1",
    "[]",
    "null",
    "x" * 5000,
)
QUERIES = [f"{name}={value}" for name in NAMES for value in ODD]
TWICE = ("area=101&area=111", "area[]=101&area[]=111", "round=tuan-1&round=tuan-2", "page=1&page=2", "q=a&q=b")


@pytest.mark.parametrize("who", ["nobody", "P1", "S-own", "O-own"])
def test_no_question_in_an_address_breaks_anything(world, who):
    """Each address is asked twelve of the questions at a time, other ones for each address: all come up many times."""
    pool = itertools.cycle([*TWICE, *QUERIES])
    broken = []
    for route, rule in calls.routes(world):
        if route.method != "GET" or rule.endpoint in ("static", "health.readyz"):
            continue
        address = calls.address_of(world, rule, "own")
        for _ in range(6):
            query = next(pool)
            answer = world.call(who, "GET", f"{address}?{query}")
            if answer.status_code >= 500 or "X-Evil" in answer.headers:
                broken.append(f"{address}?{query[:80]}: {answer.status_code}")
        several = "&".join(next(pool) for _ in range(8))
        if world.call(who, "GET", f"{address}?{several}").status_code >= 500:
            broken.append(f"{address}?{several[:300]}")
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("who", ["nobody", "P1", "S-own", "O-own"])
def test_no_part_of_an_address_breaks_anything(world, who):
    broken = []
    odd = itertools.cycle(ODD[1:])
    for route, rule in calls.routes(world):
        if rule.endpoint == "static" or not rule.arguments:
            continue
        address = calls.address_of(world, rule, "own")
        for part in calls.parts_of(world, rule, "own").values():
            value = next(odd)
            asked = address.replace(part, value, 1)
            status = world.call(who, route.method, asked, **calls.body_for(route)).status_code
            if status >= 500:
                broken.append(f"{route} {asked[:200]}: {status}")
    assert not broken, "\n".join(broken)


def test_a_contest_is_reached_under_its_own_name_alone(world):
    """Neither in capitals, nor decomposed, nor with anything around it."""
    for name in (CONTEST_A.upper(), f" {CONTEST_A}", f"{CONTEST_A}%00", f"{CONTEST_A}%20", f"%2e%2f{CONTEST_A}"):
        assert world.call("nobody", "GET", f"/api/v1/contests/{name}").status_code == 404
    assert factories.PASSWORD
