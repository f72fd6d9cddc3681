"""Banks come in whole or not at all, and are read back as they were."""

import dataclasses
import hashlib
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from quizapp import errors
from quizapp.banks import loader, queries, rules, service
from quizapp.banks.models import BankImage, BankRecord
from quizapp.db import db, transaction
from quizapp.strict_yaml import RefusedFile
from tests.pictures import png, shown

pytestmark = pytest.mark.usefixtures("app")


def written(slug: str = "thu", *, answer: str = "A", ids: str = "t-1 t-2", extra: str = "") -> bytes:
    """A bank with a question for each of `ids`: the first easy and about "mot", the others hard and about "hai"."""
    lines = [f"bank: {slug}", "title: Bộ thử", "reviewed_by: Ban Tuyên giáo huyện Thử", extra, "questions:"]
    for number, question_id in enumerate(ids.split()):
        topic, difficulty = ("hai", "van-dung") if number else ("mot", "nhan-biet")
        lines.append(
            f"  - {{id: {question_id}, question: Chọn gì?, options: {{A: Một, B: Hai}}, answer: {answer},"
            f" topic: {topic}, difficulty: {difficulty}}}"
        )
    return "\n".join(lines).encode()


def bring(file: bytes | tuple[bytes, loader.ReadImage], now: datetime) -> tuple[BankRecord, bool]:
    """Import a file that has come alone, or with what reads its pictures."""
    data, read_image = file if isinstance(file, tuple) else (file, None)
    with transaction():
        return service.import_bank(data, name="bank.yaml", actor="test", now=now, read_image=read_image)


def stored(slug: str = "thu") -> BankRecord:
    db.session.expire_all()
    record = queries.find_record(slug)
    assert record is not None
    return record


def test_a_bank_comes_in(now: datetime) -> None:
    record, changed = bring(written(), now)
    assert changed
    bank = loader.parse_bank(written(), name="bank.yaml")
    assert stored().id == record.id
    assert (record.slug, record.title, record.language) == ("thu", "Bộ thử", "vi")
    assert (record.reviewed_by, record.question_count) == ("Ban Tuyên giáo huyện Thử", 2)
    assert (record.content_hash, record.imported_at) == (rules.content_hash(bank), now)
    assert queries.get_bank("thu") == bank


def test_the_same_content_again_changes_nothing_but_keeps_the_newest_file(now: datetime) -> None:
    first, _ = bring(written(), now)
    commented = written(extra="# đã soát lại\r")
    again, changed = bring(commented, now + timedelta(days=1))
    assert not changed
    assert again.id == first.id
    assert stored().imported_at == now
    assert queries.source_of("thu").encode() == commented


def test_new_content_replaces_the_old_in_its_place(now: datetime) -> None:
    first, _ = bring(written(), now)
    old_id, later = first.id, now + timedelta(days=1)
    second, changed = bring(written(answer="B"), later)
    assert changed
    assert (second.id, second.imported_at) == (old_id, later)
    assert stored().content_hash == second.content_hash
    assert queries.get_bank("thu").question("t-1").answer == {"B"}
    assert queries.source_of("thu").encode() == written(answer="B")


def test_a_refused_bank_changes_nothing(now: datetime) -> None:
    bring(written(), now)
    before = queries.get_bank("thu")
    with pytest.raises(RefusedFile) as refused:
        bring(written(answer="C"), now)
    assert [problem.code for problem in refused.value.problems] == ["foreign_answer", "foreign_answer"]
    assert queries.get_bank("thu") == before
    assert queries.source_of("thu").encode() == written()


def test_slug_and_pictures_are_looked_at_on_the_way_in(now: datetime) -> None:
    with pytest.raises(RefusedFile) as refused, transaction():
        service.import_bank(written(), name="bank.yaml", actor="test", now=now, slug="khac")
    assert [problem.code for problem in refused.value.problems] == ["other_slug"]
    with pytest.raises(RefusedFile) as refused:
        bring(pictured(a=None), now)
    assert [problem.code for problem in refused.value.problems] == ["image_not_found"]
    assert queries.find_record("thu") is None


def pictured(slug: str = "thu", **files: bytes | None) -> tuple[bytes, loader.ReadImage]:
    """A bank with a question for each PNG file, and what reads these files."""
    data = written(slug, ids=" ".join(files))
    for name in files:
        old = f"id: {name},".encode()
        data = data.replace(old, old + f" image: {name}.png, image_alt: Ảnh {name},".encode())
    return data, {f"{name}.png": file for name, file in files.items()}.get


def pictures() -> list[str]:
    return sorted(db.session.scalars(select(BankImage.digest)))


