"""Bringing question banks in."""

from datetime import datetime
from functools import cache

from quizapp.audit import service as audit
from quizapp.audit.rules import INSTALLATION
from quizapp.banks import loader, pictures, queries, rules
from quizapp.banks.models import BankImage, BankRecord
from quizapp.db import db, upsert
from quizapp.errors import Conflict


def import_bank(
    data: bytes,
    *,
    name: str,
    actor: str,
    now: datetime,
    owner_area_id: int | None = None,
    slug: str | None = None,
    read_image: loader.ReadImage | None = None,
) -> tuple[BankRecord, bool]:
    """Create or replace the bank in `data` (a YAML file); (the record, whether its content is new).

    `name`, `slug` and `read_image` as for `loader.parse_bank`. Raises RefusedFile with every problem, and then
    nothing has changed. Comments and layout are no content: a file that differs in them only is kept as the source,
    and the time of import stays. What changes the content is recorded in the installation's log as the act of `actor`.

    `owner_area_id`: the area whose organizer brings the bank in; a new bank is that area's for good. None = an
    administrator or a command: a new bank is everybody's, and any may be replaced. Raises Conflict("bank_exists") when
    a bank of that slug is not the area's to replace, whatever it holds.
    """
    read_image = cache(read_image) if read_image else None  # what is stored is what was checked
    bank = loader.parse_bank(data, name=name, slug=slug, read_image=read_image)
    if queries.is_taken(bank.slug, owner_area_id):
        raise Conflict("bank_exists", slug=bank.slug)
    if read_image:
        _store_images(bank, read_image)
    known = queries.find_record(bank.slug)
    owner = known.owner_area_id if known else owner_area_id
    content_hash = rules.content_hash(bank)
    if known is not None and known.content_hash == content_hash:
        known.source_yaml = data.decode()
        db.session.flush()
        return known, False
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
    # One statement, because two organizers may bring in the same new bank at the same moment; of two areas one has it.
    insert = upsert(BankRecord).values(slug=bank.slug, owner_area_id=owner, **content)
    statement = insert.on_conflict_do_update(
        index_elements=["slug"], set_=content, where=BankRecord.owner_area_id.is_not_distinct_from(owner)
    ).returning(BankRecord)
    record = db.session.scalars(statement, execution_options={"populate_existing": True}).one_or_none()
    if record is None:
        raise Conflict("bank_exists", slug=bank.slug)
    act = "import_bank" if known is None else "replace_bank"
    audit.record(INSTALLATION, act, actor=actor, now=now, object=bank.slug, reason=content_hash)
    return record, True


def _store_images(bank: rules.Bank, read_image: loader.ReadImage) -> None:
    """Store what is shown of the bank's pictures; what an older version stored of the same files gives way."""
    images = {question.image.digest: question.image for question in bank.questions if question.image}
    # In one order everywhere, so that two imports never wait for each other.
    for digest, image in sorted(images.items()):
        data = pictures.cleaned(read_image(image.name) or b"").data
        insert = upsert(BankImage).values(digest=digest, media_type=f"image/{image.kind}", data=data)
        db.session.execute(insert.on_conflict_do_update(index_elements=["digest"], set_={"data": data}))
