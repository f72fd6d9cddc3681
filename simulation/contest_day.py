"""A whole contest of made-up people, from the opening to the last receipt, and what became of every promise.

Nothing is printed here: whoever starts it is told how far it is, and gets the report.
"""

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulation.crowd import Curve, Progress, arrivals, run_crowd
from simulation.entrants import area_codes, make_fields
from simulation.history import History
from simulation.network import bad_network
from simulation.person import Habits, Person
from simulation.rehearsal import Refused, Rehearsal, Wishes, close_rehearsal, launch_rehearsal
from simulation.report import Report, report_of
from simulation.site import Site
from simulation.verdict import Loss, judge

# Of the addresses that are set aside for measurements (RFC 2544), so that nobody's is used.
_ADDRESSES = 198 * 2**24 + 18 * 2**16
_READS_AT_ONCE = 16


@dataclass(frozen=True)
class Plan:
    """What to simulate. `contest` None = one is made for the run, for which `login` and `password` are an organizer's.

    `seconds`: within what time people come, in the contest's time; `pace` 60 lets an hour pass in a minute.
    `bad_network`: the share of people with a bad one. `own_addresses`: each person says an address of their own, which
    counts where the site trusts this machine as its proxy; else all are behind this machine's one.
    """

    url: str
    people: int
    seed: int
    contest: str | None = None
    round_key: str | None = None
    login: str = ""
    password: str = ""
    contest_password: str | None = None
    curve: Curve = "opening"
    seconds: float = 600.0
    pace: float = 1.0
    bad_network: float = 0.2
    at_once: int = 200
    own_addresses: bool = False
    timeout: float = 10.0
    wishes: Wishes = Wishes()
    history: Path | None = None


async def simulate(plan: Plan, tell: Callable[[Progress], None] | None = None) -> Report:
    """Let the people of the plan come, and judge. Raises Refused when there is no contest to sit."""
    rng = random.Random(plan.seed)
    with History(plan.history) as history:
        async with Site(plan.url, history, who="organizer", timeout=60) as organizer:
            return await _hold(plan, rng, history, organizer, tell)


async def _hold(
    plan: Plan,
    rng: random.Random,
    history: History,
    organizer: Site,
    tell: Callable[[Progress], None] | None,
) -> Report:
    rehearsal = await _make_contest(plan, rng, organizer) if plan.contest is None else None
    contest = await _contest(organizer, rehearsal.slug if rehearsal else plan.contest or "")
    round_key = rehearsal.round_key if rehearsal else _open_round(contest, plan.round_key)
    areas = await area_codes(organizer, contest["areas"]["tree"])
    people = [
        _person(plan, number, rng, history, contest, round_key, areas, rehearsal) for number in range(plan.people)
    ]
    coming = arrivals(plan.people, plan.curve, plan.seconds / plan.pace, rng)
    try:
        await run_crowd(people, coming, history, at_once=plan.at_once, tell=tell)
        if rehearsal:
            # Scores may be known from now on, and nothing can come after what is read.
            await close_rehearsal(organizer, rehearsal)
        losses = await _judge(people, rehearsal)
    finally:
        await asyncio.gather(*(person.site.close() for person in people))
    return report_of(
        history,
        people=len(people),
        submitted=sum(person.stage == "submitted" for person in people),
        losses=losses,
        troubles=[f"{person.who}: {trouble}" for person in people for trouble in person.trouble],
    )


async def _make_contest(plan: Plan, rng: random.Random, organizer: Site) -> Rehearsal:
    reply = await organizer.sign_in(plan.login, plan.password)
    if not reply.ok:
        raise Refused(f"sign-in of {plan.login}: {reply.status} {reply.code or ''}".rstrip())
    # The seed alone would give the second run the contest of the first, which has been sat already.
    slug = f"tap-duot-{random.SystemRandom().randrange(16**8):08x}"
    return await launch_rehearsal(organizer, rng, plan.wishes, slug=slug)


async def _contest(site: Site, slug: str) -> Mapping[str, Any]:
    reply = await site.contest(slug)
    if not reply.ok:
        raise Refused(f"contest {slug}: {reply.status} {reply.code or ''}".rstrip())
    found: Mapping[str, Any] = reply.body
    if found["entry"]["mode"] != "form":
        raise Refused(f"contest {slug}: people enter it by {found['entry']['mode']}, and nobody made up is listed")
    return found


def _open_round(contest: Mapping[str, Any], wanted: str | None) -> str:
    """The key of the round to sit: the one that was asked for, else the first that is open."""
    for round_ in contest["rounds"]:
        if round_["state"] == "open" and wanted in (None, round_["key"]):
            return str(round_["key"])
    raise Refused(f"contest {contest['contest']}: {f'round {wanted} is not' if wanted else 'no round is'} open")


def _person(
    plan: Plan,
    number: int,
    rng: random.Random,
    history: History,
    contest: Mapping[str, Any],
    round_key: str,
    areas: list[str],
    rehearsal: Rehearsal | None,
) -> Person:
    # Each has chances of their own, so that one person's luck does not depend on the order of the others' answers.
    own = random.Random(rng.getrandbits(64))
    has_bad_network = own.random() < plan.bad_network
    site = Site(
        plan.url,
        history,
        who=f"person-{number}",
        address=_address(number) if plan.own_addresses else None,
        timeout=plan.timeout,
        network=bad_network(random.Random(own.getrandbits(64)), pace=plan.pace) if has_bad_network else None,
    )
    # In a contest that goes on, nobody may be called as somebody of an earlier run with the same seed.
    names = own if rehearsal else random.SystemRandom()
    fields = make_fields(contest, areas, names, password=plan.contest_password)
    habits = Habits(pace=plan.pace)
    return Person(site, contest["contest"], round_key, fields, own, habits, rehearsal.key if rehearsal else None)


def _address(number: int) -> str:
    value = _ADDRESSES + 1 + number % (2**17 - 2)
    return ".".join(str(value >> shift & 255) for shift in (24, 16, 8, 0))


async def _judge(people: list[Person], rehearsal: Rehearsal | None) -> list[Loss]:
    """Read every paper back, in its owner's browser over a good network."""
    door = asyncio.Semaphore(_READS_AT_ONCE)

    async def one(person: Person) -> list[Loss]:
        if person.attempt is None:
            return []
        async with door:
            return judge(person, await person.read_back(), rehearsal.points if rehearsal else None)

    return [loss for found in await asyncio.gather(*(one(person) for person in people)) for loss in found]
