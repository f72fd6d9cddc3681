"""While somebody may still guess: how many take part, and how many have everything right, changes no public byte.

The doors are listed in test_sealed.py; here all of them are read for each metric and scope of a guess.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from quizapp.accounts.rules import Role
from quizapp.attempts import queries as attempts
from quizapp.contests import queries as contests
from quizapp.contests.rules import GRACE
from quizapp.db import fresh_snapshot
from tests import factories
from tests.web import doors
from tests.web.play.sitting import Sitter, sitter

ROUND = {
    "attempts": {"max": 5, "per": "round"},
    "ranking": {"gate": "all_correct", "keys": ["prediction_gap", "submitted_at"]},
    "prizes": [{"name": "Nhất", "count": 1}],
}
METRICS = ("people_all_correct", "attempts_all_correct", "people", "attempts", "percent_all_correct")


@dataclass(frozen=True)
class Guessing:
    """Week 1 is over since a day, week 2 is open, and both ask for the guess; three people have taken part in both."""

    contest: contests.ContestInfo
    week_1: datetime
    week_2: datetime
    viewer: Sitter
    parts: dict

    def join(self, *, weeks):
        """Somebody new from the first district, who has everything right in these weeks."""
        person = factories.enter(self.contest, self.week_1 if "tuan-1" in weeks else self.week_2, area="101")
        self.take_part(person, weeks)

    def take_part(self, person, weeks=("tuan-1", "tuan-2")):
        """Submit a paper with everything right and a guess."""
        return [
            factories.sit(self.contest, person, at, round_key=key, prediction="7").public_id
            for key, at in (("tuan-1", self.week_1), ("tuan-2", self.week_2))
            if key in weeks
        ]


def guessing(app, now, metric, scope):
    """The scene for one of the things that can be guessed; with staff of the whole province and of two districts."""
    asked = {**ROUND, "prediction": {"metric": metric, "scope": scope}}
    first = {"opens_at": now - timedelta(days=8), "closes_at": now - timedelta(days=1)}
    rounds = [
        factories.round_dict(now, **asked, **{name: value.isoformat() for name, value in first.items()}),
        factories.round_dict(now, key="tuan-2", label="Tuần 2", **asked),
    ]
    contest = factories.make_contest(now, rounds=rounds, publication={"live": "hidden_until_close"})
    for login, area in (("ca-tinh", "1"), ("dak-mau", "10"), ("ia-thu", "11")):
        factories.make_staff(login, Role.DISTRICT, area, now)
    viewer = sitter(app, contest, now - timedelta(days=2), area="101")
    made = Guessing(contest, now - timedelta(days=2), now - timedelta(minutes=30), viewer, {})
    own = made.take_part(viewer.person)
    made.parts.update(
        slug=[contest.slug], attempt_id=own, paper=own, person=[viewer.person.participant.public_id],
        ext=["csv"],
        code=[attempts.get_own_attempt(own[1], viewer.person.session_id).receipt_code],
    )  # fmt: skip
    for _ in range(2):
        made.join(weeks=("tuan-1", "tuan-2"))
    return made


@pytest.mark.parametrize("scope", ["round", "contest"])
@pytest.mark.parametrize("metric", METRICS)
def test_whether_three_or_seven_take_part_changes_no_byte_for_the_public(app, now, metric, scope, actors):
    """About a round: nothing of the open one. About the contest: nothing of any round, closed ones too."""
    made = guessing(app, now, metric, scope)
    weeks = ("tuan-2",) if scope == "round" else ("tuan-1", "tuan-2")
    public = list(doors.addresses(app, made.parts, ("anyone", "participant")))
    of_staff = [*doors.addresses(app, made.parts, ("staff",)), "/api/v1/contests/cuoc-thi-mau/results/areas"]
    # Whoever looks after the whole province would have the very answer, where it is people or attempts; the figures of
    # another district are its own in any case.
    whole = metric in ("people", "attempts")
    readers = {
        "stranger": (actors.stranger().client, public),
        "participant": (made.viewer.browser.client, public),
        "staff": (actors.staff("ca-tinh" if whole else "ia-thu").client, of_staff),
    }
    for client, _ in readers.values():
        # From now on the browser has a token, and what time has decided is final.
        doors.all_told(client, ["/", "/cuoc-thi/cuoc-thi-mau"])
    # Staff first now and last later: what they take out is told to the person on the page of one's own data.
    before = {who: doors.all_told(client, asked) for who, (client, asked) in reversed(readers.items())}
    for _ in range(4):
        made.join(weeks=weeks)
    fresh_snapshot()
    for who, (client, asked) in readers.items():
        assert doors.differences(before[who], doors.all_told(client, asked)) == [], who


@pytest.mark.parametrize("metric", METRICS)
def test_a_guess_about_the_contest_seals_the_first_round_until_the_last_is_settled(app, now, at, metric, actors):
    made = guessing(app, now, metric, "contest")
    board = "/api/v1/contests/cuoc-thi-mau/rounds/tuan-1/leaderboard"
    figures = "/api/v1/contests/cuoc-thi-mau/results/areas?round=tuan-1"
    stranger, district, province = actors.stranger(), actors.staff("dak-mau"), actors.staff("ca-tinh")
    numbers = ("people", "attempts", "people_all_correct")

    def seen_by(browser):
        found = browser.client.get(figures).json
        return (found["sealed"], *(found["totals"][name] for name in numbers))

    end = made.contest.rounds[1].closes_at + GRACE
    for moment in (now, end):
        with at(moment):
            fresh_snapshot()
            assert stranger.client.get(board).json["rows"] == []
            assert seen_by(district) == (True, 3, 3, None)
            hidden = (None, None) if metric in ("people", "attempts") else (3, 3)
            assert seen_by(province) == (True, *hidden, None)
    with at(end + timedelta(milliseconds=1)):
        fresh_snapshot()
        assert stranger.client.get(board).json["total"] == 3
        assert seen_by(district) == seen_by(province) == (False, 3, 3, 3)


def test_a_guess_about_one_round_leaves_the_closed_round_to_everybody(app, now, actors):
    guessing(app, now, "people", "round")
    stranger, province = actors.stranger().client, actors.staff("ca-tinh").client
    assert stranger.get("/api/v1/contests/cuoc-thi-mau/rounds/tuan-1/leaderboard").json["total"] == 3
    figures = "/api/v1/contests/cuoc-thi-mau/results/areas"
    assert province.get(f"{figures}?round=tuan-1").json["totals"]["people"] == 3
    for sealed in (f"{figures}?round=tuan-2", figures):
        assert province.get(sealed).json["totals"]["people"] is None


def test_who_looks_after_the_whole_area_of_a_contest_cannot_count_its_people(app, now, actors):
    """Neither on a page, nor by counting lines or pages of a list; of one's own district one can."""
    made = guessing(app, now, "people", "round")
    province, district = actors.staff("ca-tinh"), actors.staff("dak-mau")
    name = made.viewer.person.participant.full_name
    pages = ["/don-vi/cuoc-thi-mau", "/don-vi/cuoc-thi-mau?area=10", "/don-vi/cuoc-thi-mau/nguoi-du-thi"]
    for page in pages:
        text = province.get(page).text
        assert "được giữ kín đến hết thời gian dự đoán" in text
        assert name not in text
        assert "3 người" not in text
    for table in ("summary", "areas", "participants", "attempts"):
        lines = province.client.get(f"/don-vi/cuoc-thi-mau/tai/{table}.csv").get_data(as_text=True)
        assert name not in lines
        assert "Tuần 2" not in lines
    assert name in district.get("/don-vi/cuoc-thi-mau/nguoi-du-thi").text
    assert name in district.client.get("/don-vi/cuoc-thi-mau/tai/participants.csv").get_data(as_text=True)


def test_what_is_held_for_one_district_is_whole_for_its_staff(app, now, actors):
    guess = {"metric": "people", "scope": "round"}
    contest = factories.make_contest(
        now,
        owner="10",
        areas={"tree": "tinh-mau", "ranked_level": "commune"},
        rounds=[factories.round_dict(now, **{**ROUND, "prediction": guess})],
        publication={"live": "hidden_until_close"},
    )
    factories.sit(contest, factories.enter(contest, now, area="101"), now, prediction="3")
    for login, area in (("dak-mau", "10"), ("ha-tam", "101")):
        factories.make_staff(login, Role.DISTRICT, area, now)
    figures = "/api/v1/contests/cuoc-thi-mau/results/areas"
    assert actors.staff("dak-mau").client.get(figures).json["totals"]["people"] is None
    assert actors.staff("ha-tam").client.get(figures).json["totals"]["people"] == 1
