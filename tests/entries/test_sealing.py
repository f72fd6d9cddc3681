"""Personal data at rest, on both databases: nothing readable, everything still found, nobody let in twice."""

import pytest
from sqlalchemy import select, text, update

from quizapp import sealed
from quizapp.db import Base, db, transaction
from quizapp.entries import identities, queries, roster, rules, sealing, service
from quizapp.entries.models import Participant, PersonalDataState, RosterEntry
from quizapp.results import anomalies, lookup
from tests import factories
from tests.personal_data import FIELDS, SEALED, asking_contest


@pytest.fixture
def contest(app, now):
    return asking_contest(now, identity=("citizen_id", "full_name"), citizen_id="required", area="optional")


@pytest.fixture
def keys(app):
    """Changes the keys; the application's own come back."""
    own = app.config["QUIZ"].secret_key
    yield lambda *secrets: sealed.init_ring([*secrets, own])
    sealed.init_ring([own])


def dump() -> str:
    """Everything that the database holds, as text."""
    names = [each.name for each in Base.metadata.sorted_tables]
    return "\n".join(repr(tuple(row)) for name in names for row in db.session.execute(text(f'SELECT * FROM "{name}"')))


def seal_all(contest):
    for _ in range(50):
        with transaction():
            if not sealing.seal_some(contest.id):
                return
    raise AssertionError("there is no end to it")


def written_by_the_version_before(contest, person, **plain):
    """The row as code that knows no seals leaves it."""
    with transaction():
        spec_identity = identity_of(contest, person)
        db.session.execute(
            text(
                "UPDATE participants SET phone = :phone, citizen_id = :citizen_id, email = :email, address = :address, "
                "phone_hash = NULL, phone_end_hash = NULL, citizen_id_hash = NULL, identity_hash = :identity "
                "WHERE id = :id"
            ),
            {**SEALED, **plain, "identity": spec_identity, "id": person.participant.id},
        )


def identity_of(contest, person):
    row = db.session.scalars(select(Participant).where(Participant.id == person.participant.id)).one()
    return rules.identity_hash(
        contest.spec, rules.Details(full_name=row.full_name, citizen_id=SEALED["citizen_id"], phone=row.phone)
    )


def again(contest, person, now, **changes):
    """The same person from another browser."""
    typed = {**person.typed, **changes}
    with transaction():
        session_id = factories.accounts.open_session(None, now=now)[0]
        return service.enter(
            contest, typed, consent_version=service.CONSENT_VERSION, entry_code=None, session_id=session_id, now=now
        )


def test_a_stolen_database_shows_no_number_and_no_identity_that_could_be_tried(contest, now):
    seal_all(contest)
    person = factories.enter(contest, now, **SEALED)
    stolen = dump()
    assert [value for value in SEALED.values() if value in stolen] == []
    assert identity_of(contest, person) not in stolen
    row = lookup.get_person(person.participant.id)
    assert {name: getattr(row, name) for name in SEALED} == SEALED


def test_rows_of_the_version_before_are_read_found_and_sealed_in_place(contest, now):
    person = factories.enter(contest, now, **SEALED)
    written_by_the_version_before(contest, person)
    assert SEALED["phone"] in dump()
    found = [lookup.find_people(contest, typed, offset=0, limit=9)[1] for typed in (SEALED["phone"], "141592")]
    assert found == [1, 1]
    assert again(contest, person, now).public_id == person.participant.public_id
    seal_all(contest)
    stolen = dump()
    assert [value for value in SEALED.values() if value in stolen] == []
    assert identity_of(contest, person) not in stolen
    assert again(contest, person, now).public_id == person.participant.public_id
    assert sealing.contests_to_seal() == []


@pytest.mark.parametrize("typed", [SEALED["phone"], "+84 907 141 592", "1592", "141592", "07141592"])
def test_people_are_found_by_their_number_and_its_end(contest, now, typed):
    seal_all(contest)
    person = factories.enter(contest, now, **SEALED)
    factories.enter(contest, now, phone="0907991592", citizen_id="079093000002")
    found, total = lookup.find_people(contest, typed, offset=0, limit=9)
    ends_alike = typed == "1592"
    assert total == (2 if ends_alike else 1)
    assert person.participant.public_id in {each.public_id for each in found}
    assert lookup.find_people(contest, "999992", offset=0, limit=9)[1] == 0


def test_nobody_is_let_in_twice_over_the_change(contest, now):
    before = factories.enter(contest, now, **SEALED)
    assert identities.key_for(contest.id) is None
    written_by_the_version_before(contest, before)
    with transaction():
        sealing.seal_some(contest.id)
    assert identities.key_for(contest.id) == sealed.ring().first_id
    after = factories.enter(contest, now, citizen_id="079093000003")
    assert {again(contest, each, now).participant_id for each in (before, after)} == {
        before.participant.id, after.participant.id,
    }  # fmt: skip
    assert db.session.query(Participant).count() == 2


