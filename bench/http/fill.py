"""A contest with a bank of 400 questions of which 30 are drawn, and the people whose requests are measured.

Everything is put straight into the tables; sessions and tokens are made as the product makes them. What a load needs is
written to a folder, one line a request or a person, for the scripts of the load generator.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import yaml
from flask import Flask, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import insert, select

from bench import machine
from quizapp import clock
from quizapp.accounts.models import BrowserSession
from quizapp.areas import queries as areas
from quizapp.attempts.models import Answer, Attempt
from quizapp.attempts.paper import PaperLine, SeededStream, draw_paper, stream_label
from quizapp.attempts.rules import canonical
from quizapp.banks import service as banks
from quizapp.contests import queries as contests
from quizapp.contests import service as contests_service
from quizapp.contests.queries import ContestInfo
from quizapp.db import db, transaction
from quizapp.entries.models import SessionParticipant
from quizapp.ids import digest
from tests import crowd

SLUG, ROUND = "gio-cao-diem", "vong-1"
TREE = "gia-lai-2022"
BANK, QUESTIONS, DRAWN = "do-tai", 400, 30
API = "/api/v1"
_AT_ONCE = 5000


@dataclass(frozen=True)
class Sizes:
    """How many people wait for each kind of request; those who start or submit are used up."""

    writers: int = 2000
    starters: int = 12_000
    finishers: int = 12_000


@dataclass(frozen=True)
class Person:
    """Somebody with a browser: the cookie and the token that its writes carry, and the open attempt, if any."""

    cookie: str
    csrf: str
    participant_id: int
    attempt: str = ""
    paper: tuple[PaperLine, ...] = ()


def fill(url: str, folder: Path, sizes: Sizes) -> None:
    """Make the contest in the product's database and write the files of requests."""
    with machine.application(url) as app:
        contest = launch(SLUG)
        people = _people(app, contest, sizes.writers + sizes.starters + sizes.finishers)
        starters = people[: sizes.starters]
        sitting = _sit(contest, people[sizes.starters :])
        writers, finishers = sitting[: sizes.writers], sitting[sizes.writers :]
        _answer_all(contest, finishers)
    write(folder / "writers.tsv", (_writer_line(person) for person in writers))
    start = f"{API}/contests/{SLUG}/rounds/{ROUND}/attempts"
    write(folder / "starts.tsv", (request_line("POST", start, person, "{}") for person in starters))
    submission = json.dumps({"last_rev": 1})
    write(
        folder / "submits.tsv",
        (request_line("POST", f"{API}/attempts/{person.attempt}/submission", person, submission)
         for person in finishers),
    )  # fmt: skip
    write(folder / "papers.tsv", (request_line("GET", f"/bai-thi/{person.attempt}", person) for person in writers))
    write(folder / "reads.tsv", (request_line("GET", f"{API}/attempts/{person.attempt}", person) for person in writers))


def launch(slug: str) -> ContestInfo:
    """The contest, open since an hour for a day; its bank is imported when it is not there."""
    now = clock.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    data = {
        "contest": slug,
        "title": "Cuộc thi đo tải",
        "organizer": {"name": "Ban Tổ chức mẫu", "parent": "Tỉnh ủy Mẫu", "header": "party"},
        "areas": {"tree": TREE, "ranked_level": "district"},
        "entry": {
            "mode": "form",
            "fields": {"full_name": "required", "date_of_birth": "required", "phone": "required", "area": "required"},
            "identity": ["phone", "full_name"],
            "resume": "details",
        },
        "rounds": [
            {
                "key": ROUND,
                "label": "Vòng 1",
                "opens_at": (hour - timedelta(hours=1)).isoformat(),
                "closes_at": (hour + timedelta(days=1)).isoformat(),
                "paper": {
                    "mode": "random",
                    "draw": [{"bank": BANK, "count": DRAWN}],
                    "shuffle": {"questions": True, "options": True},
                    "time_limit_seconds": 4 * 3600,
                    "points": 10,
                },
                "attempts": {"max": 7, "per": "round"},
                "counted": "best",
                "ranking": {"gate": "none", "keys": ["score", "duration", "submitted_at"]},
                "key_public": "after_close",
            }
        ],
        "publication": {"live": "full", "mask_phone": True},
    }
    with transaction():
        banks.import_bank(_bank(), name="bank.yaml", actor="bench", now=now)
        contest, _ = contests_service.import_contest(_yaml(data), name="contest.yaml", owner_area_id=None, now=now)
    with transaction():
        return contests_service.launch(contest, actor="bench", now=now)


