"""A whole contest over HTTP, from the draft to the publication, with a canary in whatever must not be told.

At every phase everybody asks for every address that there is. `Day.recorder` has all answers, `Day.lines` every line
that was logged.
"""

import logging
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from werkzeug.test import TestResponse

from quizapp import clock
from quizapp.accounts import queries as accounts
from quizapp.accounts import service as accounts_service
from quizapp.contests import queries as contests
from quizapp.contests.rules import GRACE
from quizapp.db import db, transaction
from quizapp.logs import JsonFormatter
from tests import factories
from tests.clients import Browser
from tests.empty_app import new_app
from tests.security import calls
from tests.security.recorder import Recorder
from tests.security.world import CONTEST_A, Caller, World, caller_of, make_staff, make_trees, sign_staff_in

PHASES = ("draft", "open", "closed", "published")
CALLERS = ("nobody", "P1", "P2", "S-else", "S-own", "O-else", "O-own", "token")
# Who asks for everything in which phase: of a draft nobody is told but organizers, so its banks are what there is to be
# told; in the open round everybody asks; afterwards those who see different things.
ASKING = {
    "draft": ("nobody", "S-own", "O-else", "O-own"),
    "open": CALLERS,
    "closed": ("nobody", "P1", "S-else", "S-own", "O-else", "token"),
    "published": ("nobody", "P2", "S-own", "O-else", "O-own"),
}
TABLES = ("summary", "winners", "areas", "participants", "attempts", "scores", "questions", "collectives", "anomalies")
# Sums of these are numbers that nothing else on any page is.
POINTS = 7919
ROUNDS = ("tuan-1", "tuan-2")
CHANCE = random.Random(20261122)


@dataclass
class Day:
    """What came of it. `canaries`: name -> the ways in which it may be written."""

    world: World
    recorder: Recorder = field(default_factory=Recorder)
    canaries: dict[str, list[str]] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def call(self, who: str, method: str, address: str, **options: Any) -> TestResponse:
        """Ask, and keep what is answered."""
        return self.recorder.keep(who, f"{method} {address}", self.world.call(who, method, address, **options))

    def does(self, who: str, method: str, address: str, **options: Any) -> Any:
        """The same, and it has to work."""
        response = self.call(who, method, address, **options)
        assert response.status_code in (200, 201), f"{method} {address}: {response.get_data(as_text=True)[:500]}"
        return response.json


class _Lines(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self._lines = lines
        self.setFormatter(JsonFormatter())

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(self.format(record))


def whole_contest(folder: Path, now: datetime) -> Day:
    """Play it; the contest opens at `now`."""
    day = Day(World(new_app(folder), now, folder))
    handler = _Lines(day.lines)
    logging.getLogger("quizapp").addHandler(handler)
    try:
        for phase, step, after in (
            ("draft", _draft, timedelta(hours=-1)),
            ("open", _open, timedelta(minutes=5)),
            ("closed", _nothing, timedelta(hours=1) + GRACE + timedelta(seconds=1)),
            ("published", _publish, timedelta(hours=2)),
        ):
            day.recorder.phase = phase
            with clock.frozen_at(now + after):
                if step is not _draft:
                    sign_staff_in(day.world)
                step(day, now)
                _walk(day)
    finally:
        logging.getLogger("quizapp").removeHandler(handler)
    return day


def _draft(day: Day, now: datetime) -> None:
    world = day.world
    with world.app.app_context():
        world.app.test_client_class = Browser
        make_trees(now)
        make_staff(now)
        with transaction():
            token = accounts_service.create_token(accounts.get_user_id("to-chuc-mau"), "thử", now=clock.now())
        for who in ("nobody", "P1", "P2"):
            world.callers[who] = caller_of(world.app.test_client())
        db.session.remove()
    world.app.test_client_class = None
    sign_staff_in(world)
    world.callers["token"] = Caller(bearer=token)
    day.secrets += [token, factories.PASSWORD]
    day.does("token", "PUT", "/api/v1/banks/mau", data=_bank(day), content_type="application/yaml")
    file = factories.contest_yaml(now, **_contest(now))
    day.does("token", "PUT", f"/api/v1/contests/{CONTEST_A}", data=file, content_type="application/yaml")


def _bank(day: Day) -> bytes:
    """A bank whose explanations are canaries."""
    data = yaml.safe_load(factories.bank_yaml())
    for question in data["questions"]:
        canary = f"giải thích {CHANCE.randbytes(6).hex()}"
        question["explanation"] = f"Vì {canary}."
        day.canaries.setdefault("explanation", []).append(canary)
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False).encode()


