"""Signs that an organizer should look at: each is found, and what is ordinary is not."""

from datetime import timedelta

import pytest

from quizapp.accounts import service as accounts
from quizapp.db import db, transaction
from quizapp.entries.models import SessionParticipant
from quizapp.results import anomalies
from quizapp.results.anomalies import Limits, Sign
from tests import crowd, factories
from tests.crowd import Sat

FULL = 50
PREDICTED = {
    "prediction": {"metric": "people", "scope": "round"},
    "ranking": {"gate": "all_correct", "keys": ["prediction_gap", "submitted_at"]},
    "prizes": [{"name": "Nhất", "count": 1}, {"name": "Nhì", "count": 2}],
}


@pytest.fixture
def contest(app, now):
    return factories.make_contest(
        now,
        rounds=[factories.round_dict(now, **PREDICTED), factories.round_dict(now, key="tuan-2", label="Tuần 2")],
        publication={"live": "hidden_until_close", "mask_phone": True},
    )


@pytest.fixture
def round_(contest):
    return contest.rounds[0]


def add(contest, *people, sat=None):
    """Enter people and let each sit a plain paper once, or as `sat` says (a list of changes of `Sat` for each)."""
    with transaction():
        ids = crowd.add_people(contest, people, contest.rounds[0].opens_at)
        plans = sat or [[{}] for _ in ids]
        crowd.add_attempts(
            contest,
            contest.rounds[0],
            [
                plain(contest, person, number, **changes)
                for person, plan in zip(ids, plans, strict=True)
                for number, changes in enumerate(plan)
            ],
        )
    return ids


def plain(contest, person, number, *, minute=5, seconds=120, score=20, guess=None):
    start = contest.rounds[0].opens_at + timedelta(minutes=minute + 3 * number)
    return Sat(person, start, start + timedelta(seconds=seconds), score, score == FULL, guess)


def flags(round_, sign, **limits):
    """(name, group, amount, shared) of everybody who has the sign."""
    found = anomalies.stream_flags(round_, Limits(**limits))
    return [(flag.full_name, flag.group, flag.amount, flag.shared) for flag in found if flag.sign is sign]


def test_an_ordinary_round_has_no_signs(contest, round_):
    add(contest, {}, {}, {})
    assert list(anomalies.stream_flags(round_)) == []
    assert anomalies.count_flags(round_) == {}


def test_several_people_with_one_phone(contest, round_):
    add(
        contest,
        {"full_name": "Lê An", "phone": "0911111111"},
        {"full_name": "Hà Bình", "phone": "0922222222"},
        {"full_name": "Tô Chi", "phone": "0911111111"},
        {"full_name": "Vũ Dung", "phone": "0922222222"},
        {"full_name": "Đỗ Em", "phone": "0922222222"},
        {"full_name": "Không Có Số", "phone": None},
        {"full_name": "Cũng Không Có", "phone": None},
    )
    # The larger group first, in each the order of Vietnamese name lists.
    assert flags(round_, Sign.SAME_PHONE) == [
        ("Hà Bình", 1, 3, "0922222222"),
        ("Vũ Dung", 1, 3, "0922222222"),
        ("Đỗ Em", 1, 3, "0922222222"),
        ("Lê An", 2, 2, "0911111111"),
        ("Tô Chi", 2, 2, "0911111111"),
    ]
    assert flags(round_, Sign.SAME_PHONE, people_of_one_phone=3)[-1][0] == "Đỗ Em"


def test_only_people_of_the_round_are_compared(contest, round_):
    add(contest, {"full_name": "Lê An", "phone": "0911111111"})
    with transaction():
        crowd.add_people(contest, [{"full_name": "Chưa Thi", "phone": "0911111111"}], round_.opens_at)
    assert flags(round_, Sign.SAME_PHONE) == []


def test_several_people_with_one_citizen_id(contest, round_):
    add(contest, {"full_name": "Lê An", "citizen_id": "064090000001"}, {"citizen_id": "064090000002"},
        {"full_name": "Lê Ân", "citizen_id": "064090000001"})  # fmt: skip
    assert flags(round_, Sign.SAME_CITIZEN_ID) == [("Lê An", 1, 2, "064090000001"), ("Lê Ân", 1, 2, "064090000001")]


def test_one_browser_for_many_people(contest, round_, now):
    ids = add(contest, *({"full_name": f"Người {letter}"} for letter in "ABCDE"))
    with transaction():
        shared, own = (accounts.open_session(None, now=now)[0] for _ in range(2))
        for person in ids[:3]:
            db.session.add(SessionParticipant(session_id=shared, participant_id=person, linked_at=now))
        for person in ids[3:]:
            db.session.add(SessionParticipant(session_id=own, participant_id=person, linked_at=now))
    # Two people at one computer are a household; nothing of the session is shown.
    assert flags(round_, Sign.SHARED_BROWSER) == [
        ("Người A", 1, 3, None),
        ("Người B", 1, 3, None),
        ("Người C", 1, 3, None),
    ]


