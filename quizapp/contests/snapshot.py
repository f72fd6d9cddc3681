"""The frozen content of a launched contest: written as canonical JSON, named by its hash."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from quizapp.banks.rules import Image, Question, is_pinned, letter_references
from quizapp.contests.rules import Snapshot, SnapshotQuestion, Stratum
from quizapp.contests.spec import ContestSpec


def canonical_json(value: Any) -> str:
    """JSON with sorted keys, no blanks and plain UTF-8, so that equal content gives equal bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content_hash(text: str) -> str:
    """SHA-256 of the text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def write(
    spec: ContestSpec,
    questions: Mapping[str, Question],
    blueprints: Mapping[str, Sequence[Stratum]],
    *,
    rules_version: int,
) -> str:
    """The snapshot's text. `questions` by ref (`bank/id`), `blueprints` by round key."""
    return canonical_json(
        {
            "rules_version": rules_version,
            "spec": spec.model_dump(mode="json"),
            "questions": [_question_out(ref, questions[ref]) for ref in sorted(questions)],
            "blueprints": {
                key: [{"pool": list(stratum.pool), "count": stratum.count} for stratum in strata]
                for key, strata in blueprints.items()
            },
        }
    )


def read(text: str) -> Snapshot:
    """The snapshot of a text made by `write`."""
    data = json.loads(text)
    return Snapshot(
        content_hash=content_hash(text),
        rules_version=data["rules_version"],
        spec=ContestSpec.model_validate(data["spec"]),
        questions={row["ref"]: _question_in(row) for row in data["questions"]},
        blueprints={
            key: tuple(Stratum(tuple(row["pool"]), row["count"]) for row in strata)
            for key, strata in data["blueprints"].items()
        },
    )


def _question_out(ref: str, question: Question) -> dict[str, Any]:
    pinned = [option.key for option in question.options if is_pinned(option.text)]
    return {
        "ref": ref,
        "text": question.text,
        "options": [[option.key, option.text] for option in question.options],
        "answer": sorted(question.answer),
        "pinned": pinned,
        "keep_order": _must_keep_order(question, pinned),
        "topic": question.topic,
        "difficulty": question.difficulty,
        "explanation": question.explanation or "",
        "source_title": question.source.title if question.source else "",
        "source_url": (question.source.url or "") if question.source else "",
        "image": asdict(question.image) if question.image else None,
    }


def _must_keep_order(question: Question, pinned: Sequence[str]) -> bool:
    """True when an option names some of the other letters ("Cả A và C"): mixing them would change what it says."""
    others = {option.key for option in question.options if option.key not in pinned}
    named = [set(letter_references(option.text)) for option in question.options if option.key in pinned]
    return any(letters and letters != others for letters in named)


def _question_in(row: Mapping[str, Any]) -> SnapshotQuestion:
    return SnapshotQuestion(
        ref=row["ref"],
        text=row["text"],
        options=tuple((key, text) for key, text in row["options"]),
        answer=frozenset(row["answer"]),
        pinned=frozenset(row["pinned"]),
        keep_order=row["keep_order"],
        topic=row["topic"],
        difficulty=row["difficulty"],
        explanation=row["explanation"],
        source_title=row["source_title"],
        source_url=row["source_url"],
        image=Image(**row["image"]) if row["image"] else None,
    )
