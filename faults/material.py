"""A random bank, a random contest and random people: nothing of it is known to the product beforehand."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import yaml

from faults.ranking import Chain

_SYLLABLES = (
    "an", "bình", "cường", "dung", "đào", "giang", "hà", "hồng", "khánh", "lan", "minh", "ngọc", "oanh", "phúc",
    "quỳnh", "sơn", "thảo", "uyên", "vân", "xuân", "yến", "lúa", "sông", "núi", "biển", "trời", "đất", "mây",
)  # fmt: skip
_FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Rơ Châm", "Đinh", "Siu", "Kpă", "Bùi", "Quách")
TREES = ("gia-lai-2022", "hoa-binh-2022", "quang-nam-2022")
_KEYS = (
    ("score", "duration", "submitted_at"),
    ("score", "submitted_at"),
    ("score", "duration"),
    ("score", "perfect_attempts", "submitted_at"),
)
_COUNTED = ("best", "best_earliest", "first_perfect", "first", "last")


@dataclass(frozen=True)
class Question:
    """A question of the bank: option key -> text, and the keys that are right."""

    id: str
    text: str
    options: Mapping[str, str]
    right: frozenset[str]


@dataclass(frozen=True)
class Wishes:
    """What a drill wants of its contest; the rest is drawn."""

    limit_seconds: int | None = None  # None = drawn, longer than any drill
    open_seconds: int = 7200
    attempts: int | None = None  # None = drawn
    questions: int = 12


@dataclass(frozen=True)
class Material:
    """A contest and its bank as files, and what a second implementation needs to judge it."""

    slug: str
    round: str
    bank: str
    questions: Mapping[str, Question]
    points: int
    limit_seconds: int
    opens_at: datetime
    closes_at: datetime
    max_attempts: int
    counted: str
    chain: Chain
    district_of: Mapping[str, str]
    canaries: tuple[str, ...]
    bank_file: str
    contest_file: str
    _rng: random.Random = field(repr=False)
    _names: set[str] = field(default_factory=set, repr=False)

    def right_of(self, ref: str) -> frozenset[str]:
        """The right options of a question as papers name it (`bank/id`, or the id alone)."""
        return self.questions[ref.rpartition("/")[2]].right

    def score(self, paper: Sequence[str], answers: Mapping[str, Sequence[str]]) -> tuple[int, bool]:
        """The worth of a paper, worked out here: points, and whether everything is right."""
        earned = [self.points if set(answers.get(ref, ())) == self.right_of(ref) else 0 for ref in paper]
        return sum(earned), bool(earned) and all(earned)

    def new_person(self) -> dict[str, str]:
        """The entry form of somebody new."""
        name = ""
        while not name or name in self._names:
            given = " ".join(word.capitalize() for word in self._rng.choices(_SYLLABLES, k=3))
            name = f"{self._rng.choice(_FAMILIES)} {given}"
        self._names.add(name)
        return {
            "full_name": name,
            "date_of_birth": f"{self._rng.randint(1, 28)}/{self._rng.randint(1, 12)}/{self._rng.randint(1950, 2004)}",
            "phone": f"09{self._rng.randrange(10**8):08d}",
            "area": self._rng.choice(sorted(self.district_of)),
        }

    def flipped_bank(self) -> str:
        """The bank with every key moved: a launched contest must not notice (D14)."""
        data = yaml.safe_load(self.bank_file)
        for question in data["questions"]:
            keys = list(question["options"])
            right = question["answer"] if isinstance(question["answer"], list) else [question["answer"]]
            moved = [keys[(keys.index(key) + 1) % len(keys)] for key in right]
            question["answer"] = moved if len(moved) > 1 else moved[0]
        return _yaml(data)


def make_material(
    rng: random.Random, tree: str, level: str, district_of: Mapping[str, str], wishes: Wishes, now: datetime
) -> Material:
    """Draw everything. `district_of`: codes that people may name -> the area of the ranked level above them."""
    tag = f"{rng.randrange(36**6):x}"
    canaries = tuple(f"canary{rng.randrange(16**12):012x}" for _ in range(wishes.questions * 2))
    questions = [_question(rng, tag, number, len(canaries)) for number in range(1, wishes.questions * 2 + 1)]
    points, keys, counted = rng.randint(1, 10), rng.choice(_KEYS), rng.choice(_COUNTED)
    limit = wishes.limit_seconds or rng.randint(1500, 2400)
    most = wishes.attempts or rng.randint(4, 7)
    opens_at = (now - timedelta(minutes=rng.randint(5, 90))).replace(microsecond=0)
    closes_at = (now + timedelta(seconds=wishes.open_seconds)).replace(microsecond=0)
    bank = f"bo-{tag}"
    paper: dict[str, Any] = {
        "time_limit_seconds": limit,
        "points": points,
        "shuffle": {"questions": rng.random() < 0.5, "options": rng.random() < 0.5},
        **_selection(rng, bank, questions, wishes.questions),
    }
    key = f"tuan-{rng.randint(1, 9)}"
    round_ = {
        "key": key,
        "label": f"Tuần {rng.randint(1, 9)}",
        "opens_at": opens_at.isoformat(),
        "closes_at": closes_at.isoformat(),
        "paper": paper,
        "attempts": {"max": most, "per": "round"},
        "counted": counted,
        "ranking": {"gate": "none", "keys": list(keys)},
        "key_public": "after_close",
    }
    contest = {
        "contest": f"dien-tap-{tag}",
        "title": f"Cuộc thi diễn tập {' '.join(rng.choices(_SYLLABLES, k=3))}",
        "organizer": {"name": "Ban Tổ chức diễn tập", "header": "party"},
        "areas": {"tree": tree, "ranked_level": level},
        "entry": {
            "mode": "form",
            "fields": dict.fromkeys(("full_name", "date_of_birth", "phone", "area"), "required"),
            "identity": ["phone", "full_name"],
            "resume": "details",
        },
        "rounds": [round_],
        "publication": {"live": "full", "mask_phone": True},
    }
    return Material(
        slug=f"dien-tap-{tag}",
        round=key,
        bank=bank,
        questions={question.id: question for question in questions},
        points=points,
        limit_seconds=limit,
        opens_at=opens_at,
        closes_at=closes_at,
        max_attempts=most,
        counted=counted,
        chain=Chain(keys),
        district_of=dict(district_of),
        canaries=canaries,
        bank_file=_bank_file(bank, questions, canaries),
        contest_file=_yaml(contest),
        _rng=random.Random(rng.random()),
    )


def now_utc() -> datetime:
    """The drill's clock."""
    return datetime.now(UTC)


