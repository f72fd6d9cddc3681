"""What guessing and harvesting meet, and that it never meets a school, the owner of a code, or a save."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from quizapp.attempts import rules as attempt_rules
from quizapp.web import limits, throttle, work
from quizapp.web.play import receipts
from tests import factories

ENTRIES = "/api/v1/contests/cuoc-thi-mau/entries"
PAGE = "/cuoc-thi/cuoc-thi-mau/dang-ky"
HERE, ELSEWHERE = "203.0.113.7", "203.0.113.8"
UNLIMITED = {"attempts": {}}


class Phone:
    """A browser behind an address."""

    def __init__(self, app, address=HERE, peer=None):
        self.app, self.client = app, app.test_client()
        self.seen = {"REMOTE_ADDR": peer or address}
        self.sent = {"X-Forwarded-For": address} if peer else {}

    def ask(self, method, path, **options):
        return self.client.open(path, method=method, environ_overrides=self.seen, headers=self._headers(), **options)

    def enter(self, typed=None, **more):
        return self.ask("POST", ENTRIES, json={**(typed or factories.typed_entry()), "consent": self.consent(), **more})

    def consent(self):
        return {"version": self.client.get("/api/v1/contests/cuoc-thi-mau").json["entry"]["consent_version"]}

    def token(self):
        return self.client.get("/api/v1/session").json["csrf_token"]

    def send_form(self, **more):
        typed = {**factories.typed_entry(), **factories.AGREED, "csrf_token": self.token(), **more}
        return typed, self.ask("POST", PAGE, data=typed)

    def _headers(self):
        return {**self.sent, "X-CSRF-Token": self.token()}


@pytest.fixture
def contest(app, now):
    return factories.make_contest(now)


@pytest.fixture
def busy(contest, monkeypatch):
    """From one address, three people a minute enter freely."""
    monkeypatch.setattr(limits, "ENTRIES_FREELY", (replace(limits.ENTRIES_FREELY[0], most=3), limits.ENTRIES_FREELY[1]))


def fill_up(app, address=HERE):
    for _ in range(3):
        assert Phone(app, address).enter().status_code == 201


def solved(challenge, pieces, zero_bits):
    """The work, done as the document tells."""
    numbers = []
    for piece in range(pieces):
        number = 0
        while int.from_bytes(sha256(f"{challenge}:{piece}:{number}".encode()).digest()) >> (256 - zero_bits):
            number += 1
        numbers.append(number)
    return ",".join(map(str, numbers))


# ---- the table ----


def test_a_school_stays_below_every_limit_of_an_address():
    entering = (*limits.ENTRIES_FREELY, *limits.ENTRIES_AT_ALL)
    assert all(limit.most >= 3 * 300 for limit in entering)
    assert len({limit.name for limit in limits.TABLE}) == len(limits.TABLE)
    assert all(limit.why and limit.key for limit in limits.TABLE)


def test_what_was_used_up_is_remembered_for_as_long_as_it_is_good():
    assert timedelta(seconds=limits.WORK_ONCE.seconds) > work._GOOD_FOR


# ---- whose tries are counted together ----


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("203.0.113.7", "203.0.113.8", False),
        ("203.0.113.7", "::ffff:203.0.113.7", True),
    ],
)
def test_a_household_counts_as_one(app, contest, monkeypatch, first, second, together):
    monkeypatch.setattr(receipts, "RECEIPTS", replace(limits.RECEIPTS, most=1))
    assert Phone(app, first).ask("GET", "/bien-nhan/00000-00000").status_code == 404
    assert Phone(app, second).ask("GET", "/bien-nhan/00000-00000").status_code == (429 if together else 404)


def test_what_a_stranger_says_of_his_address_changes_nothing(app, contest, monkeypatch):
    monkeypatch.setattr(receipts, "RECEIPTS", replace(limits.RECEIPTS, most=2))
    told = [
        Phone(app, f"198.51.100.{number}", peer=HERE).ask("GET", "/bien-nhan/00000-00000").status_code
        for number in range(4)
    ]
    assert told == [404, 404, 429, 429]


# ---- guessing ----


def test_a_birth_date_is_not_found_by_trying_from_everywhere(app, contest):
    typed = factories.typed_entry(date_of_birth="19/05/1990")
    owner = Phone(app).enter(typed).json
    told = []
    for number in range(50):
        guess = {**typed, "date_of_birth": f"{number % 28 + 1:02d}/01/1991"}
        told.append(Phone(app, f"198.51.100.{number}").enter(guess).status_code)
    assert told[:39] == [409] * 39
    assert set(told[40:]) == {429}
    # Nor by showing some other code with each guess.
    theirs = Phone(app, "192.0.2.1").enter().json["entry_code"]
    for code in ("0000000000", theirs):
        assert Phone(app, "192.0.2.2").enter(typed, entry_code=code).status_code == 429
    # The owner comes back from anywhere with the code.
    back = Phone(app, ELSEWHERE).enter(typed, entry_code=owner["entry_code"])
    assert (back.status_code, back.json["participant"]) == (200, owner["participant"])


def test_entry_codes_are_not_found_by_trying(app, contest, monkeypatch):
    monkeypatch.setattr(limits, "CODES_TRIED", replace(limits.CODES_TRIED, most=5))
    phone = Phone(app)
    told = [
        phone.ask(
            "POST", "/cuoc-thi/cuoc-thi-mau/tiep-tuc", data={"entry_code": f"{n:010d}", "csrf_token": phone.token()}
        ).status_code
        for n in range(7)
    ]
    assert told == [422] * 5 + [429] * 2


# ---- harvesting ----


def test_nobody_opens_paper_after_paper(app, now, at):
    factories.make_contest(now, rounds=[factories.round_dict(now, **UNLIMITED)])
    phone = Phone(app)
    assert phone.enter().status_code == 201
    told = []
    for number in range(attempt_rules.MOST_STARTS + 2):
        with at(now + timedelta(seconds=number)):
            begun = phone.ask("POST", "/api/v1/contests/cuoc-thi-mau/rounds/tuan-1/attempts")
            told.append(begun.status_code)
            if begun.status_code == 201:
                phone.ask("POST", f"/api/v1/attempts/{begun.json['attempt']}/submission", json={"last_rev": 0})
    assert told == [201] * attempt_rules.MOST_STARTS + [429] * 2
    assert begun.json["code"] == "too_many_requests"
    with at(now + attempt_rules.STARTS_WITHIN + timedelta(seconds=1)):
        assert phone.ask("POST", "/api/v1/contests/cuoc-thi-mau/rounds/tuan-1/attempts").status_code == 201


def test_one_address_does_not_fill_a_contest_whatever_it_computes(app, busy, monkeypatch):
    monkeypatch.setattr(limits, "ENTRIES_AT_ALL", (replace(limits.ENTRIES_AT_ALL[0], most=4),))
    fill_up(app)
    asked = Phone(app).enter().json
    paid = {"challenge": asked["challenge"], "answer": solved(asked["challenge"], asked["pieces"], asked["zero_bits"])}
    assert Phone(app).enter(work=paid).json["code"] == "too_many_requests"
    assert Phone(app, ELSEWHERE).enter().status_code == 201


# ---- the price of an entry ----


def test_work_buys_one_entry(app, busy):
    fill_up(app)
    refused = Phone(app).enter()
    asked = refused.json
    assert (refused.status_code, asked["code"], refused.headers["Retry-After"]) == (429, "work_required", "10")
    paid = {"challenge": asked["challenge"], "answer": solved(asked["challenge"], asked["pieces"], asked["zero_bits"])}
    # Not bought by somebody else's work, nor by half of it, nor by a challenge of one's own making.
    fill_up(app, ELSEWHERE)
    assert Phone(app, ELSEWHERE).enter(work=paid).status_code == 429
    half = paid["answer"].rpartition(",")[0]
    for bad in (half, f"{half},", f"{half},x", "", ",".join(["0"] * 16), "9" * 400):
        assert Phone(app).enter(work={**paid, "answer": bad}).status_code == 429
    for forged in ("", ".", "x.y.z", "1.x." + "0" * 20, asked["challenge"][:-1] + "é"):
        assert Phone(app).enter(work={**paid, "challenge": forged}).status_code == 429
    assert Phone(app).enter(work=paid).status_code == 201
    assert Phone(app).enter(work=paid).json["code"] == "work_required"


def test_waiting_buys_an_entry_too_but_not_many(app, busy, now, at, monkeypatch):
    monkeypatch.setattr(work, "WAITED_ENTRIES", replace(limits.WAITED_ENTRIES, most=2))
    fill_up(app)
    asked = [{"challenge": Phone(app).enter().json["challenge"]} for _ in range(4)]
    with at(now + work.WAIT - timedelta(seconds=1)):
        assert Phone(app).enter(work=asked[0]).status_code == 429
    with at(now + work.WAIT):
        assert [Phone(app).enter(work=given).status_code for given in asked[1:]] == [201, 201, 429]
    throttle.forget_local()
    fill_up(app)
    with at(now + timedelta(minutes=16)):
        assert Phone(app).enter(work=asked[0]).status_code == 429


def test_without_a_script_the_page_says_to_wait_and_keeps_what_was_typed(app, busy, now, at):
    fill_up(app)
    phone = Phone(app)
    typed, page = phone.send_form(full_name="Nguyễn Thị Chờ")
    html = page.get_data(as_text=True)
    assert (page.status_code, page.headers["Retry-After"]) == (429, "10")
    assert "hãy chờ 10 giây" in html
    assert 'value="Nguyễn Thị Chờ"' in html
    challenge = html.partition('name="work_challenge"')[2].partition('value="')[2].partition('"')[0]
    assert challenge.count(".") == 2
    with at(now + work.WAIT):
        again = phone.ask("POST", PAGE, data={**typed, "work_challenge": challenge, "work_answer": ""})
    assert again.status_code == 303


def test_who_comes_in_a_schools_rhythm_is_asked_for_nothing(app, contest):
    told = {Phone(app).enter().status_code for _ in range(300)}
    assert told == {201}
    assert "work_challenge" in Phone(app).ask("GET", PAGE).get_data(as_text=True)
