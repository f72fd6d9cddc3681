"""Bringing question banks in."""

from datetime import datetime
from functools import cache

from quizapp.banks import loader, queries, rules
from quizapp.banks.models import BankImage, BankRecord
from quizapp.db import db, upsert


def import_bank(
    data: bytes,
    *,
    name: str,
    now: datetime,
    slug: str | None = None,
    read_image: loader.ReadImage | None = None,
) -> tuple[BankRecord, bool]:
    """Create or replace the bank in `data` (a YAML file); (the record, whether its content is new).

    `name`, `slug` and `read_image` as for `loader.parse_bank`. Raises RefusedFile with every problem, and then
    nothing has changed. Comments and layout are no content: a file that differs in them only is kept as the source,
    and the time of import stays.
    """
    read_image = cache(read_image) if read_image else None  # what is stored is what was checked
    bank = loader.parse_bank(data, name=name, slug=slug, read_image=read_image)
    known = queries.find_record(bank.slug)
    content_hash = rules.content_hash(bank)
    if known is not None and known.content_hash == content_hash:
        known.source_yaml = data.decode()
        db.session.flush()
        return known, False
    if read_image:
        _store_images(bank, read_image)
    content = {
        "title": bank.title,
        "language": bank.language,
        "reviewed_by": bank.reviewed_by,
        "question_count": len(bank.questions),
        "content_hash": content_hash,
        "content": rules.canonical_json(rules.canonical_bank(bank)),
        "source_yaml": data.decode(),
        "imported_at": now,
    }
    # One statement, because two organizers may bring in the same new bank at the same moment.
    insert = upsert(BankRecord).values(slug=bank.slug, **content)
    statement = insert.on_conflict_do_update(index_elements=["slug"], set_=content).returning(BankRecord)
    record = db.session.scalars(statement, execution_options={"populate_existing": True}).one()
    return record, True


def _store_images(bank: rules.Bank, read_image: loader.ReadImage) -> None:
    """Store the bank's pictures; one that is there already is the same."""
    images = {question.image.digest: question.image for question in bank.questions if question.image}
    # In one order everywhere, so that two imports never wait for each other.
    for digest, image in sorted(images.items()):
        row = {"digest": digest, "media_type": f"image/{image.kind}", "data": read_image(image.name)}
        db.session.execute(upsert(BankImage).values(row).on_conflict_do_nothing())
