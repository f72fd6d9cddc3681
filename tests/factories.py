"""Builders of test data. What matters to a test is given by the test; the rest has a plain default."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import yaml

from quizapp.accounts import service as accounts
from quizapp.accounts.models import User
from quizapp.accounts.rules import Role
from quizapp.areas import queries as areas
from quizapp.areas import service as areas_service
from quizapp.areas.rules import Tree
from quizapp.attempts import service as attempts
from quizapp.attempts.queries import AttemptInfo
from quizapp.attempts.rules import Choice
from quizapp.awards import service as awards
from quizapp.banks import service as banks
from quizapp.clock import local_date
from quizapp.contests import queries as contests
from quizapp.contests import service as contests_service
from quizapp.contests.queries import ContestInfo
from quizapp.db import transaction
from quizapp.entries import queries as entries
from quizapp.entries import roster
from quizapp.entries import service as entries_service
from quizapp.entries.queries import ParticipantInfo
from quizapp.entries.rules import Guardian
from quizapp.records.signing import Signer
from quizapp.results import closing, versions
from quizapp.results.rules import Stage

PASSWORD = "mat-khau-thu-nghiem"
SIGNER = Signer("a key for tests only")
# The box of the entry form, with the text above it.
AGREED = {"consent": "y", "consent_text": entries_service.CONSENT_VERSION}
# Agrees for those who are under age.
GUARDIAN = Guardian("Nguyễn Thị Giám Hộ", agrees=True, publish_name=True)
_numbers = count(1)

# Three districts with two communes each, and a tree of provinces for people from outside.
TREE = """
tree: tinh-mau
title: Tỉnh Mẫu
valid_from: 2020-01-01
source: dữ liệu thử nghiệm
outside: ngoai-tinh
levels:
  - {key: province, label: Tỉnh}
  - {key: district, label: "Huyện, thị xã, thành phố"}
  - {key: commune, label: "Xã, phường, thị trấn"}
  - {key: unit, label: Đơn vị cơ sở}
areas:
  - {code: "1", name: Tỉnh Mẫu, level: province, kind: tỉnh}
  - {code: "10", name: Huyện Đak Mẫu, level: district, kind: huyện, parent: "1"}
  - {code: "11", name: Huyện Ia Thử, level: district, kind: huyện, parent: "1"}
  - {code: "12", name: Thị xã An Nghiệm, level: district, kind: thị xã, parent: "1"}
  - {code: "101", name: Xã Hà Tam, level: commune, kind: xã, parent: "10"}
  - {code: "102", name: Xã Yang Bắc, level: commune, kind: xã, parent: "10"}
  - {code: "111", name: Xã Ia Một, level: commune, kind: xã, parent: "11"}
  - {code: "112", name: Xã Ia Hai, level: commune, kind: xã, parent: "11"}
  - {code: "121", name: Phường Một, level: commune, kind: phường, parent: "12"}
  - {code: "122", name: Phường Hai, level: commune, kind: phường, parent: "12"}
"""
OUTSIDE_TREE = """
tree: ngoai-tinh
title: Các tỉnh
valid_from: 2020-01-01
source: dữ liệu thử nghiệm
levels:
  - {key: country, label: Cả nước}
  - {key: province, label: Tỉnh}
areas:
  - {code: VN, name: Việt Nam, level: country, kind: nước}
  - {code: "01", name: Tỉnh Ngoài Một, level: province, kind: tỉnh, parent: VN}
  - {code: "02", name: Tỉnh Ngoài Hai, level: province, kind: tỉnh, parent: VN}
