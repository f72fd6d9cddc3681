"""Two provinces with a contest each, a draft each, and everybody who may ask for anything in them.

`to-chuc-a` runs the contest A of the province Mẫu: its first round is final, of the second a ruling waits, the third is
open. P1 (of the district Đak Mẫu) and P2 (of Ia Thử) have sat in all of them and sit in the third. The province Hai has
the same on a tree of its own.
"""

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from quizapp.accounts import queries as accounts
from quizapp.accounts import service as accounts_service
from quizapp.accounts.rules import Role
from quizapp.areas import queries as areas
from quizapp.areas import service as areas_service
from quizapp.attempts import queries as attempts
from quizapp.awards import deciding, decisions, regrading
from quizapp.contests import service as contests_service
from quizapp.contests.queries import ContestInfo
from quizapp.db import Base, db, transaction
from quizapp.entries import requests
from quizapp.web import throttle
from quizapp.web.play.area_results import forget_results
from quizapp.web.play.board_page import forget_boards
from tests import factories
from tests.clients import Browser
from tests.empty_app import new_app

TREE_B = factories.TREE.replace("tinh-mau", "tinh-hai").replace("Mẫu", "Hai").replace('"1', '"2')
CONTEST_A, DRAFT_A = "cuoc-thi-mau", "ban-nhap-mau"
CONTEST_B, DRAFT_B = "cuoc-thi-hai", "ban-nhap-hai"
BANK_A, BANK_B = "ngan-hang-mau", "ngan-hang-hai"
STAFF = {
    "S-else": ("ia-thu", Role.DISTRICT, "tinh-mau", "11"),
    "S-own": ("dak-mau", Role.DISTRICT, "tinh-mau", "10"),
    "O-else": ("to-chuc-hai", Role.ORGANIZER, "tinh-hai", "2"),
    "O-own": ("to-chuc-mau", Role.ORGANIZER, "tinh-mau", "1"),
    "O-part": ("to-chuc-ia", Role.ORGANIZER, "tinh-mau", "11"),
    "admin": ("quan-tri", Role.ADMIN, None, None),
}
# In this order the columns of the matrix stand; "token" is a bearer token of O-own's.
ROLES = ("nobody", "P1", "P2", "S-else", "S-own", "O-else", "O-own", "O-part", "admin", "token")
PREDICTION = {
    "prediction": {"metric": "people_all_correct", "scope": "round"},
    "ranking": {"gate": "none", "keys": ["score", "prediction_gap", "submitted_at"]},
    "prizes": [{"name": "Nhất", "count": 1, "amount": 1_500_000}, {"name": "Khuyến khích", "count": 1, "by": "hand"}],
}


@dataclass(frozen=True)
class Caller:
    """How somebody is known to the product: the cookie of a browser, or a bearer token; `csrf` goes with the cookie."""

    cookie: str = ""
    csrf: str = ""
    bearer: str = ""

    def headers(self, *, writes: bool) -> dict[str, str]:
        """What their requests carry."""
        found = {"Cookie": self.cookie} if self.cookie else {}
        if self.bearer:
            found["Authorization"] = f"Bearer {self.bearer}"
        if writes and self.csrf:
            found["X-CSRF-Token"] = self.csrf
        return found


