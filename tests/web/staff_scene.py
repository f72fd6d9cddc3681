"""A contest in the middle of its second week, with people from everywhere, and the staff who look at it.

Week 1 is closed: 6 people, 7 attempts, 4 people with everything right. Week 2 is open and asks for a guess: 2 people,
2 attempts, 1 of them with everything right. Hà has entered and done nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from quizapp.accounts.rules import Role
from quizapp.contests.queries import ContestInfo
from tests import factories

PREDICTION = {
    "prediction": {"metric": "people_all_correct", "scope": "round"},
    "ranking": {"gate": "all_correct", "keys": ["prediction_gap", "submitted_at"]},
    "prizes": [{"name": "Nhất", "count": 1, "amount": 1_500_000}, {"name": "Nhì", "count": 1}],
}
FORMULA_NAME = "=HYPERLINK(1) Đinh Văn Chi"


@dataclass(frozen=True)
class Scene:
    """The contest and the moment at which everybody looks at it."""

    contest: ContestInfo
    now: datetime


def rounds(now: datetime) -> list[dict]:
    """A closed week and an open one, both with a guess."""
    return [
        factories.round_dict(
            now,
            opens_at=(now - timedelta(days=10)).isoformat(),
            closes_at=(now - timedelta(days=3)).isoformat(),
            **PREDICTION,
        ),
        factories.round_dict(now, key="tuan-2", label="Tuần 2", **PREDICTION),
    ]


def make_scene(now: datetime) -> Scene:
    """The contest with its people; the clock stands at `now`."""
    changes = {"rounds": rounds(now), "publication": {"live": "hidden_until_close", "mask_phone": True}}
    contest = factories.make_contest(now, **changes)
    week_1 = now - timedelta(days=9)
    week_2 = now - timedelta(minutes=30)

    def enter(name: str, area: str, **more: str) -> factories.Person:
        return factories.enter(contest, week_1, full_name=name, area=area, **more)

    an = enter("Nguyễn Thị An", "101", phone="0912345001", unit="Chi bộ thôn 3")
    binh = enter("Trần Văn Bình", "102", phone="0912345002")
    chi = enter(FORMULA_NAME, "10", phone="0912345003", unit="@SUM(1)")
    dung = enter("Rơ Châm Dung", "111", phone="0912345004")
    em = enter("Lê Thị Em", "ngoai-tinh:01", phone="0912345005")
    giang = enter("Siu Giang", "", phone="0912345006")
    enter("Phạm Thị Hà", "101", phone="0912345007")

    factories.sit(contest, an, week_1, right=2, prediction="9")
    factories.sit(contest, an, week_1 + timedelta(hours=1), prediction="3")
    factories.sit(contest, binh, week_1 + timedelta(hours=2), right=3, prediction="4")
    factories.sit(contest, chi, week_1 + timedelta(hours=3), prediction="10")
    factories.sit(contest, dung, week_1 + timedelta(hours=4), prediction="4")
    factories.sit(contest, em, week_1 + timedelta(hours=5), prediction="5")
    factories.sit(contest, giang, week_1 + timedelta(hours=6), right=1, prediction="4")
    factories.sit(contest, an, week_2, round_key="tuan-2", prediction="777")
    factories.sit(contest, binh, week_2, right=2, round_key="tuan-2", prediction="888")
    return Scene(contest, now)


def make_staff(now: datetime) -> None:
    """Organizers of the province (`tinh`) and of a district (`to-chuc-ia`), staff of two districts and a commune."""
    factories.make_staff("tinh", Role.ORGANIZER, "1", now)
    factories.make_staff("dak-mau", Role.DISTRICT, "10", now)
    factories.make_staff("ia-thu", Role.DISTRICT, "11", now)
    factories.make_staff("ha-tam", Role.DISTRICT, "101", now)
    factories.make_staff("to-chuc-ia", Role.ORGANIZER, "11", now)
    factories.make_staff("quan-tri", Role.ADMIN, None, now)
