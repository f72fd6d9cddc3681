"""Results by area: whose figures, when, and what is sealed."""

from datetime import timedelta

import pytest

from quizapp.accounts.rules import Role
from quizapp.areas import queries as areas
from quizapp.awards import deciding
from quizapp.awards import queries as awards_queries
from quizapp.awards import service as awards
from quizapp.contests import queries as contests
from quizapp.contests import service as contests_service
from quizapp.db import transaction
from tests.factories import enter, make_contest, make_staff, round_dict, sit
from tests.web.api.callers import Caller, make_token

RESULTS = "/contests/cuoc-thi-mau/results/areas"
GUESS = {"metric": "people_all_correct", "scope": "round"}
PRIZES = [{"name": "Nhất", "count": 1, "amount": 1_000_000}]
AFTER = timedelta(hours=1, seconds=4)


@pytest.fixture
def people(now):
    """Three people in two districts and one from outside; a target for one district; staff of both and above."""
    contest = make_contest(now, rounds=[round_dict(now, prizes=PRIZES)])
    for area, right in (("101", 5), ("102", 2), ("111", 4), ("ngoai-tinh:02", 0)):
        sit(contest, enter(contest, now, area=area), now, right=right)
    with transaction():
        contests_service.set_target(contest, areas.get_area("tinh-mau", "10").id, 8, actor="test", now=now)
    make_staff("huyen-10", Role.DISTRICT, "10", now)
    make_staff("xa-101", Role.DISTRICT, "101", now)
    make_staff("huyen-11", Role.DISTRICT, "11", now)
    make_staff("to-chuc", Role.ORGANIZER, "1", now)
    return contest


def figures(line):
    return [line[key] for key in ("people", "attempts", "people_all_correct", "mean_score", "prizes", "target", "rate")]


def by_area(answer):
    return {line["area"] or line["kind"]: figures(line) for line in answer["lines"]}


def finalize(contest, now):
    with transaction():
        awards.finalize_round(contest, "tuan-1", actor="to-chuc", now=now)


def prizes_seen(app, login=None):
    caller = Caller(app).sign_in(login) if login else Caller(app)
    return {line["area"]: line["prizes"] for line in caller.get(RESULTS).json["lines"] if line["kind"] == "area"}


def test_prizes_are_those_of_the_latest_sheet_for_staff_and_of_the_published_one_for_all(app, people, at, now):
    after = now + AFTER
    with at(after):
        assert prizes_seen(app, "to-chuc") == {"10": 0, "11": 0, "12": 0}
        finalize(people, after)
        assert prizes_seen(app, "to-chuc") == {"10": 1, "11": 0, "12": 0}
        assert prizes_seen(app, "huyen-11") == {"111": 0, "112": 0}
        with transaction():
            awards.publish_contest(people, actor="to-chuc", now=after)
        with transaction():
            # The winner's papers did not match: the next one, of another district, gets the prize in a newer sheet.
            winner = next(iter(awards_queries.list_awards(awards_queries.latest(people.id)))).participant
            deciding.refuse_prize(
                contests.get_contest(people.slug), winner, round_key=None, reason="Hồ sơ không khớp", actor="to-chuc",
                now=after,
            )  # fmt: skip
        assert prizes_seen(app, "to-chuc") == {"10": 0, "11": 1, "12": 0}
        assert prizes_seen(app) == {"10": 1, "11": 0, "12": 0}


def test_the_organizer_sees_lines_that_add_up(app, people, at, now):
    with at(now + AFTER):
        finalize(people, now + AFTER)
        found = Caller(app).sign_in("to-chuc").get(RESULTS).json
    assert (found["level"], found["parent"], found["round"], found["sealed"]) == ("district", "1", None, False)
    assert by_area(found) == {
        "12": [0, 0, 0, None, 0, None, None],
        "10": [2, 2, 1, 35.0, 1, 8, 0.25],
        "11": [1, 1, 0, 40.0, 0, None, None],
        "outside": [1, 1, 0, 0.0, 0, None, None],
    }
    assert figures(found["totals"])[:5] == [4, 4, 1, 27.5, 1]