def _contest(now: datetime) -> dict[str, Any]:
    times = {"opens_at": now.isoformat(), "closes_at": (now + timedelta(hours=1)).isoformat()}
    paper = {"mode": "random", "draw": [{"bank": "mau", "count": 5}], "time_limit_seconds": 1800, "points": POINTS,
             "shuffle": {"questions": True, "options": True}}  # fmt: skip
    asked = {
        "prediction": {"metric": "people_all_correct", "scope": "round"},
        "ranking": {"gate": "none", "keys": ["score", "prediction_gap", "submitted_at"]},
        "prizes": [{"name": "Nhất", "count": 1, "amount": 1_500_000}],
    }
    fields = ("full_name", "date_of_birth", "phone", "email", "citizen_id", "address", "area", "unit")
    return {
        "rounds": [factories.round_dict(now, key=key, label=key, paper=paper, **times, **asked) for key in ROUNDS],
        "publication": {"live": "hidden_until_close", "mask_phone": True},
        "entry": {"mode": "form", "fields": dict.fromkeys(fields, "required"), "identity": ["phone", "full_name"],
                  "resume": "code"},
    }  # fmt: skip


def _open(day: Day, now: datetime) -> None:
    day.does("O-own", "POST", f"/api/v1/contests/{CONTEST_A}/launch", json={})
    with day.world.app.app_context():
        seed = contests.get_seed(contests.get_contest(CONTEST_A).id)
    day.canaries["seed"] = [seed.hex(), seed.hex().upper()]
    for number, who in enumerate(("P1", "P2"), 1):
        _take_part(day, who, number)


def _take_part(day: Day, who: str, number: int) -> None:
    """Enter, sit both rounds, submit the first."""
    client = day.world.app.test_client()

    def call(method: str, address: str, **options: Any) -> Any:
        csrf = client.get("/api/v1/session").json["csrf_token"]
        answer = client.open(address, method=method, headers={"X-CSRF-Token": csrf}, **options)
        day.recorder.keep(who, f"{method} {address}", answer)
        assert answer.status_code in (200, 201), answer.get_data(as_text=True)[:500]
        return answer.json

    contest = call("GET", f"/api/v1/contests/{CONTEST_A}")
    typed = _person(day, who, number)
    entered = call(
        "POST", f"/api/v1/contests/{CONTEST_A}/entries",
        json={**typed, "consent": {"version": contest["entry"]["consent_version"]}},
    )  # fmt: skip
    day.canaries[f"{who} code"] = [entered["entry_code"]]
    attempts = {}
    for key in ROUNDS:
        started = call("POST", f"/api/v1/contests/{CONTEST_A}/rounds/{key}/attempts")
        attempts[key] = started["attempt"]
        # So each person has a number of points that is theirs alone.
        batch = [
            {"question": each["question"], "options": _answer(each["question"], place < 4 - number), "rev": 1}
            for place, each in enumerate(started["paper"]["questions"])
        ]
        call("PUT", f"/api/v1/attempts/{started['attempt']}/answers",
             json={"batch": batch, "prediction": {"value": 1, "rev": 1}})  # fmt: skip
    receipt = call("POST", f"/api/v1/attempts/{attempts['tuan-1']}/submission", json={})
    day.world.callers[who] = caller_of(client)
    day.secrets.append(day.world.callers[who].cookie.partition("=")[2])
    day.world.parts[who] = {
        "slug": CONTEST_A,
        "attempt_id": attempts["tuan-2"],
        "done": attempts["tuan-1"],
        "person": entered["participant"],
        "receipt": receipt["code"],
        "area": typed["area"],
        "tree_slug": "tinh-mau",
        "regrade_id": "1",
        "given": "1",
        "refusal": "1",
        "unit": "101.1",
        "request": "A" * 22,
        "bank": "mau",
        "login": "dak-mau",
    }


