"""Was anything lost? Compares what people sent and were promised with the paper that the server shows in the end.

Grading and hashes are computed here a second time, from the API's description alone.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulation.person import Person
from simulation.site import Reply


@dataclass(frozen=True)
class Loss:
    """A broken promise: `what` in words."""

    who: str
    attempt: str
    what: str


def judge(person: Person, final: Reply, points: int | None = None) -> list[Loss]:
    """Every promise to `person` that the attempt as read in the end does not keep. `points`: what a question is worth,
    to grade the paper as well where the person knows the key and the server says the score.
    """
    attempt = person.attempt or ""
    if not final.ok:
        return [Loss(person.who, attempt, f"the attempt cannot be read: {final.status} {final.code}")]
    stored = {item["question"]: (item["rev"], frozenset(item["options"])) for item in final.body["answers"]}
    found = [
        *_lost_answers(person, stored),
        *_lost_guess(person, final.body),
        *_wrong_receipt(person, final.body, {question: options for question, (_, options) in stored.items()}),
        *_wrong_score(person, final.body, {question: options for question, (_, options) in stored.items()}, points),
    ]
    return [Loss(person.who, attempt, what) for what in found]


def _lost_answers(person: Person, stored: Mapping[str, tuple[int, frozenset[str]]]) -> list[str]:
    made = {(one.question, one.rev): frozenset(one.options) for one in person.made}
    promised: dict[str, int] = {}
    for one in person.made:
        if one.acknowledged:
            promised[one.question] = max(one.rev, promised.get(one.question, 0))
    lost = []
    for question, rev in promised.items():
        have, options = stored.get(question, (0, frozenset()))
        if have < rev:
            lost.append(f"{question}: revision {rev} was acknowledged, {have or 'nothing'} is stored")
        elif made.get((question, have)) != options:
            lost.append(f"{question}: revision {have} is stored with a choice that was never made under it")
    lost += [f"{question}: stored, but never sent" for question in stored if question not in person.newest]
    return lost


def _lost_guess(person: Person, body: Mapping[str, Any]) -> list[str]:
    if not person.guess_acknowledged or body["prediction"] == person.guess:
        return []
    return [f"the guess {person.guess} was acknowledged, {body['prediction']} is stored"]


def _wrong_receipt(person: Person, body: Mapping[str, Any], answers: Mapping[str, frozenset[str]]) -> list[str]:
    if person.receipt is None:
        return []
    if body["state"] != "final":
        return ["a receipt was given, but the attempt is not final"]
    receipt = json.loads(person.receipt)
    wrong = [name for name in ("attempt", "deadline", "submitted_at") if receipt[name] != body[name]]
    if receipt["answers_hash"] != answers_hash(receipt["salt"], answers):
        wrong.append("answers_hash")
    if receipt["paper_hash"] != paper_hash(body["paper"]["questions"]):
        wrong.append("paper_hash")
    return [f"the receipt does not fit the paper: {', '.join(wrong)}"] if wrong else []


def _wrong_score(
    person: Person, body: Mapping[str, Any], answers: Mapping[str, frozenset[str]], points: int | None
) -> list[str]:
    told = body.get("result")
    if told is None or points is None or person.key is None:
        return []
    own = points * sum(
        answers.get(one["question"]) == frozenset(person.key[one["question"]]) for one in person.questions
    )
    return [] if told["score"] == own else [f"graded with {told['score']} points where {own} are right"]


def answers_hash(salt: str, answers: Mapping[str, frozenset[str]]) -> str:
    """SHA-256 over the salt and the answers as canonical JSON."""
    return _hash(salt + _canonical({question: sorted(options) for question, options in answers.items()}))


def paper_hash(questions: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256 over the questions and their options in the order shown."""
    return _hash(_canonical([[one["question"], [option["option"] for option in one["options"]]] for one in questions]))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
