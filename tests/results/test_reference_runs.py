"""Real contests from their files to the publication: nine configurations, each played through every round.

The same six people take part everywhere, in two areas: 0 and 1 in the first, the others in the second. In every round
with papers 0, 1, 2 and 4 have everything right, 3 makes one mistake but is the fastest, and 5 stays away. Guesses: 1 is
the nearest, then 2, far behind them 0; 3 and 4 guess nothing. 4 submits first and works longest.
"""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from quizapp.accounts import service as accounts
from quizapp.areas import queries as areas
from quizapp.attempts import service as attempts
from quizapp.awards import deciding, service
from quizapp.awards import queries as awards
from quizapp.contests import service as contests_service
from quizapp.contests import sizes
from quizapp.contests.rules import GRACE, ContestState
from quizapp.db import transaction
from quizapp.entries import service as entries
from quizapp.entries.rules import Guardian
from quizapp.results import closing, marking, versions
from tests import factories
from tests.reference import SHIPPED, STRESS, load_areas
from tests.results import shipped

FILES = {file.stem: file for file in (*SHIPPED, *STRESS)}
# Who they are -> hours after the opening, seconds of work, guess.
SITTERS = {0: (5, 300, "50"), 1: (4, 200, "5"), 2: (3, 100, "7"), 3: (2, 50, None), 4: (1, 400, None)}
MISTAKEN, ABSENT = 3, 5


@dataclass(frozen=True)
class Case:
    """What must come out. `order` of the first round, best first; `prizes` by round: (prize, person or None = vacant).

    `areas`: the places of the first collective, as the numbers of the two areas; `marks` by round: person -> mark.
    """

    order: list[int]
    prizes: dict[str, list[tuple[str, int | None]]]
    areas: list[tuple[str, int | None]] = field(default_factory=list)
    marks: dict[str, dict[int, int]] = field(default_factory=dict)


BY_GUESS = [1, 2, 0, 4, 3]
CASES = {
    "gia-lai-2022-hcm": Case(
        BY_GUESS,
        {"ky-1": [("Nhất", 1), ("Nhì", 2), ("Nhì", 0), ("Ba", 4), ("Ba", 3)]},
        [("Nhất", 1), ("Nhì", 0), ("Ba", None)],
    ),
    "dak-po-2021": Case(BY_GUESS, {"ky-8": [("Nhất", 1), ("Nhì", 2), ("Nhì", 0), ("Ba", 4), ("Ba", 3)]}),
    "hoa-binh-2022-hcm": Case(
        BY_GUESS,
        {"tuan-1": [("Nhất", 1), ("Nhì", 2), ("Ba", 0), ("Ba", 4)]},
        [("Nhất", 1), ("Nhì", 0), ("Nhì", None)],
    ),
    # One prize a person, the highest: the second round's first prize goes on to 2, and so forth.
    "quang-nam-2022-thcs": Case(
        BY_GUESS,
        {"dot-1": [("Nhất", 1), ("Nhì", 0), ("Nhì", 4)], "dot-2": [("Nhất", 2), ("Nhì", 3), ("Nhì", None)]},
        # 20 of 100 points for two of ten pupils, and 10 + 8 for prizes; against 10 for three of thirty, and 8 + 10 + 8.
        [("Nhất", 0), ("Nhì", 1)],
    ),
    "baocaovien-2026": Case(
        BY_GUESS,
        {"tuan-1": [("Nhất", 1), ("Nhì", 2), ("Nhì", 0), ("Ba", 4), ("Ba", 3), ("Lan tỏa cuộc thi", 5)]},
        [("Tập thể tổ chức tốt cuộc thi", 0)],
    ),
    "hai-phong-2025": Case(
        [2, 1, 0, 4, 3],
        {
            "tuan-1": [("Nhất", 2), ("Nhì", 3)],
            "tuan-2": [("Nhất", 1), ("Nhì", None)],
            # 0 has a higher prize of another week; 3 is below the gate.
            "khau-hieu": [("Khẩu hiệu xuất sắc", 5)],
        },
        # Fewer than ten people of every area.
        [("Nhất", None)],
        {"khau-hieu": {0: 90, 3: 40, 5: 70}},
    ),
    "kbang-xa-2025": Case(
        BY_GUESS,
        {"ky-2": [("Nhất", 1), ("Nhì", 2), ("Nhì", 0), ("Ba", 4), ("Ba", 3)]},
        [("Tập thể xuất sắc", 1), ("Tập thể xuất sắc", 0)],
    ),
    "phu-yen-2021": Case(
        [2, 1, 0, 4, 3],
        {"chung-ket": [("Nhất", 3), ("Nhì", 2), ("Nhì", 1), ("Ba", 0), ("Ba", 4)]},
        marks={"chung-ket": {0: 70, 1: 80, 2: 90, 3: 95, 4: 60}},
    ),
    # Whoever made a mistake has no rank, and the places stay empty.
    "vcnet-2020": Case([1, 2, 0, 4], {"tuan-16": [("Nhất", 1), ("Nhì", 2), ("Nhì", 0), ("Ba", 4), ("Ba", None)]}),
}


def two_areas(contest):
    """The first two areas of the ranked level."""
    return areas.get_tree_by_id(contest.tree_id).at_level(contest.spec.areas.ranked_level)[:2]


