"""A bank as frozen, indexed objects, and its canonical form, from which fingerprints are taken."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from quizapp.banks.rules.image import Image

OPTION_KEYS = tuple("ABCDEFGH")
DIFFICULTIES = ("nhan-biet", "thong-hieu", "van-dung")


@dataclass(frozen=True)
class Option:
    """One of the things to choose from; `key` is a letter of OPTION_KEYS, `text` what was typed."""

    key: str
    text: str


@dataclass(frozen=True)
class Source:
    """Where an answer can be looked up."""

    title: str
    url: str | None


@dataclass(frozen=True)
class Question:
    """A question; right are all options whose keys are in `answer`, and only these."""

    id: str
    text: str
    options: tuple[Option, ...]
    answer: frozenset[str]
    topic: str
    difficulty: str
    explanation: str | None = None
    source: Source | None = None
    image: Image | None = None


@dataclass(frozen=True)
class Bank:
    """A checked question bank."""

    slug: str
    title: str
    language: str
    reviewed_by: str | None
    questions: tuple[Question, ...]

    def question(self, question_id: str) -> Question:
        """The question of that id; KeyError when the bank has none."""
        return self._by_id[question_id]

    def __contains__(self, question_id: object) -> bool:
        """Whether the bank has a question of that id."""
        return question_id in self._by_id

    @cached_property
    def _by_id(self) -> dict[str, Question]:
        return {question.id: question for question in self.questions}


def canonical_question(question: Question) -> dict[str, Any]:
    """The question as plain data in one fixed form, under the names of the bank file; what is absent has no key.

    The image is told with its digest, so that another picture makes another question.
    """
    source = question.source and {"title": question.source.title, "url": question.source.url}
    return _without_absent(
        {
            "id": question.id,
            "question": question.text,
            "options": {option.key: option.text for option in question.options},
            "answer": sorted(question.answer),
            "topic": question.topic,
            "difficulty": question.difficulty,
            "explanation": question.explanation,
            "source": source and _without_absent(source),
            "image": question.image and asdict(question.image),
        }
    )


def canonical_bank(bank: Bank) -> dict[str, Any]:
    """The bank as plain data in one fixed form; questions stay in the order of the file."""
    return _without_absent(
        {
            "bank": bank.slug,
            "title": bank.title,
            "language": bank.language,
            "reviewed_by": bank.reviewed_by,
            "questions": [canonical_question(question) for question in bank.questions],
        }
    )


def canonical_json(data: Mapping[str, Any]) -> str:
    """Plain data as JSON with sorted keys, without blanks, in NFC: equal data give equal bytes in UTF-8."""
    dumped = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return unicodedata.normalize("NFC", dumped)


def question_hash(question: Question) -> str:
    """SHA-256 (hexadecimal) of the question's canonical JSON."""
    return _sha256(canonical_json(canonical_question(question)))


def content_hash(bank: Bank) -> str:
    """SHA-256 (hexadecimal) of the bank's canonical JSON."""
    return _sha256(canonical_json(canonical_bank(bank)))


def bank_from_canonical(data: Mapping[str, Any]) -> Bank:
    """The bank that `canonical_bank` was given; for data that this program stored itself, unchecked."""
    return Bank(
        slug=data["bank"],
        title=data["title"],
        language=data["language"],
        reviewed_by=data.get("reviewed_by"),
        questions=tuple(_question_from_canonical(question) for question in data["questions"]),
    )


def _question_from_canonical(data: Mapping[str, Any]) -> Question:
    source, image = data.get("source"), data.get("image")
    return Question(
        id=data["id"],
        text=data["question"],
        options=tuple(Option(key, text) for key, text in sorted(data["options"].items())),
        answer=frozenset(data["answer"]),
        topic=data["topic"],
        difficulty=data["difficulty"],
        explanation=data.get("explanation"),
        source=Source(source["title"], source.get("url")) if source else None,
        image=Image(**image) if image else None,
    )


def _without_absent(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value is not None}


def _sha256(canonical: str) -> str:
    return hashlib.sha256(canonical.encode()).hexdigest()