def test_many_attempts_and_many_guesses(contest, round_):
    add(
        contest,
        {"full_name": "Đoán Nhiều"},
        {"full_name": "Thi Nhiều"},
        {"full_name": "Vừa Phải"},
        sat=[
            [{"guess": number % 5} for number in range(6)],
            [{"guess": 7} for _ in range(21)],
            [{"guess": number % 4} for number in range(20)],
        ],
    )
    assert flags(round_, Sign.MANY_GUESSES) == [("Đoán Nhiều", 1, 5, None)]
    assert flags(round_, Sign.MANY_ATTEMPTS) == [("Thi Nhiều", 1, 21, None)]
    assert flags(round_, Sign.MANY_ATTEMPTS, attempts=5) == [
        ("Thi Nhiều", 1, 21, None),
        ("Vừa Phải", 2, 20, None),
        ("Đoán Nhiều", 3, 6, None),
    ]


def test_much_in_little_time(contest, round_):
    # Five questions: from ten seconds on it is ordinary.
    add(
        contest,
        {"full_name": "Nhanh"},
        {"full_name": "Nhanh Hơn"},
        {"full_name": "Vừa Kịp"},
        {"full_name": "Bấm Bừa"},
        sat=[
            [{"seconds": 9, "score": 30}, {"seconds": 300, "score": FULL}],
            [{"seconds": 7, "score": FULL}, {"seconds": 4, "score": FULL}],
            [{"seconds": 10, "score": FULL}],
            [{"seconds": 3, "score": 20}],
        ],
    )
    assert flags(round_, Sign.FAST_PAPER) == [("Nhanh Hơn", 1, 4000, None), ("Nhanh", 2, 9000, None)]


def test_somebody_without_a_rank_in_front(contest, round_):
    people = [{"full_name": f"Hạng {place:02d}", "is_unranked": place in (2, 12)} for place in range(1, 14)]
    add(contest, *people, sat=[[{"minute": place, "score": FULL}] for place in range(1, 14)])
    assert flags(round_, Sign.UNRANKED_IN_FRONT) == [("Hạng 02", 1, 2, None)]
    ranks = {flag.full_name: flag.rank for flag in anomalies.stream_flags(round_, Limits(ms_a_question=10**6))}
    # The second has no rank, and takes none from the others.
    assert (ranks["Hạng 01"], ranks["Hạng 02"], ranks["Hạng 03"]) == (1, None, 2)


def test_flags_are_counted_by_people(contest, round_):
    add(
        contest,
        {"phone": "0911111111", "citizen_id": "064090000001"},
        {"phone": "0911111111", "citizen_id": "064090000001"},
        {"phone": "0922222222", "citizen_id": "064090000001"},
        sat=[[{"seconds": 3, "score": FULL}], [{}], [{}]],
    )
    assert anomalies.count_flags(round_) == {Sign.SAME_CITIZEN_ID: 3, Sign.SAME_PHONE: 2, Sign.FAST_PAPER: 1}
    signs = [flag.sign for flag in anomalies.stream_flags(round_)]
    assert signs == [Sign.SAME_CITIZEN_ID] * 3 + [Sign.SAME_PHONE] * 2 + [Sign.FAST_PAPER]


def test_another_round_is_another_list(contest, round_):
    add(contest, {"phone": "0911111111"}, {"phone": "0911111111"})
    assert anomalies.count_flags(contest.rounds[1]) == {}


def test_names_with_letters_that_only_look_right(contest, round_):
    # Of a Cyrillic А, of Icelandic; then names that are what they look like.
    odd, eth = "Nguyễn Thị \u0410n", "\u00d0ặng Văn Bình"
    add(
        contest,
        *({"full_name": name} for name in (eth, "Đặng Văn Bình", odd, "\u0e81\u0eb2\u0ea5\u0eb2", "Ksor H’Nhớ")),
        sat=[[{"seconds": 120 + number}] for number in range(5)],
    )
    with transaction():
        crowd.add_people(contest, [{"full_name": "Chưa Thi \u0410n"}], round_.opens_at)
    # In the order of Vietnamese lists, where a foreign letter comes last.
    assert flags(round_, Sign.ODD_LETTERS) == [(eth, 1, 1, None), (odd, 2, 1, None)]
    assert anomalies.count_flags(round_) == {Sign.ODD_LETTERS: 2}
    assert [flag.rank for flag in anomalies.stream_flags(round_)] == [1, 3]