def enter_all(contest, now):
    """Six people, 0 and 1 in the first area."""
    born = 2009 if contest.spec.entry.age.max is not None else 1990
    here = two_areas(contest)
    people = []
    for number in range(6):
        typed = {
            "full_name": f"Nguyễn Thị Thử {'ABCDEG'[number]}",
            "date_of_birth": f"1{number}/05/{born}",
            "phone": f"091234500{number}",
            "citizen_id": f"03119000000{number}",
            "email": f"thu{number}@example.org",
            "unit": "Trường Trung học cơ sở Mẫu",
            "area": here[0 if number < 2 else 1].code,
            "contest_password": contest.spec.entry.password or "",
        }
        asked = {name for name in typed if name == "contest_password" or contest.spec.entry.fields.rule(name) != "off"}
        with transaction():
            session_id, _ = accounts.open_session(None, now=now)
            found = entries.enter(
                contest,
                {name: value for name, value in typed.items() if name in asked},
                consent_version=entries.CONSENT_VERSION,
                entry_code=None,
                session_id=session_id,
                now=now,
                guardian=Guardian("Nguyễn Văn Cha", agrees=True, publish_name=True),
            )
        person = entries.queries.find_participant(session_id, contest.id)
        assert person is not None
        assert person.id == found.participant_id
        people.append(factories.Person(person, session_id, typed))
    return people


def play(contest, round_, people):
    """Everybody but one sits the paper."""
    for number, (hours, seconds, guess) in SITTERS.items():
        start = round_.opens_at + timedelta(hours=hours)
        asked = guess if round_.spec.prediction is not None else None
        attempt = factories.start(contest, people[number], start, round_.key)
        right = len(attempt.paper) - 1 if number == MISTAKEN else None
        done = start + timedelta(seconds=seconds)
        choices = factories.right_choices(contest, attempt, right=right)
        factories.save(people[number], attempt, choices, done, (asked, 1) if asked else None)
        factories.submit(people[number], attempt, done)


def mark(contest, round_, people, marks):
    """The organizer's file of marks."""
    lines = [f"{people[number].participant.public_id},{value}" for number, value in marks.items()]
    data = "\n".join(["Mã người dự thi,Điểm", *lines]).encode()
    with transaction():
        taken = marking.upload_marks(contest, round_.key, data, name="diem.csv", actor="to-chuc", now=round_.closes_at)
    assert taken == len(marks)


def decide(contest, round_, now):
    """Close the round's books: papers, the guess, the result, by two persons where the contest says so."""
    with transaction():
        attempts.settle_due(contest, now=now)
        closing.freeze(contest, now=now)
    for actor in ("mot", "hai")[: 2 if contest.spec.publication.two_persons else 1]:
        with transaction():
            service.finalize_round(contest, round_.key, actor=actor, now=now)


def publish_for_the_next(contest, round_):
    """A round that leads to another one is decided and published before that."""
    if any(each.spec.promote is not None and each.spec.promote.round == round_.key for each in contest.rounds):
        over = round_.closes_at + GRACE + timedelta(hours=1)
        decide(contest, round_, over)
        with transaction():
            service.publish_round(contest, round_.key, actor="mot", now=over)


def finish(contest, people):
    """Decide every round, give by hand what is given by hand, publish what is left."""
    over = max(round_.closes_at for round_ in contest.rounds) + GRACE + timedelta(hours=1)
    for round_ in contest.rounds:
        if versions.published(round_.id) is None:
            decide(contest, round_, over)
    if contest.slug == "baocaovien-2026":
        given = [
            ("round:tuan-1:", "Lan tỏa cuộc thi", people[ABSENT].participant.public_id),
            ("collective:0", "Tập thể tổ chức tốt cuộc thi", two_areas(contest)[0].code),
        ]
        for ranking, prize, code in given:
            with transaction():
                deciding.give_by_hand(contest, ranking, prize, code, actor="mot", reason="Vận động nhiều", now=over)
    with transaction():
        return service.publish_contest(contest, actor="mot", now=over), over


@pytest.mark.parametrize("name", CASES)
def test_from_the_file_to_the_publication(app, now, name):
    case = CASES[name]
    shipped.load(now)
    load_areas(now)
    with transaction():
        draft, _ = contests_service.import_contest(
            FILES[name].read_bytes(), name=f"{name}.yaml", owner_area_id=None, now=now
        )
    before = draft.rounds[0].opens_at - timedelta(hours=1)
    with transaction():
        contest = contests_service.launch(draft, actor="to-chuc", now=before)
        here = two_areas(contest)
        sizes.set_sizes(contest, {here[0].id: 10, here[1].id: 30}, replace=True, actor="to-chuc", now=before)
    people = enter_all(contest, before)
    for round_ in contest.rounds:
        if round_.spec.paper.mode == "marked":
            mark(contest, round_, people, case.marks[round_.key])
        else:
            play(contest, round_, people)
        publish_for_the_next(contest, round_)
    contest, over = finish(contest, people)

    assert contest.state(over) is ContestState.PUBLISHED
    who = {person.participant.id: number for number, person in enumerate(people)}
    first = versions.published(contest.rounds[0].id)
    lines = list(versions.stream_lines(first.id))
    assert [who[line.participant_id] for line in lines] == case.order
    assert [line.rank for line in lines] == list(range(1, len(lines) + 1))
    sheet = awards.published(contest.id)
    for key, expected in case.prizes.items():
        found = awards.list_awards(sheet, round_id=contest.round(key).id, public=True)
        places = [(line.prize, None if line.participant_id is None else who[line.participant_id]) for line in found]
        assert [place for place in places if place[1] is not None or place in expected][: len(expected)] == expected
        # Nobody else has anything.
        assert sum(person is not None for _, person in places) == sum(person is not None for _, person in expected)
    numbers = {area.id: number for number, area in enumerate(here)}
    won = awards.list_awards(sheet, kind="collective", public=True)
    places = [(line.prize, None if line.area_id is None else numbers[line.area_id]) for line in won]
    assert places[: len(case.areas)] == case.areas
    assert sum(area is not None for _, area in places) == sum(area is not None for _, area in case.areas)


def test_every_reference_file_is_played():
    assert set(CASES) == set(FILES)