@dataclass
class World:
    """The application with everything in it; `restore` brings back the moment at which the scene was ready."""

    app: Flask
    now: datetime
    folder: Path
    callers: dict[str, Caller] = field(default_factory=dict)
    people: dict[str, factories.Person] = field(default_factory=dict)
    parts: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def database(self) -> Path:
        """The file that the application works on."""
        return self.folder / "quiz.sqlite3"

    def client(self) -> FlaskClient:
        """A client without a memory: each call says itself who asks."""
        return self.app.test_client(use_cookies=False)

    def call(self, who: str, method: str, address: str, **options: Any) -> TestResponse:
        """What somebody is answered."""
        writes = method not in ("GET", "HEAD", "OPTIONS")
        headers = {**self.callers[who].headers(writes=writes), **options.pop("headers", {})}
        throttle.forget_local()
        return self.client().open(address, method=method, headers=headers, buffered=True, **options)

    def keep(self) -> None:
        """Remember the present state as the one to restore."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        with closing(sqlite3.connect(self.database)) as live:
            live.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(self.database, self.folder / "kept.sqlite3")

    def restore(self) -> None:
        """Everything as it was when the scene was ready."""
        with (
            closing(sqlite3.connect(self.folder / "kept.sqlite3")) as kept,
            closing(sqlite3.connect(self.database)) as live,
        ):
            kept.backup(live)
        self.forget()

    def forget(self) -> None:
        """Nothing that a process keeps of answers for a moment is told to the next caller."""
        throttle.forget_local()
        forget_boards()
        forget_results()

    def state(self, without: Mapping[str, tuple[str, ...]] | None = None) -> dict[str, list[Any]]:
        """Every row of every table; `without`: table -> columns that are left out, () for the whole table."""
        left_out = dict(without or {})
        found = {}
        with closing(sqlite3.connect(self.database)) as live:
            for table in sorted(Base.metadata.tables):
                if left_out.get(table) == ():
                    continue
                columns = [c.name for c in Base.metadata.tables[table].columns if c.name not in left_out.get(table, ())]
                quoted = ", ".join(f'"{name}"' for name in columns)
                found[table] = sorted(live.execute(f'SELECT {quoted} FROM "{table}"').fetchall(), key=repr)
        return found

    @contextmanager
    def watching(self) -> Iterator["Watch"]:
        """`watch.wrote()` tells whether anybody has committed a change since it was last asked; cheap."""
        with closing(sqlite3.connect(self.database)) as watcher:
            yield Watch(watcher)


class Watch:
    """See `World.watching`."""

    def __init__(self, watcher: sqlite3.Connection) -> None:
        self._watcher = watcher
        self._seen = self._version()

    def _version(self) -> int:
        return int(self._watcher.execute("PRAGMA data_version").fetchone()[0])

    def wrote(self) -> bool:
        """Whether something was committed since the last call."""
        before, self._seen = self._seen, self._version()
        return before != self._seen


def make_world(folder: Path, now: datetime) -> World:
    """Everything that the module's first lines tell; the clock stands at `now`."""
    world = World(new_app(folder), now, folder)
    with world.app.app_context():
        world.app.test_client_class = Browser
        world.callers["nobody"] = caller_of(world.app.test_client())
        make_trees(now)
        factories.make_bank(now)
        factories.make_bank(now, BANK_A, owner="tinh-mau:1")
        factories.make_bank(now, BANK_B, owner="tinh-hai:2")
        _make_province(world, (CONTEST_A, DRAFT_A), "tinh-mau", {"P1": "101", "P2": "111"})
        _make_province(world, (CONTEST_B, DRAFT_B), "tinh-hai", {"B1": "201", "B2": "211"})
        make_staff(now)
        with transaction():
            owner = accounts.get_user_id("to-chuc-mau")
            world.callers["token"] = Caller(bearer=accounts_service.create_token(owner, "thử", now=now))
        db.session.remove()
    # From here on every request comes alone, as on a real server.
    world.app.test_client_class = None
    sign_staff_in(world)
    world.keep()
    return world


def sign_staff_in(world: World) -> None:
    """Everybody of STAFF has just signed in."""
    for who, (login, _, _, _) in STAFF.items():
        client = world.app.test_client()
        own = {"X-CSRF-Token": caller_of(client).csrf}
        answer = client.post("/api/v1/session", json={"login": login, "password": factories.PASSWORD}, headers=own)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        world.callers[who] = caller_of(client)


def caller_of(client: FlaskClient) -> Caller:
    """Whoever sits at that browser."""
    answer = client.get("/api/v1/session").json
    cookie = client.get_cookie("quiz")
    assert answer is not None
    assert cookie is not None
    return Caller(cookie=f"quiz={cookie.value}", csrf=answer["csrf_token"])


