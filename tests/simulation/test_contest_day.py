import dataclasses
import random

import pytest
from aiohttp import web

from simulation.contest_day import Plan, simulate
from simulation.rehearsal import Refused, Wishes, make_bank
from tests.simulation.conftest import run, serving
from tests.simulation.toy import Toy

PLAN = Plan(url="", people=8, seed=4, seconds=1.0, pace=200.0, bad_network=0.0, login="admin", password="x")


def simulated(toy, plan=PLAN):
    found = []

    async def test():
        async with serving(toy) as url:
            found.append(await simulate(dataclasses.replace(plan, url=url)))

    run(test())
    return found[0]


def test_people_sit_a_contest_that_goes_on():
    toy = Toy()

    report = simulated(toy, dataclasses.replace(PLAN, contest="mau"))

    assert (report.people, report.submitted, report.losses) == (8, 8, [])
    assert set(toy.entered[0]) == {"full_name", "phone", "area", "consent"}
    assert toy.addresses == {None}
    assert len({entry["phone"] for entry in toy.entered}) == 8


def test_everybody_may_say_an_address_of_their_own():
    toy = Toy()

    simulated(toy, dataclasses.replace(PLAN, contest="mau", own_addresses=True))

    assert {f"198.18.0.{number}" for number in range(1, 9)} <= toy.addresses


def test_a_loss_is_in_the_report():
    assert simulated(Toy(forgets=5), dataclasses.replace(PLAN, contest="mau")).losses


def test_a_rehearsal_is_made_by_the_api_and_closed_in_the_end():
    toy = Toy()
    closed = []

    async def handler(request):
        if request.path.endswith("/close"):
            closed.append(request.path)
        if request.path.endswith("/attempts"):
            return web.json_response({"code": "not_eligible"}, status=403)
        return await toy(request)

    report = simulated(handler, dataclasses.replace(PLAN, people=1, wishes=Wishes(questions=4, in_bank=6)))

    bank, contest = toy.files["banks"], toy.files["contests"]
    assert len(bank["questions"]) == 6
    assert contest["areas"] == {"tree": "cay", "ranked_level": "huyen"}
    assert contest["rounds"][0]["paper"]["draw"] == [{"bank": bank["bank"], "count": 4}]
    assert closed == [f"/api/v1/contests/{contest['contest']}/rounds/thu/close"]
    assert report.troubles == ["person-0: start: 403 not_eligible"]


@pytest.mark.parametrize("key", ["cu", "khong-co"])
def test_a_round_that_is_not_open_cannot_be_sat(key):
    with pytest.raises(Refused, match=f"round {key} is not open"):
        simulated(Toy(), dataclasses.replace(PLAN, contest="mau", round_key=key))


def test_a_contest_by_list_is_none_for_made_up_people():
    toy = Toy()
    by_list = toy.contest("mau")
    by_list["entry"]["mode"] = "roster"
    toy.contest = lambda slug: by_list

    with pytest.raises(Refused, match="roster"):
        simulated(toy, dataclasses.replace(PLAN, contest="mau"))


def test_a_wrong_password_is_told():
    async def handler(request):
        return web.json_response({"code": "wrong_password"}, status=401)

    with pytest.raises(Refused, match="sign-in of admin: 401 wrong_password"):
        simulated(handler)


def test_a_bank_is_random_and_its_key_known():
    bank, key = make_bank("bo", 40, random.Random(1))
    other, _ = make_bank("bo", 40, random.Random(2))

    assert {question["id"] for question in bank["questions"]} == set(key)
    assert all(set(key[question["id"]]) <= set(question["options"]) for question in bank["questions"])
    assert any(len(right) > 1 for right in key.values())
    assert bank != other
