"""Reading question banks.

`within`: the area of the organizers who read, for whom other areas' banks do not exist; None = administrators and
commands, for whom all do. A bank without an owner exists for everybody, one with an owner for the organizers in whose
area's subtree the owner lies.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, true

from quizapp import errors
from quizapp.areas import queries as areas
from quizapp.banks import rules
from quizapp.banks.models import BankImage, BankRecord
from quizapp.db import db

# Banks are immutable and named by their content, so a parsed one is right for ever; old versions are few.
_parsed: dict[str, rules.Bank] = {}
_MOST_PARSED = 64


@dataclass(frozen=True)
class BankSummary:
    """A line of the list of banks; counts are numbers of questions. `is_common`: it has no owner."""

    slug: str
    title: str
    reviewed_by: str | None
    is_common: bool
    question_count: int
    content_hash: str
    imported_at: datetime
    by_difficulty: Mapping[str, int]
    by_topic: Mapping[str, int]


def find_record(slug: str, *, within: int | None = None) -> BankRecord | None:
    """The stored bank of that slug, or None."""
    return db.session.scalars(select(BankRecord).where(BankRecord.slug == slug, _is_read(within))).one_or_none()


def is_taken(slug: str, area_id: int | None) -> bool:
    """True when a bank has that slug which organizers of the area may not replace: it is not their own."""
    if area_id is None:
        return False
    is_own = areas.lies_within(BankRecord.owner_area_id, area_id)
    return bool(db.session.scalar(select(~is_own).where(BankRecord.slug == slug)))


def get_bank(slug: str, *, within: int | None = None) -> rules.Bank:
    """The bank of that slug; NotFound `bank_not_found`."""
    return _bank_of(_get_record(slug, within))


def source_of(slug: str, *, within: int | None = None) -> str:
    """The very YAML text that was imported; NotFound `bank_not_found`."""
    return _get_record(slug, within).source_yaml


def list_banks(*, within: int | None = None) -> list[BankSummary]:
    """The banks by slug, with the numbers that a draw can count on."""
    return [_summary(record, _bank_of(record)) for record in _list_records(within)]


def resolve_question(reference: str, *, within: int | None = None) -> list[tuple[str, rules.Question]]:
    """The questions meant by "bank/id", or by a bare "id" in whatever banks have it, as (bank slug, question)."""
    slug, _, question_id = reference.rpartition("/")
    if slug:
        record = find_record(slug, within=within)
        records = [record] if record else []
    else:
        records = _list_records(within)
    banks = map(_bank_of, records)
    return [(bank.slug, bank.question(question_id)) for bank in banks if question_id in bank]


def image_data(digest: str, kind: str) -> bytes:
    """The bytes of the picture of that digest and kind; NotFound."""
    wanted = (BankImage.digest == digest, BankImage.media_type == f"image/{kind}")
    data = db.session.scalar(select(BankImage.data).where(*wanted))
    if data is None:
        raise errors.NotFound
    return data


def _is_read(within: int | None) -> ColumnElement[bool]:
    """SQL: whether the bank exists for organizers of that area."""
    if within is None:
        return true()
    return or_(BankRecord.owner_area_id.is_(None), areas.lies_within(BankRecord.owner_area_id, within))


def _get_record(slug: str, within: int | None) -> BankRecord:
    record = find_record(slug, within=within)
    if record is None:
        raise errors.NotFound("bank_not_found", slug=slug)
    return record


def _list_records(within: int | None) -> list[BankRecord]:
    return list(db.session.scalars(select(BankRecord).where(_is_read(within)).order_by(BankRecord.slug)))


def _summary(record: BankRecord, bank: rules.Bank) -> BankSummary:
    return BankSummary(
        slug=record.slug,
        title=record.title,
        reviewed_by=record.reviewed_by,
        is_common=record.owner_area_id is None,
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