def test_who_comes_in_at_the_moment_of_the_change_is_written_with_the_key(contest, now, monkeypatch):
    told = [None]
    real = identities.key_for
    monkeypatch.setattr(identities, "key_for", lambda contest_id: told.pop() if told else real(contest_id))
    with transaction():
        sealing.seal_some(contest.id)
    person = factories.enter(contest, now, **SEALED)
    stored = db.session.scalar(text("SELECT identity_hash FROM participants"))
    assert stored == identities.stored_form(identity_of(contest, person), real(contest.id))


def test_a_replaced_key_opens_until_everything_is_sealed_anew_and_people_stay_the_same(contest, now, keys):
    seal_all(contest)
    person = factories.enter(contest, now, **SEALED)
    first = db.session.scalar(text("SELECT phone FROM participants"))
    keys("another secret of this installation, long enough")
    assert lookup.get_person(person.participant.id).phone == SEALED["phone"]
    assert lookup.find_people(contest, SEALED["phone"], offset=0, limit=9)[1] == 1
    assert sealing.contests_to_seal() == [contest.id]
    seal_all(contest)
    db.session.rollback()
    second = db.session.scalar(text("SELECT phone FROM participants"))
    assert sealed.key_of(first) != sealed.key_of(second) == sealed.ring().first_id
    assert lookup.find_people(contest, "1592", offset=0, limit=9)[1] == 1
    assert again(contest, person, now).public_id == person.participant.public_id


def test_a_key_that_is_lost_destroys_nothing(contest, now, keys, app):
    keys("a secret that will be lost, and is long enough")
    with transaction():
        sealing.look_again(contest.id)
    person = factories.enter(contest, now, **SEALED)
    stored = db.session.scalar(text("SELECT phone FROM participants"))
    sealed.init_ring([app.config["QUIZ"].secret_key])
    seal_all(contest)
    db.session.rollback()
    assert db.session.scalar(text("SELECT phone FROM participants")) == stored
    assert lookup.get_person(person.participant.id).phone is None


def test_a_list_of_people_is_hashed_with_the_key_and_still_lets_in(app, now):
    entry = {
        "mode": "roster",
        "fields": {**FIELDS, "citizen_id": "required"},
        "identity": ["citizen_id", "full_name"],
        "resume": "code",
    }
    contest = factories.make_contest(now, launched=False, entry=entry)
    details = rules.Details(full_name="Lê Thị Có Tên", citizen_id="079093000009")
    identity = rules.identity_hash(contest.spec, details)
    with transaction():
        roster.replace_roster(contest, [roster.Listed(identity, "Lê Thị Có Tên")], actor="a", now=now)
    seal_all(contest)
    assert queries.is_listed(contest.id, identity)
    (stored,) = db.session.scalars(select(RosterEntry.identity_hash))
    assert stored != identity
    with transaction():
        roster.replace_roster(contest, [roster.Listed(identity, "Lê Thị Có Tên")], actor="a", now=now)
    assert list(db.session.scalars(select(RosterEntry.identity_hash))) == [stored]


def test_equal_numbers_are_a_sign_also_when_one_is_still_plain_in_the_end(contest, now):
    (round_,) = contest.rounds
    people = [factories.enter(contest, now, phone="0907000111", citizen_id=f"07909300001{i}") for i in range(2)]
    for person in people:
        factories.sit(contest, person, now)
    seal_all(contest)
    flags = [flag for flag in anomalies.stream_flags(round_) if flag.sign is anomalies.Sign.SAME_PHONE]
    assert [(flag.shared, flag.amount) for flag in flags] == [("0907000111", 2)] * 2


def test_two_rows_of_one_person_stop_nobody_else(contest, now):
    person, other = factories.enter(contest, now, **SEALED), factories.enter(contest, now, citizen_id="079093000004")
    seal_all(contest)
    twin = factories.enter(contest, now, citizen_id="079093000005")
    with transaction():
        db.session.execute(
            update(Participant)
            .where(Participant.id == twin.participant.id)
            .values(identity_hash=identity_of(contest, person))
        )
        db.session.execute(text("UPDATE participants SET email = 'con.trong@thu.vn' WHERE id = :id"),
                           {"id": other.participant.id})  # fmt: skip
        sealing.look_again(contest.id)
    seal_all(contest)
    assert "con.trong@thu.vn" not in dump()
    assert db.session.scalars(select(PersonalDataState)).one().sealed_key == sealed.ring().first_id
