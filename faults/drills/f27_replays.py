"""F27: every request of a paper once more: after the submission, after the sign-out, and with another one's cookie."""

import asyncio
import json
from typing import Any

from faults.material import Wishes
from faults.sitters import Sitter
from faults.stage import SQLITE, Drill, Stage
from simulation.history import Operation
from simulation.site import Reply, Site

_METHODS = {
    "start": ("POST", ""),
    "read": ("GET", ""),
    "save": ("PUT", "/answers"),
    "submit": ("POST", "/submission"),
    "receipt": ("GET", "/receipt"),
}


async def run(stage: Stage) -> None:
    """Some people hand in their only paper; all that they ever sent is sent again while the others go on."""
    await stage.open()
    await stage.rest()
    victims, others = stage.people[::2], stage.people[1::2]
    await asyncio.gather(*(sitter.finish() for sitter in victims))
    rest = [sitter for sitter in victims if sitter.leaves]
    await asyncio.gather(*(sitter.hand_in() for sitter in rest))
    before = await _papers(victims)
    with stage.nemesis.fault("requests are replayed") as spell:
        replies = await _replay(stage, victims, others)
        spell.observe(len(replies) >= 20, "requests were sent again")
        after = await _papers(victims)
        stage.demand(before == after, "D3: a replayed request changed a paper that had been handed in")
        for sitter in victims:
            await _with_dead_cookie(stage, sitter)
    stage.report.notes.append(f"{len(replies)} requests replayed")
    await stage.judge()


async def _replay(stage: Stage, victims: list[Sitter], others: list[Sitter]) -> list[Reply]:
    """In the owner's browser and in another's. Nothing but the same receipt may come of it."""
    replies = []
    for sitter, other in zip(victims, others, strict=False):
        for operation in _captured(stage, sitter):
            own = await _again(sitter.site, sitter, operation)
            foreign = await _again(other.site, sitter, operation)
            replies += [own, foreign]
            _demand_harmless(stage, sitter, operation, own)
            if operation.kind != "start":
                stage.demand(foreign.status == 404, f"D12: {operation.kind} with another's cookie: {foreign.status}")
    return replies


def _demand_harmless(stage: Stage, sitter: Sitter, operation: Operation, reply: Reply) -> None:
    if operation.kind == "save":
        stage.demand(
            reply.status == 409 and reply.code == "attempt_closed", f"D3: a save after the submission: {reply.status}"
        )
    elif operation.kind == "start":
        stage.demand(reply.status == 409, f"D4: a start after the only attempt: {reply.status}")
    else:
        stage.demand(reply.ok, f"{operation.kind} of a finished paper: {reply.status} {reply.code}")
    if operation.kind in ("submit", "receipt") and reply.ok and operation.attempt:
        sitter.receipts.setdefault(operation.attempt, []).append(reply.raw)


async def _with_dead_cookie(stage: Stage, sitter: Sitter) -> None:
    """What a copied cookie is worth after the sign-out of its owner, who then comes back with the entry's details."""
    cookie = "; ".join(f"{name}={value}" for name, value in sitter.site.cookies().items())
    token = sitter.site.csrf_token or ""
    await sitter.site.sign_out()
    async with Site(sitter.site.base_url, stage.history, who=sitter.who) as thief:
        for operation in _captured(stage, sitter):
            headers = {"Cookie": cookie, "X-CSRF-Token": token, "Content-Type": "application/json"}
            reply = await _again(thief, sitter, operation, headers)
            stage.demand(reply.status in (401, 403, 404), f"{operation.kind} after the sign-out: {reply.status}")
    contest = await sitter.site.contest(stage.material.slug)
    consent = {"version": contest.body["entry"]["consent_version"]}
    await sitter.site.enter(stage.material.slug, {**sitter.fields, "consent": consent})


async def _again(site: Site, sitter: Sitter, operation: Operation, headers: dict[str, str] | None = None) -> Reply:
    method, path = _METHODS[operation.kind]
    whole = f"/api/v1/attempts/{operation.attempt}{path}"
    if operation.kind == "start":
        whole = f"/api/v1/contests/{sitter.material.slug}/rounds/{sitter.material.round}/attempts"
    body: Any = operation.sent
    if headers is not None:
        data = None if body is None else json.dumps(body).encode()
        return await site.call("trespass", method, whole, data=data, headers=headers)
    if method == "GET":
        return await site.call("trespass", method, whole)
    return await site.write("trespass", method, whole, body)


def _captured(stage: Stage, sitter: Sitter, most: int = 8) -> list[Operation]:
    """The last requests of each kind, and not all of the many saves."""
    found: list[Operation] = []
    for kind in _METHODS:
        mine = [one for one in stage.history.operations if one.who == sitter.who and one.kind == kind and one.status]
        found += mine[-most:] if kind == "save" else mine[-1:]
    return found


async def _papers(sitters: list[Sitter]) -> list[Any]:
    looks = [await sitter.site.read(sitter.attempt or "") for sitter in sitters]
    return [[look.body["answers"], look.body["submitted_at"], look.body["state"]] for look in looks]


DRILLS = (
    Drill(
        "F27",
        "requests replayed after submission, sign-out, by others",
        run,
        wishes=Wishes(attempts=1),
        people=(12, 24),
        short_on=(SQLITE,),
    ),
)