def test_pictures_are_stored_by_their_content_and_shared(now: datetime) -> None:
    red, blue = png(3, 2, 10), png(3, 2, 200)
    bring(pictured(a=red, b=red, c=blue), now)
    bring(pictured("khac", d=blue), now)
    image = queries.get_bank("thu").question("c").image
    assert image == rules.Image("c.png", "Ảnh c", hashlib.sha256(blue).hexdigest(), "png", 3, 2)
    assert image == dataclasses.replace(queries.get_bank("khac").question("d").image, name="c.png", alt="Ảnh c")
    assert pictures() == sorted(hashlib.sha256(data).hexdigest() for data in (red, blue))
    assert queries.image_data(image.digest, "png") == shown(blue)


def test_another_picture_makes_another_bank_and_the_old_one_stays(now: datetime) -> None:
    old, _ = bring(pictured(a=png(3, 2)), now)
    old_hash, old_image = old.content_hash, queries.get_bank("thu").question("a").image
    _, changed = bring(pictured(a=png(3, 2)), now)
    assert not changed
    new, changed = bring(pictured(a=png(4, 2)), now)
    assert changed
    assert new.content_hash != old_hash
    assert queries.get_bank("thu").question("a").image != old_image
    assert len(pictures()) == 2
    assert queries.image_data(old_image.digest, "png") == shown(png(3, 2))


def test_a_refused_bank_stores_no_picture(now: datetime) -> None:
    with pytest.raises(RefusedFile):
        bring(pictured(a=png(), b=b"<svg/>"), now)
    assert pictures() == []


def test_a_file_that_changes_meanwhile_is_stored_as_it_was_checked(now: datetime) -> None:
    versions = iter([png(3, 2), png(4, 2)])
    bring((pictured(a=None)[0], lambda _: next(versions)), now)
    (digest,) = pictures()
    assert digest == queries.get_bank("thu").question("a").image.digest
    assert queries.image_data(digest, "png") == shown(png(3, 2))


def test_an_unknown_picture_is_not_found(now: datetime) -> None:
    bring(pictured(a=png()), now)
    (digest,) = pictures()
    for unknown in ((digest, "webp"), ("0" * 64, "png"), ("", "png")):
        with pytest.raises(errors.NotFound):
            queries.image_data(*unknown)


def test_two_organizers_bring_in_the_same_new_bank_at_once(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second has looked before the first was done; its file wins, and nobody sees a conflict."""
    bring(written(), now)
    monkeypatch.setattr(queries, "find_record", lambda slug: None)
    record, changed = bring(written(answer="B"), now + timedelta(seconds=1))
    monkeypatch.undo()
    assert changed
    assert stored().content_hash == record.content_hash
    assert queries.get_bank("thu").question("t-2").answer == {"B"}


@pytest.mark.parametrize("data", [b"\xef\xbb\xbf" + written(), written().replace(b"\n", b"\r\n")])
def test_the_file_comes_out_byte_for_byte(data: bytes, now: datetime) -> None:
    bring(data, now)
    assert queries.source_of("thu").encode() == data


def test_list_of_banks(now: datetime) -> None:
    assert queries.list_banks() == []
    bring(written("b-hai", ids="x-1"), now)
    bring(written("a-mot", ids="t-1 t-2 t-3"), now)
    first, second = queries.list_banks()
    assert (first.slug, second.slug) == ("a-mot", "b-hai")
    assert (first.title, first.reviewed_by, first.imported_at) == ("Bộ thử", "Ban Tuyên giáo huyện Thử", now)
    assert (first.question_count, second.question_count) == (3, 1)
    assert first.by_difficulty == {"nhan-biet": 1, "van-dung": 2}
    assert first.by_topic == {"mot": 1, "hai": 2}
    assert first.content_hash == rules.content_hash(queries.get_bank("a-mot"))


def test_questions_by_reference(now: datetime) -> None:
    bring(written("a-mot", ids="t-1 t-2"), now)
    bring(written("b-hai", ids="t-2 t-3"), now)
    assert [(slug, question.id) for slug, question in queries.resolve_question("a-mot/t-2")] == [("a-mot", "t-2")]
    assert [slug for slug, _ in queries.resolve_question("t-2")] == ["a-mot", "b-hai"]
    assert [slug for slug, _ in queries.resolve_question("t-3")] == ["b-hai"]
    for unknown in ("t-9", "a-mot/t-3", "khong-co/t-1", "a-mot/b-hai/t-1", ""):
        assert queries.resolve_question(unknown) == []


def test_unknown_banks_are_not_found() -> None:
    for read in (queries.get_bank, queries.source_of):
        with pytest.raises(errors.NotFound) as missing:
            read("khong-co")
        assert (missing.value.code, missing.value.details) == ("bank_not_found", {"slug": "khong-co"})


def test_parsed_banks_are_kept_by_content(now: datetime, app: Flask) -> None:
    bring(written(), now)
    assert queries.get_bank("thu") is queries.get_bank("thu")
    for number in range(70):
        bring(written(f"b-{number}"), now)
    assert [bank.question_count for bank in queries.list_banks()] == [2] * 71
    assert len(queries._parsed) <= 64
