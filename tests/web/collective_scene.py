"""A contest of two closed weeks with four collectives, for the pages and the table of collective prizes.

Over the contest: Đak Mẫu has 3 people, Ia Thử 2, An Nghiệm none. In week 2: Ia Thử 2, Đak Mẫu 1. Ia Thử has a size: 1.
"""

from datetime import datetime, timedelta

from quizapp.accounts.rules import Role
from quizapp.areas import queries as areas
from quizapp.awards import service as awards
from quizapp.contests import queries, sizes
from quizapp.contests.queries import ContestInfo
from quizapp.db import transaction
from tests import factories

PRIZES = [{"name": "Nhất", "count": 1}, {"name": "Nhì", "count": 1}]
COLLECTIVES = [
    {"level": "district", "metric": "people", "then": ["prizes"],
     "prizes": [{"name": "Cờ thi đua", "count": 1}, {"name": "Bằng khen", "count": 1}]},
    {"level": "district", "metric": "rate", "scope": "round", "prizes": [{"name": "Giấy khen", "count": 1}]},
    {"level": "commune", "metric": "manual", "prizes": [{"name": "Đơn vị tiêu biểu", "count": 2}]},
    {"level": "district", "metric": "weighted", "weights": {"people": 2, "prizes": 1}, "prize_points": {"Nhất": 10}},
]  # fmt: skip


def make(now: datetime, **changes) -> ContestInfo:
    """The contest with its people and staff; both rounds are over."""
    earlier, later = (
        factories.round_dict(
            now,
            key=key,
            label=label,
            opens_at=(now - timedelta(days=first)).isoformat(),
            closes_at=(now - timedelta(days=first - 5)).isoformat(),
            prizes=PRIZES,
        )
        for key, label, first in (("tuan-1", "Tuần 1", 20), ("tuan-2", "Tuần 2", 10))
    )
    contest = factories.make_contest(
        now - timedelta(days=21), rounds=[earlier, later], collectives=COLLECTIVES, **changes
    )
    week_1, week_2 = now - timedelta(days=19), now - timedelta(days=9)
    people = [factories.enter(contest, week_1, area=area) for area in ("101", "102", "10", "111", "112", "")]
    for place, person in enumerate(people):
        factories.sit(contest, person, week_1 + timedelta(minutes=place), right=5 - place)
    for place in (0, 3, 4):
        factories.sit(contest, people[place], week_2, right=5 - place, round_key="tuan-2")
    with transaction():
        ia_thu = areas.get_area("tinh-mau", "11").id
        sizes.set_sizes(contest, {ia_thu: 1}, replace=False, actor="tinh", now=now)
    for login, role, area in (
        ("tinh", Role.ORGANIZER, "1"), ("dak-mau", Role.DISTRICT, "10"), ("ia-thu", Role.DISTRICT, "11"),
        ("to-chuc-ia", Role.ORGANIZER, "11"),
    ):  # fmt: skip
        factories.make_staff(login, role, area, now)
    return contest


def finalize(contest: ContestInfo, *keys: str, now: datetime) -> None:
    """Make rounds final."""
    for key in keys:
        with transaction():
            awards.finalize_round(queries.get_contest(contest.slug), key, actor="tinh", now=now)


def publish(contest: ContestInfo, now: datetime) -> None:
    """Publish everything."""
    with transaction():
        awards.publish_contest(queries.get_contest(contest.slug), actor="tinh", now=now)
