"""Finding one person by whatever a complaint brings along."""

import pytest

from quizapp.attempts import queries as attempts
from quizapp.db import transaction
from quizapp.entries import refusals
from quizapp.results import lookup
from tests import factories


@pytest.fixture
def scene(app, now):
    contest = factories.make_contest(now)
    named = {
        "chi": ("Rơ Châm Thị Chi", "0912345678"), "an": ("Đinh Văn An", "0987000678"),
        "binh": ("Đinh Bình", "0333444555"),
    }  # fmt: skip
    people = {key: factories.enter(contest, now, full_name=name, phone=phone) for key, (name, phone) in named.items()}
    factories.sit(contest, people["an"], now)
    return contest, people


def found(scene, typed, **options):
    contest, people = scene
    lines, total = lookup.find_people(contest, typed, **{"offset": 0, "limit": 10, **options})
    names = {person.participant.public_id: key for key, person in people.items()}
    return [names[line.public_id] for line in lines], total


@pytest.mark.parametrize(
    ("typed", "people"),
    [
        ("", ["an", "binh", "chi"]),
        ("dinh", ["an", "binh"]),
        ("ro cham chi", ["chi"]),
        ("Đinh b", ["binh"]),
        ("inh", []),
        ("+84 912 345 678", ["chi"]),
        ("0912345678", ["chi"]),
        ("0678", ["an"]),
        ("5678", ["chi"]),
        ("678", []),
        ("%", []),
        ("_", []),
    ],
)
def test_names_and_numbers(scene, typed, people):
    assert found(scene, typed) == (people, len(people))


def test_codes_of_entry_receipt_and_files(scene):
    _, people = scene
    an = people["an"].participant
    (attempt,) = attempts.list_attempts(an.id)
    code = an.entry_code
    for typed in (code, f" {code[:5].lower()}-{code[5:].lower()} ", attempt.receipt_code, an.public_id):
        assert found(scene, typed) == (["an"], 1)


def test_pages_hold_so_many(scene):
    assert found(scene, "", offset=1, limit=1) == (["binh"], 3)
    assert found(scene, "", offset=9, limit=1) == ([], 3)


def test_people_of_another_contest_are_not_found(scene, now):
    _, people = scene
    other = factories.make_contest(now, contest="khac")
    an = people["an"].participant
    (attempt,) = attempts.list_attempts(an.id)
    for typed in ("", "dinh", an.entry_code, an.public_id, attempt.receipt_code, "0987000678"):
        assert lookup.find_people(other, typed, offset=0, limit=10) == ([], 0)


def test_a_line_tells_attempts_and_refusals(scene, now):
    contest, people = scene
    with transaction():
        refusals.refuse(people["an"].participant, reason="Khai sai", actor="t", now=now)
    lines, _ = lookup.find_people(contest, "dinh", offset=0, limit=10)
    assert [(line.attempts, line.is_refused, line.is_unranked) for line in lines] == [
        (1, True, True),
        (0, False, False),
    ]


def test_a_person_is_told_as_entered(scene, now):
    _, people = scene
    person = lookup.get_person(people["chi"].participant.id)
    assert (person.full_name, person.phone, person.entry_code) == (
        "Rơ Châm Thị Chi", "0912345678", people["chi"].participant.entry_code,
    )  # fmt: skip
    assert person.entered_at == now