def _make_province(world: World, slugs: tuple[str, str], tree: str, people: Mapping[str, str]) -> None:
    now = world.now
    rounds = [
        factories.round_dict(now, key="tuan-0", label="Tuần 0", **PREDICTION, **_over(now, 20, 15)),
        factories.round_dict(now, key="tuan-1", label="Tuần 1", **PREDICTION, **_over(now, 10, 3)),
        factories.round_dict(now, key="tuan-2", label="Tuần 2", **PREDICTION),
    ]
    # The draft has what the contest has not: a list of who may enter, and a round that is marked by hand.
    marked = {"mode": "marked", "points": 100}
    by_hand = factories.round_dict(now, key="tuan-2", label="Tuần 2", paper=marked, ranking={"keys": ["score"]})
    entry = {**factories.contest_dict(now)["entry"], "mode": "roster"}
    made = [_import(now, slugs[0], tree, rounds=rounds), _import(now, slugs[1], tree, rounds=[by_hand], entry=entry)]
    contest = factories.launch(made[0], now)
    for who, area in people.items():
        client, person = enter(world.app, contest, now - timedelta(days=18), area=area)
        world.people[who] = person
        for days, key in ((18, "tuan-0"), (9, "tuan-1")):
            factories.sit(contest, person, now - timedelta(days=days), prediction="2", round_key=key)
        factories.start(contest, person, now - timedelta(minutes=2), "tuan-2")
        world.callers[who] = caller_of(client)
        world.parts[who] = _parts_of(contest, person)
    contest = factories.finalize(contest, now, "tuan-0")
    regrade = regrading.stage_ruling(
        contest, contest.round("tuan-1"), "mau/mau-003", "void_all", [],
        reason="Đề sai.", public_note="Đề sai.", actor="lan", now=now,
    )  # fmt: skip
    first, why = next(iter(people)), {"actor": "lan", "reason": "Theo biên bản", "now": now}
    with transaction():
        deciding.give_by_hand(contest, "round:tuan-0:", "Khuyến khích", world.parts[first]["person"], **why)
        deciding.refuse_prize(contest, world.parts[first]["person"], round_key="tuan-1", **why)
        area = areas.get_area(tree, people[first])
        unit = areas_service.add_unit(
            areas.get_tree(tree), area.id, name="Thôn Một", kind="chi bộ", within_area_id=area.id, now=now
        )
        asked = requests.ask_erasure(world.people[first].participant, note="Tôi không thi nữa", now=now)
    for who in people:
        world.parts[who].update(
            request=asked,
            regrade_id=str(regrade.id),
            given=str(decisions.list_given(contest.id)[0].id),
            refusal=str(decisions.list_refusals(contest.id)[0].id),
            unit=unit.code,
        )


def _import(now: datetime, slug: str, tree: str, **changes: Any) -> ContestInfo:
    text = factories.contest_yaml(
        now, contest=slug, areas={"tree": tree, "ranked_level": "district"},
        collectives=[{"level": "district", "metric": "people", "prizes": [{"name": "Nhất", "count": 1}]}],
        publication={"live": "hidden_until_close", "mask_phone": True}, **changes,
    )  # fmt: skip
    with transaction():
        return contests_service.import_contest(text, name="c.yaml", owner_area_id=None, now=now)[0]


def enter(app: Flask, contest: ContestInfo, now: datetime, **typed: str) -> tuple[FlaskClient, factories.Person]:
    """Somebody new who has entered the contest, and their browser."""
    client = app.test_client()
    with transaction():
        session_id, token = accounts_service.open_session(None, now=now)
    with client.session_transaction() as cookie:
        cookie["sid"] = token
    return client, factories.enter(contest, now, session_id=session_id, **typed)


def _over(now: datetime, opened: int, closed: int) -> dict[str, str]:
    """The times of a round that is over, in days before now."""
    days = {"opens_at": opened, "closes_at": closed}
    return {name: (now - timedelta(days=ago)).isoformat() for name, ago in days.items()}


def _parts_of(contest: ContestInfo, person: factories.Person) -> dict[str, str]:
    """What addresses call the things of a person and of the contest."""
    papers = {row.round_id: row for row in attempts.list_attempts(person.participant.id)}
    settled, open_ = contest.round("tuan-1"), contest.round("tuan-2")
    return {
        "slug": contest.slug,
        "attempt_id": papers[open_.id].public_id,
        "done": papers[settled.id].public_id,
        "person": person.participant.public_id,
        "receipt": str(papers[settled.id].receipt_code),
        "area": person.typed["area"],
        "tree_slug": contest.spec.areas.tree,
        "bank": BANK_A if contest.slug == CONTEST_A else BANK_B,
        "login": "dak-mau" if contest.slug == CONTEST_A else "to-chuc-hai",
    }


def make_trees(now: datetime) -> None:
    """The two provinces."""
    factories.make_tree(now)
    with transaction():
        areas_service.load_tree(TREE_B.encode(), name="tree-b.yaml", now=now)


def make_staff(now: datetime) -> None:
    """Everybody of STAFF, with the tests' password."""
    for login, role, tree, code in STAFF.values():
        with transaction():
            area_id = areas.get_area(tree, code).id if tree and code else None
            accounts_service.create_staff(login, factories.PASSWORD, role=role, area_id=area_id, now=now)