def test_the_lines_of_one_round_at_a_lower_level(app, people, now):
    script = Caller(app, make_token("to-chuc", now))
    found = script.get(f"{RESULTS}?round=tuan-1&level=commune&parent=10").json
    assert {area: line[0] for area, line in by_area(found).items()} == {"101": 1, "102": 1}
    assert figures(found["totals"])[:2] == [2, 2]


def test_district_staff_see_their_own_subtree_only(app, people):
    staff = Caller(app).sign_in("huyen-10")
    found = staff.get(RESULTS).json
    assert (found["level"], found["parent"]) == ("commune", "10")
    assert by_area(found)["101"][:3] == [1, 1, 1]
    assert set(by_area(found)) == {"101", "102"}
    wrong = staff.get(f"{RESULTS}?parent=khong-co", 404).json
    for foreign in ("11", "111", "1"):
        assert staff.get(f"{RESULTS}?parent={foreign}", 404).json == {**wrong, "area": foreign}
    staff.get(f"{RESULTS}?parent=10&parent=11", 422)
    assert set(by_area(Caller(app).sign_in("huyen-11").get(RESULTS).json)) == {"111", "112"}
    (own,) = Caller(app).sign_in("xa-101").get(RESULTS).json["lines"]
    assert (own["kind"], own["people"]) == ("here", 1)


def test_the_public_sees_everything_once_it_is_published(app, people, at, now):
    stranger = Caller(app)
    assert stranger.get(RESULTS, 404).json["code"] == "results_not_published"
    later = now + AFTER
    with at(later):
        assert stranger.get(RESULTS, 404).json["code"] == "results_not_published"
        before = Caller(app).sign_in("to-chuc").get(RESULTS).json
        with transaction():
            contests_service.publish(contests.get_contest("cuoc-thi-mau"), actor="test", now=later)
        assert stranger.get(RESULTS).json == before


def test_staff_of_another_tree_are_the_public(app, people, at, now):
    make_staff("noi-khac", Role.ADMIN, None, now)
    make_contest(now, contest="khac")
    make_staff("to-chuc-12", Role.ORGANIZER, "12", now)
    staff = Caller(app).sign_in("to-chuc-12")
    found = staff.get(RESULTS).json
    assert found["parent"] == "12"
    assert staff.get(f"{RESULTS}?parent=10", 404).json["code"] == "area_not_found"


def test_while_somebody_may_still_guess_scores_are_sealed_for_district_staff(app, now, at):
    contest = make_contest(
        now,
        rounds=[round_dict(now, prediction=GUESS)],
        publication={"live": "hidden_until_close", "mask_phone": True},
    )
    sit(contest, enter(contest, now, area="101"), now, prediction="1")
    make_staff("huyen-10", Role.DISTRICT, "10", now)
    make_staff("to-chuc", Role.ORGANIZER, "1", now)
    staff, organizer = Caller(app).sign_in("huyen-10"), Caller(app).sign_in("to-chuc")
    for query in ("", "?round=tuan-1"):
        found = staff.get(RESULTS + query).json
        assert found["sealed"] is True
        assert figures(found["totals"])[:4] == [1, 1, None, None]
        assert figures(organizer.get(RESULTS + query).json["totals"])[:4] == [1, 1, 1, 50.0]
    with at(now + AFTER):
        assert figures(staff.get(RESULTS).json["totals"])[:4] == [1, 1, 1, 50.0]


@pytest.mark.parametrize("query", ["level=khong-co", "level=province", "round=khong-co", "parent=999"])
def test_unknown_names_are_404(app, people, query):
    Caller(app).sign_in("to-chuc").get(f"{RESULTS}?{query}", 404)


def test_an_unknown_contest_is_404(caller, people):
    assert caller.get("/contests/khong-co/results/areas", 404).json["code"] == "contest_not_found"