def _bank() -> bytes:
    """Questions and options as long as real ones are."""
    rows = []
    for number in range(1, QUESTIONS + 1):
        options = {key: f"Phương án {key} của câu {number}, dài như thật" for key in "ABCD"}
        rows.append(
            {
                "id": f"do-{number:03d}",
                "question": f"Câu hỏi số {number} của bộ câu hỏi dùng để đo tải, viết dài bằng một câu hỏi thật của "
                "cuộc thi tìm hiểu, có đúng một phương án trả lời: đó là phương án nào?",
                "options": options,
                "answer": "ABCD"[number % 4],
                "topic": "chung",
                "difficulty": "nhan-biet",
                "explanation": f"Vì phương án ấy đúng với câu {number}.",
                "source": {"title": "Tài liệu mẫu", "url": "https://example.org/mau"},
            }
        )
    return _yaml({"bank": BANK, "title": "Bộ đo tải", "language": "vi", "reviewed_by": "Ban mẫu", "questions": rows})


def _yaml(data: dict[str, Any]) -> bytes:
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False).encode()


def _people(app: Flask, contest: ContestInfo, count: int) -> list[Person]:
    """People spread over all communes, each with a browser of their own."""
    now = clock.now()
    dice = Random(count)
    communes = [node.id for node in areas.get_tree(TREE).at_level("commune")]
    with transaction():
        ids = crowd.add_people(contest, [{"area_id": dice.choice(communes)} for _ in range(count)], now)
    return browsers(app, ids)


def browsers(app: Flask, ids: Sequence[int]) -> list[Person]:
    """A new browser session for each of these participants."""
    now = clock.now()
    tokens = [f"bench-{person}-{now.timestamp()}" for person in ids]
    hashes = [digest(token) for token in tokens]
    with transaction():
        _insert(BrowserSession, [{"token_hash": value, "user_id": None, "created_at": now} for value in hashes])
        known = {
            row.token_hash: row.id for row in db.session.execute(select(BrowserSession.token_hash, BrowserSession.id))
        }
        links = [
            {"session_id": known[value], "participant_id": person, "linked_at": now}
            for value, person in zip(hashes, ids, strict=True)
        ]
        _insert(SessionParticipant, links)
    return [Person(*_browser(app, token), person) for token, person in zip(tokens, ids, strict=True)]


def _browser(app: Flask, token: str) -> tuple[str, str]:
    """The cookie and the token of a browser with that session, as the product would have sent them."""
    # A context of its own: the token is kept there.
    with app.app_context(), app.test_request_context():
        session["sid"] = token
        session.permanent = True
        csrf = generate_csrf()
        response = app.response_class()
        app.session_interface.save_session(app, session, response)  # type: ignore[arg-type]
    return response.headers["Set-Cookie"].split(";")[0], csrf


def _sit(contest: ContestInfo, people: Sequence[Person]) -> list[Person]:
    """The people with an open attempt each."""
    now = clock.now()
    round_ = contest.rounds[0]
    snapshot = contests.get_snapshot(contest.id, round_.rules_version)
    shuffle = snapshot.spec.round(round_.key).paper.shuffle
    seed = contests.get_seed(contest.id)
    sitting = []
    rows = []
    for person in people:
        label = stream_label(contest.slug, f"p{person.participant_id}", round_.key, 1)
        paper = draw_paper(SeededStream(seed, label), snapshot.blueprints[round_.key], snapshot.questions, shuffle)
        attempt = f"bench{person.participant_id:09d}"
        sitting.append(Person(person.cookie, person.csrf, person.participant_id, attempt, paper))
        rows.append(
            {
                "public_id": attempt,
                "contest_id": contest.id,
                "round_id": round_.id,
                "participant_id": person.participant_id,
                "number": 1,
                "rules_version": round_.rules_version,
                "paper": canonical([[ref, list(options)] for ref, options in paper]),
                "started_at": now,
                "deadline": now + timedelta(hours=4),
                "prediction_rev": 0,
            }
        )
    with transaction():
        _insert(Attempt, rows)
    return sitting


def _answer_all(contest: ContestInfo, people: Sequence[Person]) -> None:
    """All questions of their papers are answered, in their first revision."""
    now = clock.now()
    ids = {
        row.public_id: row.id
        for row in db.session.execute(select(Attempt.public_id, Attempt.id).where(Attempt.contest_id == contest.id))
    }
    with transaction():
        for start in range(0, len(people), _AT_ONCE // DRAWN):
            rows = [
                {"attempt_id": ids[person.attempt], "question": ref, "options": json.dumps([keys[0]]), "rev": 1,
                 "saved_at": now}
                for person in people[start : start + _AT_ONCE // DRAWN]
                for ref, keys in person.paper
            ]  # fmt: skip
            _insert(Answer, rows)


def _insert(table: Any, rows: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(rows), _AT_ONCE):
        db.session.execute(insert(table.__table__), rows[start : start + _AT_ONCE])


def request_line(method: str, path: str, person: Person, body: str = "") -> str:
    """One line for `lines.lua`: method, path, cookie, token, body."""
    return "\t".join((method, path, person.cookie, person.csrf if body else "", body))


def _writer_line(person: Person) -> str:
    """One line for `saves.lua`: cookie, token, attempt, questions with two options each."""
    questions = ";".join(f"{ref}={keys[0]}{keys[1]}" for ref, keys in person.paper)
    return "\t".join((person.cookie, person.csrf, person.attempt, questions))


def write(path: Path, lines: Iterator[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
