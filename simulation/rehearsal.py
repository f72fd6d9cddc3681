"""A contest made up for a run: random bank, random key, random rules within what is asked; put in by the API."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from simulation.site import Reply, Site

ROUND = "thu"
_WORDS = (
    "đoàn kết", "thi đua", "cần", "kiệm", "liêm", "chính", "học tập", "nêu gương", "phong trào", "chi bộ", "dân vận",
    "tự phê bình", "kế hoạch", "tiết kiệm", "công việc", "nhân dân", "gương mẫu", "trách nhiệm",
)  # fmt: skip
_SECONDS_BEFORE = 5


class Refused(RuntimeError):
    """The site does not let the contest be made; the message says what it answered."""


@dataclass(frozen=True)
class Rehearsal:
    """A contest of one open round. `key`: question as a paper names it -> its right options; `points` a question."""

    slug: str
    round_key: str
    bank: str
    key: Mapping[str, Sequence[str]]
    points: int


@dataclass(frozen=True)
class Wishes:
    """What a rehearsal should be like; `seconds` from now until the round closes, `limit` of a paper (None = none)."""

    questions: int = 10
    in_bank: int = 30
    seconds: float = 1800.0
    limit: int | None = 600
    attempts: int | None = 1
    # With a guess the live board stays hidden until the round closes, and so do the scores.
    prediction: bool = False


def make_bank(slug: str, count: int, rng: random.Random) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """A bank as `bank.yaml` has it, and the right options of each question by its id."""
    questions, key = [], {}
    for number in range(1, count + 1):
        options = {letter: _phrase(rng) for letter in "ABCD"[: rng.randint(3, 4)]}
        right = sorted(rng.sample(sorted(options), 2 if rng.random() < 0.2 else 1))
        name = f"{slug}-{number:03d}"
        key[name] = right
        questions.append(
            {
                "id": name,
                "question": f"{_phrase(rng).capitalize()}?",
                "options": options,
                "answer": right if len(right) > 1 else right[0],
                "topic": "tap-duot",
                "difficulty": rng.choice(("nhan-biet", "thong-hieu", "van-dung")),
            }
        )
    return {"bank": slug, "title": f"Bộ câu hỏi tập dượt {slug}", "language": "vi", "questions": questions}, key


def make_contest(slug: str, bank: str, areas: Mapping[str, Any], wishes: Wishes, rng: random.Random) -> dict[str, Any]:
    """A contest file; `areas` are those of a contest that the site has, as its API shows them."""
    opens_at = datetime.now(UTC) - timedelta(seconds=_SECONDS_BEFORE)
    paper: dict[str, Any] = {
        "mode": "random",
        "draw": [{"bank": bank, "count": wishes.questions}],
        "shuffle": {"questions": True, "options": True},
        "points": rng.randint(1, 20),
    }
    if wishes.limit is not None:
        paper["time_limit_seconds"] = wishes.limit
    round_: dict[str, Any] = {
        "key": ROUND,
        "label": "Tập dượt",
        "opens_at": opens_at.isoformat(timespec="milliseconds"),
        "closes_at": (opens_at + timedelta(seconds=wishes.seconds + _SECONDS_BEFORE)).isoformat(
            timespec="milliseconds"
        ),
        "paper": paper,
        "attempts": {"per": "round"} | ({"max": wishes.attempts} if wishes.attempts else {}),
        "counted": "best",
        "ranking": {"gate": "none", "keys": ["score", "duration", "submitted_at"]},
        "key_public": "after_close",
    }
    if wishes.prediction:
        round_["prediction"] = {"metric": "people_all_correct", "scope": "round"}
    levels = [level["key"] for level in areas["levels"]]
    return {
        "contest": slug,
        "title": f"Tập dượt {slug}",
        "organizer": {"name": "Ban Tổ chức tập dượt", "header": "custom"},
        "areas": {"tree": areas["tree"], "ranked_level": levels[min(1, len(levels) - 1)]},
        "entry": {
            "mode": "form",
            "fields": {"full_name": "required", "date_of_birth": "required", "phone": "required", "area": "required"},
            "identity": ["phone", "full_name"],
            # Somebody whose entry was answered into nothing comes back with the same details.
            "resume": "details",
        },
        "rounds": [round_],
        "publication": {"live": "hidden_until_close" if wishes.prediction else "full", "mask_phone": True},
    }


async def launch_rehearsal(
    organizer: Site, rng: random.Random, wishes: Wishes, *, slug: str | None = None
) -> Rehearsal:
    """Make bank and contest through a signed-in organizer's browser, and launch. Raises Refused."""
    slug = slug or f"tap-duot-{rng.randrange(16**8):08x}"
    bank_slug = f"bo-{slug}"[:60]
    bank, key = make_bank(bank_slug, wishes.in_bank, rng)
    contest = make_contest(slug, bank_slug, await _areas(organizer), wishes, rng)
    # JSON is YAML, and has one way to write a text.
    for path, content in ((f"/api/v1/banks/{bank_slug}", bank), (f"/api/v1/contests/{slug}", contest)):
        reply = await organizer.put_yaml(path, json.dumps(content, ensure_ascii=False))
        if not reply.ok:
            raise Refused(f"PUT {path}: {reply.status} {_said(reply)}")
    reply = await organizer.write("launch", "POST", f"/api/v1/contests/{slug}/launch")
    if not reply.ok:
        raise Refused(f"launch: {reply.status} {_said(reply)}")
    in_paper = {f"{bank_slug}/{question}": right for question, right in key.items()}
    return Rehearsal(slug, ROUND, bank_slug, in_paper, contest["rounds"][0]["paper"]["points"])


async def close_rehearsal(organizer: Site, rehearsal: Rehearsal) -> None:
    """End the round now, so that everything can be read. Raises Refused."""
    path = f"/api/v1/contests/{rehearsal.slug}/rounds/{rehearsal.round_key}/close"
    reply = await organizer.write("close", "POST", path, {"reason": "tập dượt xong"})
    if not reply.ok and reply.code != "round_not_open":
        raise Refused(f"close: {reply.status} {_said(reply)}")


async def _areas(site: Site) -> Mapping[str, Any]:
    """The areas of some contest that the site has."""
    listed = await site.get("/api/v1/contests", kind="contest")
    for summary in listed.body if listed.ok else []:
        found = await site.contest(summary["contest"])
        if found.ok:
            areas: Mapping[str, Any] = found.body["areas"]
            return areas
    raise Refused("the site has no contest from which to take a list of areas")


def _said(reply: Reply) -> str:
    """The beginning of what came back: one file can have many mistakes."""
    return str(reply.body)[:300]


def _phrase(rng: random.Random) -> str:
    # A number in it keeps any two phrases of a question apart.
    return f"{' '.join(rng.sample(_WORDS, 3))} {rng.randrange(16**6):06x}"
