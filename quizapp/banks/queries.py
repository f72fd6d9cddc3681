"""Reading question banks."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from quizapp import errors
from quizapp.banks import rules
from quizapp.banks.models import BankImage, BankRecord
from quizapp.db import db

# Banks are immutable and named by their content, so a parsed one is right for ever; old versions are few.
_parsed: dict[str, rules.Bank] = {}
_MOST_PARSED = 64


@dataclass(frozen=True)
class BankSummary:
    """A line of the list of banks; counts are numbers of questions."""

    slug: str
    title: str
    reviewed_by: str | None
    question_count: int
    content_hash: str
    imported_at: datetime
    by_difficulty: Mapping[str, int]
    by_topic: Mapping[str, int]


def find_record(slug: str) -> BankRecord | None:
    """The stored bank of that slug, or None."""
    return db.session.scalars(select(BankRecord).where(BankRecord.slug == slug)).one_or_none()


def get_bank(slug: str) -> rules.Bank:
    """The bank of that slug; NotFound `bank_not_found`."""
    return _bank_of(_get_record(slug))


def source_of(slug: str) -> str:
    """The very YAML text that was imported; NotFound `bank_not_found`."""
    return _get_record(slug).source_yaml


def list_banks() -> list[BankSummary]:
    """All banks by slug, with the numbers that a draw can count on."""
    return [_summary(record, _bank_of(record)) for record in _list_records()]


def resolve_question(reference: str) -> list[tuple[str, rules.Question]]:
    """The questions meant by "bank/id", or by a bare "id" in whatever banks have it, as (bank slug, question)."""
    slug, _, question_id = reference.rpartition("/")
    if slug:
        record = find_record(slug)
        records = [record] if record else []
    else:
        records = _list_records()
    banks = map(_bank_of, records)
    return [(bank.slug, bank.question(question_id)) for bank in banks if question_id in bank]


def image_data(digest: str, kind: str) -> bytes:
    """The bytes of the picture of that digest and kind; NotFound."""
    wanted = (BankImage.digest == digest, BankImage.media_type == f"image/{kind}")
    data = db.session.scalar(select(BankImage.data).where(*wanted))
    if data is None:
        raise errors.NotFound
    return data


def _get_record(slug: str) -> BankRecord:
    record = find_record(slug)
    if record is None:
        raise errors.NotFound("bank_not_found", slug=slug)
    return record


def _list_records() -> list[BankRecord]:
    return list(db.session.scalars(select(BankRecord).order_by(BankRecord.slug)))


def _summary(record: BankRecord, bank: rules.Bank) -> BankSummary:
    return BankSummary(
        slug=record.slug,
        title=record.title,
        reviewed_by=record.reviewed_by,
        question_count=record.question_count,
        content_hash=record.content_hash,
        imported_at=record.imported_at,
        by_difficulty=Counter(question.difficulty for question in bank.questions),
        by_topic=Counter(question.topic for question in bank.questions),
    )


def _bank_of(record: BankRecord) -> rules.Bank:
    bank = _parsed.get(record.content_hash)
    if bank is None:
        bank = rules.bank_from_canonical(json.loads(record.content))
        if len(_parsed) >= _MOST_PARSED:
            _parsed.clear()
        _parsed[record.content_hash] = bank
    return bank