def _question(rng: random.Random, tag: str, number: int, of: int) -> Question:
    letters = "ABCDEF"[: rng.randint(3, 6)]
    options = {letter: f"{' '.join(rng.choices(_SYLLABLES, k=3))} {letter}{rng.randrange(1000)}" for letter in letters}
    right = rng.sample(letters, 2 if number % 5 == 0 else 1)
    text = f"Câu {number} trên {of} của bộ {tag}: {' '.join(rng.choices(_SYLLABLES, k=6))}?"
    return Question(f"q{tag}-{number:03d}", text, options, frozenset(right))


def _selection(rng: random.Random, bank: str, questions: Sequence[Question], count: int) -> dict[str, Any]:
    if rng.random() < 0.5:
        return {"mode": "random", "draw": [{"bank": bank, "count": count}]}
    return {"mode": "fixed", "questions": [f"{bank}/{question.id}" for question in questions[:count]]}


def _bank_file(bank: str, questions: Sequence[Question], canaries: Sequence[str]) -> str:
    rows = [
        {
            "id": question.id,
            "question": question.text,
            "options": dict(question.options),
            "answer": sorted(question.right) if len(question.right) > 1 else next(iter(question.right)),
            "topic": "chung",
            "difficulty": "nhan-biet",
            "explanation": f"Lời giải {canary}",
        }
        for question, canary in zip(questions, canaries, strict=True)
    ]
    return _yaml({"bank": bank, "title": f"Bộ diễn tập {bank}", "language": "vi", "questions": rows})


def _yaml(data: Any) -> str:
    return str(yaml.safe_dump(data, allow_unicode=True, sort_keys=False))