"""


def new_number() -> int:
    """A number that no other call gives."""
    return next(_numbers)


def make_tree(now: datetime) -> Tree:
    """The trees `tinh-mau` and `ngoai-tinh`."""
    with transaction():
        for text in (OUTSIDE_TREE, TREE):
            areas_service.load_tree(text.encode(), name="tree.yaml", now=now)
    return areas.get_tree("tinh-mau")


def bank_yaml(slug: str = "mau", questions: int = 10) -> bytes:
    """A bank of `questions` questions whose right option is always A ("Đúng 1", ...); the last has A and C right."""
    rows = []
    for number in range(1, questions + 1):
        several = number == questions
        rows.append(
            {
                "id": f"{slug}-{number:03d}",
                "question": f"Câu hỏi mẫu số {number} của bộ {slug} là gì?",
                "options": {"A": f"Đúng {number}", "B": f"Sai {number}", "C": f"Khác {number}", "D": f"Lạ {number}"},
                "answer": ["A", "C"] if several else "A",
                "topic": "chung",
                "difficulty": "nhan-biet" if number % 2 else "thong-hieu",
                "explanation": f"Vì Đúng {number} là đúng.",
                "source": {"title": "Tài liệu mẫu", "url": "https://example.org/mau"},
            }
        )
    data = {"bank": slug, "title": f"Bộ mẫu {slug}", "language": "vi", "reviewed_by": "Ban mẫu", "questions": rows}
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False).encode()


def make_bank(now: datetime, slug: str = "mau", questions: int = 10, *, owner: str | None = None) -> None:
    """Import `bank_yaml`; `owner` is the code of an area of `tinh-mau`, or "TREE:CODE"."""
    tree, _, code = (owner or "").rpartition(":")
    with transaction():
        owner_id = areas.get_area(tree or "tinh-mau", code).id if code else None
        banks.import_bank(
            bank_yaml(slug, questions), name=f"{slug}.yaml", actor="test", now=now, owner_area_id=owner_id
        )


def round_dict(now: datetime, **changes: Any) -> dict[str, Any]:
    """A round that is open since an hour for an hour: five fixed questions of `mau` without prediction."""
    return {
        "key": "tuan-1",
        "label": "Tuần 1",
        "opens_at": (now - timedelta(hours=1)).isoformat(),
        "closes_at": (now + timedelta(hours=1)).isoformat(),
        "paper": {
            "mode": "fixed",
            "questions": [f"mau-{number:03d}" for number in range(1, 6)],
            "time_limit_seconds": 600,
            "points": 10,
        },
        "ranking": {"gate": "none", "keys": ["score", "duration", "submitted_at"]},
        **changes,
    }


def contest_dict(now: datetime, **changes: Any) -> dict[str, Any]:
    """A contest file of one open round with a live board, as data."""
    return {
        "contest": "cuoc-thi-mau",
        "title": "Cuộc thi mẫu",
        "organizer": {"name": "Ban Tổ chức mẫu", "parent": "Tỉnh ủy Mẫu", "header": "party"},
        "areas": {"tree": "tinh-mau", "ranked_level": "district"},
        "entry": {
            "mode": "form",
            "fields": {"full_name": "required", "date_of_birth": "required", "phone": "required",
                       "area": "optional", "unit": "optional"},
            "identity": ["phone", "full_name"],
            "resume": "details",
        },
        "rounds": [round_dict(now)],
        "publication": {"live": "full", "mask_phone": True},
        **changes,
    }  # fmt: skip


def contest_yaml(now: datetime, **changes: Any) -> bytes:
    """`contest_dict` as a file."""
    data = contest_dict(now, **changes)
    return yaml.safe_dump(_texts(data), allow_unicode=True, sort_keys=False).encode()


def _texts(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _texts(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_texts(item) for item in value]
    return value


def make_contest(now: datetime, *, owner: str | None = None, launched: bool = True, **changes: Any) -> ContestInfo:
    """Import (and launch) a contest on the tree and the bank, which are made when they are missing."""
    if not any(tree.slug == "tinh-mau" for tree in areas.list_trees()):
        make_tree(now)
    make_bank(now)
    owner_id = areas.get_area("tinh-mau", owner).id if owner else None
    with transaction():
        contest, _ = contests_service.import_contest(
            contest_yaml(now, **changes), name="contest.yaml", owner_area_id=owner_id, now=now
        )
    return launch(contest, now) if launched else contest


def list_people(contest: ContestInfo, text: str, now: datetime) -> int:
    """Put the people of a CSV text in the place of the contest's list; how many they are."""
    people = roster.parse_roster(text.encode(), contest.spec, name="ds.csv", today=local_date(now))
    with transaction():
        roster.replace_roster(contest, people, actor="to-chuc", now=now)
    return len(people)


def launch(contest: ContestInfo, now: datetime) -> ContestInfo:
    """Launch a draft."""
    with transaction():
        return contests_service.launch(contest, actor="test", now=now)


