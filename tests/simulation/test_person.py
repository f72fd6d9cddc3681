import random

import pytest

from simulation.history import History
from simulation.network import Network
from simulation.person import Habits, Person
from simulation.site import Site
from simulation.verdict import judge
from tests.simulation.conftest import run, serving
from tests.simulation.toy import KEY, POINTS, Toy

QUICK = Habits(think=(0.001, 0.002), change=0.6, pace=50.0)


def sit(toy, *, seed=1, network=None, habits=QUICK):
    """One person's contest; (the person, the history, what is lost)."""
    history = History()
    found = []

    async def test():
        async with serving(toy) as url, Site(url, history, who="an", network=network) as site:
            person = Person(site, "mau", "thu", {"full_name": "An"}, random.Random(seed), habits, KEY)
            await person.run()
            found.extend([person, judge(person, await person.read_back(), POINTS) if person.attempt else []])

    run(test())
    return found[0], history, found[1]


def test_somebody_enters_starts_answers_everything_and_has_a_receipt():
    person, history, losses = sit(Toy())

    assert person.stage == "submitted"
    assert set(person.newest) == set(KEY)
    assert losses == []
    assert person.trouble == []
    assert history.counts() == {"acknowledged": len(history.operations)}


def test_the_seed_decides_what_is_chosen():
    def chosen(seed):
        return [(made.question, made.options, made.rev) for made in sit(Toy(), seed=seed)[0].made]

    assert chosen(3) == chosen(3)
    assert len({str(chosen(seed)) for seed in range(5)}) > 1


def test_a_bad_network_costs_time_but_no_answer():
    network = Network(
        random.Random(5),
        request_lost=0.2,
        answer_lost=0.2,
        late=0.1,
        doubled=0.2,
        patience=0.01,
        late_seconds=(0.01, 0.05),
    )

    person, history, losses = sit(Toy(), network=network)

    assert person.stage == "submitted"
    assert losses == []
    assert history.totals["unknown"] > 0


def test_the_guess_is_saved_under_a_revision_of_its_own():
    toy = Toy()
    toy.prediction = {"metric": "people_all_correct"}

    person, _, losses = sit(toy)

    assert person.guess == toy.attempts["a0"]["prediction"]
    assert person.guess["rev"] == person.last_rev == len(person.made) + 1
    assert losses == []


def test_a_lost_guess_is_found():
    toy = Toy()
    toy.prediction = {"metric": "percent_all_correct"}
    person, _, _ = sit(toy)
    history = History()

    async def read():
        toy.attempts["a0"]["prediction"] = None
        async with serving(toy) as url, Site(url, history) as site:
            person.site = site
            [loss] = judge(person, await person.read_back())
            assert "the guess" in loss.what

    run(read())


@pytest.mark.parametrize(
    "toy", [Toy(forgets=2), Toy(graded_wrong=True)], ids=["acknowledged without storing", "graded wrong"]
)
def test_a_broken_promise_is_found(toy):
    _, _, losses = sit(toy, habits=Habits(think=(0.02, 0.03), change=0.0))

    assert losses


def test_the_server_is_given_the_time_that_it_asks_for():
    toy = Toy()
    toy.refusals = [("submission", 503, {"Retry-After": "1"}, "unavailable")]

    _, history, _ = sit(toy)

    first, second = [one for one in history.operations if one.kind == "submit"]
    assert second.at - first.done_at >= 1


def test_who_is_slowed_down_tries_again():
    toy = Toy()
    toy.refusals = [("entries", 429, {}, "too_many_requests"), ("answers", 403, {}, "csrf_failed")]

    person, history, _ = sit(toy)

    assert person.stage == "submitted"
    assert history.counts("enter") == {"refused": 1, "acknowledged": 1}
    # The token that was refused is asked for anew.
    assert history.counts("session") == {"acknowledged": 2}


def test_a_refusal_for_good_ends_the_visit():
    toy = Toy()
    toy.refusals = [("entries", 403, {}, "not_eligible")]

    person, history, _ = sit(toy)

    assert person.stage == "gave_up"
    assert person.trouble == ["enter: 403 not_eligible"]
    assert history.counts("start") == {}


def test_what_is_said_to_be_missing_is_sent_once_more_and_noted():
    toy = Toy()
    toy.refusals = [("submission", 409, {}, "answers_missing")]

    person, _, losses = sit(toy)

    assert person.stage == "submitted"
    assert person.trouble == ["answers_missing although everything had been acknowledged"]
    assert losses == []
