"""What only somebody new is asked: the contest's password, living inside, standing on the list."""

from datetime import timedelta

import pytest

from quizapp.accounts import service as accounts
from quizapp.contests import service as contests
from quizapp.db import transaction
from quizapp.entries import queries
from quizapp.errors import Conflict, Forbidden, Invalid
from tests import factories


def entry(now, **changes):
    return {**factories.contest_dict(now)["entry"], **changes}


def needs_area(now, **changes):
    base = entry(now)
    return {**base, "fields": {**base["fields"], "area": "required"}, **changes}


def by_list(now, *lines):
    """A launched contest by list, with these lines under `phone;full_name`."""
    contest = factories.make_contest(now, launched=False, entry=entry(now, mode="roster"))
    count = factories.list_people(contest, "\n".join(["phone;full_name", *lines]), now)
    with transaction():
        return contests.launch(contest, actor="to-chuc", now=now, listed=count)


@pytest.fixture
def guarded(app, now):
    return factories.make_contest(now, entry=entry(now, password="Thi CCHC 2025"))


@pytest.mark.parametrize("typed", ["Thi CCHC 2025", "thi cchc 2025", " THICCHC2025 "])
def test_the_password_is_taken_as_people_type_it(guarded, now, typed):
    assert factories.enter(guarded, now, contest_password=typed).participant


@pytest.mark.parametrize(
    ("typed", "code"), [(None, "field_missing"), ("  ", "field_missing"), ("thicchc2026", "contest_password_wrong")]
)
def test_without_the_password_nobody_new_enters(guarded, now, typed, code):
    with pytest.raises(Invalid) as refused:
        factories.enter(guarded, now, **({} if typed is None else {"contest_password": typed}))
    assert refused.value.details["fields"] == {"contest_password": code}


def test_the_password_is_told_with_all_other_mistakes(guarded, now):
    with pytest.raises(Invalid) as refused:
        factories.enter(guarded, now, phone="12", contest_password="sai")
    assert set(refused.value.details["fields"]) == {"phone", "contest_password"}


def test_tones_make_another_password(app, now):
    contest = factories.make_contest(now, entry=entry(now, password="Hà Tam"))
    assert factories.enter(contest, now, contest_password="hà tam").participant
    with pytest.raises(Invalid):
        factories.enter(contest, now, contest_password="hạ tam")


def test_who_comes_back_is_not_asked_again(guarded, now):
    person = factories.enter(guarded, now, contest_password="thicchc2025")
    typed = {name: text for name, text in person.typed.items() if name != "contest_password"}
    again = factories.enter(guarded, now, **typed)
    assert again.participant.id == person.participant.id
    assert again.session_id != person.session_id


def test_a_contest_without_a_password_does_not_look_at_one(app, now):
    contest = factories.make_contest(now)
    assert factories.enter(contest, now, contest_password="gì cũng được").participant


def test_only_people_of_the_own_tree_enter_a_contest_for_them(app, now):
    contest = factories.make_contest(now, entry=needs_area(now, residence="inside"))
    assert factories.enter(contest, now, area="tinh-mau:121").participant
    with pytest.raises(Forbidden) as refused:
        factories.enter(contest, now, area="ngoai-tinh:01")
    assert refused.value.details == {"why": "residence"}


def test_a_list_lets_in_whom_it_names(app, now):
    contest = by_list(now, "+84 912 345 001;Rơ Châm  Mẫu", "0912345002;Trần Thị Thử")
    assert queries.count_roster(contest.id) == 2
    assert factories.enter(contest, now, phone="0912 345 001", full_name="rơ châm mẫu").participant
    with pytest.raises(Forbidden) as refused:
        factories.enter(contest, now, phone="0912345001", full_name="Trần Thị Thử")
    assert refused.value.details == {"why": "not_listed"}


def test_whoever_is_in_stays_in_when_the_list_changes(app, now):
    contest = by_list(now, "0912345001;Trần Thị Thử")
    person = factories.enter(contest, now, phone="0912345001", full_name="Trần Thị Thử")
    factories.list_people(contest, "phone;full_name\n0912345002;Nguyen Van Khac", now)
    assert factories.enter(contest, now, **person.typed).participant.id == person.participant.id
    with pytest.raises(Forbidden):
        factories.enter(contest, now, phone="0912345003", full_name="Trần Thị Thử")


def test_a_list_of_one_contest_says_nothing_about_another(app, now):
    by_list(now, "0912345001;Trần Thị Thử")
    other = factories.make_contest(now, launched=False, contest="khac", entry=entry(now, mode="roster"))
    with pytest.raises(Conflict, match="launch_refused"), transaction():
        contests.launch(other, actor="to-chuc", now=now, listed=queries.count_roster(other.id))


def test_after_the_end_nobody_new_is_asked_for_anything(guarded, now):
    with pytest.raises(Conflict, match="entry_closed"):
        factories.enter(guarded, now + timedelta(days=1), contest_password="thicchc2025")


def test_a_browser_of_somebody_else_still_proves_nothing(guarded, now):
    """The password opens the contest, never somebody's place in it."""
    person = factories.enter(guarded, now, contest_password="thicchc2025")
    with transaction():
        elsewhere, _ = accounts.open_session(None, now=now)
    with pytest.raises(Conflict, match="identity_known"):
        factories.enter(guarded, now, session_id=elsewhere, **{**person.typed, "date_of_birth": "20/05/1990"})