def _answer(question: str, right: bool) -> list[str]:
    """The right options are A, and A and C of the last question."""
    if not right:
        return ["B"]
    return ["A", "C"] if question.endswith("010") else ["A"]


def _person(day: Day, who: str, number: int) -> dict[str, str]:
    """Somebody whose every personal field is a canary."""
    digits = f"{CHANCE.randrange(10**6):06}"
    phone, citizen = f"0907{digits}", f"0790{CHANCE.randrange(10**8):08}"
    typed = {
        "full_name": f"Canari Thị {CHANCE.choice('ABCDEGH')}{'ng' * number} {'Bình' if number == 1 else 'Châu'}",
        "date_of_birth": f"{20 + number}/11/{1960 + number}",
        "phone": phone,
        "email": f"canari.{CHANCE.randbytes(5).hex()}@example.org",
        "citizen_id": citizen,
        "address": f"ngõ canari {CHANCE.randbytes(5).hex()}",
        "area": "101" if number == 1 else "111",
        "unit": "Chi bộ",
    }
    day.canaries |= {
        f"{who} phone": [phone, f"{phone[:4]} {phone[4:7]} {phone[7:]}", f"84{phone[1:]}"],
        f"{who} citizen id": [citizen],
        f"{who} e-mail": [typed["email"]],
        f"{who} address": [typed["address"]],
        f"{who} birth date": [typed["date_of_birth"], f"{1960 + number}-11-{20 + number}"],
        f"{who} name": [typed["full_name"]],
    }
    return typed


def _nothing(day: Day, now: datetime) -> None:
    """Time alone has passed."""


def _publish(day: Day, now: datetime) -> None:
    for key in ROUNDS:
        day.does("O-own", "POST", f"/api/v1/contests/{CONTEST_A}/rounds/{key}/finalize", json={})
    day.does("O-own", "POST", f"/api/v1/contests/{CONTEST_A}/publish", json={})


def _walk(day: Day) -> None:
    """Everybody asks for everything."""
    day.world.forget()
    day.world.parts.setdefault("P1", {**calls.ABSENT, "slug": CONTEST_A, "done": "A" * 22, "attempt_id": "A" * 22})
    asked = list(_addresses(day.world))
    for who in ASKING[day.recorder.phase]:
        for address in asked:
            status = day.call(who, "GET", address).status_code
            assert status < 500 or address == "/readyz", f"{who} {address}: {status}"


def _addresses(world: World) -> Iterator[str]:
    for route, rule in calls.routes(world):
        if route.method != "GET":
            continue
        things = ("own", "done") if "attempt_id" in rule.arguments else ("own",)
        for thing in things:
            yield calls.address_of(world, rule, thing)
        if rule.endpoint == "api.export_table":
            for table in TABLES:
                ext = "xlsx" if table in ("winners", "areas") else "csv"
                yield f"/api/v1/contests/{CONTEST_A}/exports/{table}.{ext}"
    yield "/to-chuc/ngan-hang/cau-hoi/mau"
    yield "/to-chuc/ngan-hang/cau-hoi/mau/bank.yaml"
    yield "/to-chuc/ngan-hang/nhap?bank=mau"
    for key in ROUNDS:
        yield f"/cuoc-thi/{CONTEST_A}/{key}/bang-xep-hang"
        yield f"/api/v1/contests/{CONTEST_A}/rounds/{key}/leaderboard?around=me"
    yield from (
        "/question_banks/mau/bank.yaml",
        "/question_banks/..%2fwsgi.py",
        "/..%2f..%2fetc/passwd",
        "/.git/config",
        "/.env",
        "/wsgi.py",
        "/wsgi.py~",
        "/var/secrets.env",
        "/quiz.sqlite3",
        "/console",
        "/?__debugger__=yes",
        "/static/..%2fquizapp%2fapp.py",
        "/backup.zip",
    )