def make_staff(login: str, role: Role, area: str | None, now: datetime) -> User:
    """A staff account of an area code of `tinh-mau`, with PASSWORD."""
    with transaction():
        area_id = areas.get_area("tinh-mau", area).id if area else None
        return accounts.create_staff(login, PASSWORD, role=role, area_id=area_id, now=now)


def typed_entry(**changes: str) -> dict[str, str]:
    """An entry form as typed, of somebody new at each call."""
    number = new_number()
    return {
        "full_name": f"Nguyễn Thị Thử {number}",
        "date_of_birth": "19/05/1990",
        "phone": f"09{number:08d}",
        "area": "101",
        **changes,
    }


@dataclass(frozen=True)
class Person:
    """A participant with the browser session that acts for them."""

    participant: ParticipantInfo
    session_id: int
    typed: Mapping[str, str]


def enter(contest: ContestInfo, now: datetime, *, session_id: int | None = None, **changes: str) -> Person:
    """Enter the contest from a new browser session (or the one given)."""
    typed = typed_entry(**changes)
    with transaction():
        if session_id is None:
            session_id, _ = accounts.open_session(None, now=now)
        entries_service.enter(
            contest,
            typed,
            consent_version=entries_service.CONSENT_VERSION,
            entry_code=None,
            session_id=session_id,
            now=now,
            guardian=GUARDIAN,
        )
    participant = entries.find_participant(session_id, contest.id)
    assert participant is not None
    return Person(participant, session_id, typed)


def start(contest: ContestInfo, person: Person, now: datetime, round_key: str = "tuan-1") -> AttemptInfo:
    """Start (or get back) the person's attempt."""
    with transaction():
        return attempts.start(contest, contest.round(round_key), person.participant, now=now).attempt


def right_choices(
    contest: ContestInfo, attempt: AttemptInfo, *, right: int | None = None, rev: int = 1
) -> list[Choice]:
    """Choices that get the first `right` questions of the paper right (None = all) and the others wrong."""
    questions = contests.get_snapshot(contest.id, attempt.rules_version).questions
    right = len(attempt.paper) if right is None else right
    choices = []
    for index, (ref, shown) in enumerate(attempt.paper):
        answer = tuple(sorted(questions[ref].answer))
        wrong = tuple(key for key in shown if key not in answer)[:1]
        choices.append(Choice(ref, answer if index < right else wrong, rev))
    return choices


def save(
    person: Person,
    attempt: AttemptInfo,
    choices: Sequence[Choice],
    now: datetime,
    prediction: tuple[str, int] | None = None,
) -> attempts.Saved:
    """Store choices."""
    with transaction():
        return attempts.save_answers(attempt.public_id, person.session_id, choices, prediction, now=now)


def submit(person: Person, attempt: AttemptInfo, now: datetime) -> AttemptInfo:
    """Finish the attempt."""
    with transaction():
        return attempts.submit(attempt.public_id, person.session_id, last_rev=None, now=now)


def sit(
    contest: ContestInfo,
    person: Person,
    now: datetime,
    *,
    right: int | None = None,
    seconds: int = 60,
    prediction: str | None = None,
    round_key: str = "tuan-1",
) -> AttemptInfo:
    """A whole attempt: start at `now`, answer, submit `seconds` later."""
    attempt = start(contest, person, now, round_key)
    done = now + timedelta(seconds=seconds)
    guess = (prediction, 1) if prediction is not None else None
    save(person, attempt, right_choices(contest, attempt, right=right), done, guess)
    return submit(person, attempt, done)


def finalize(contest: ContestInfo, now: datetime, *keys: str) -> ContestInfo:
    """Settle what is due and finalize the rounds of these keys (none = all that are under review)."""
    with transaction():
        attempts.settle_due(contest, now=now)
        closing.freeze(contest, now=now)
        for round_ in contest.rounds:
            wanted = round_.key in keys if keys else versions.stage_of(contest, round_, now) is Stage.REVIEW
            if wanted:
                awards.finalize_round(contest, round_.key, actor="test", now=now)
    return contests.get_contest(contest.slug)


def finalize_and_publish(contest: ContestInfo, now: datetime) -> ContestInfo:
    """Finalize every round and publish the whole contest; all rounds are closed at `now`."""
    finalize(contest, now)
    with transaction():
        return awards.publish_contest(contests.get_contest(contest.slug), actor="test", now=now)
