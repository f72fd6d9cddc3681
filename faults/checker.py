"""The judge: what the product says against what was promised. One function for each invariant, naming what is wrong.

D1 acknowledged choices stand in the paper · D2 the highest revision wins · D3 one result and one receipt a paper ·
D4 attempts within the limit · D5 the server's clock decides · D6 every paper becomes final · D7 the score follows from
paper, answers and key · D8 sums and boards follow from the results · D9 nobody is turned away · D10 no failure that
looks like anything but 503 · D11 no key before its time · D12 nobody sees what is not his · D13 the published records
verify · D14 a running contest is frozen.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from faults import sums
from faults.case import Case, Violation, moment
from faults.truth import Options, Paper

GRACE = timedelta(seconds=3)
SLACK = timedelta(seconds=1.5)
FINAL_WITHIN = timedelta(seconds=60)


def judge(case: Case) -> list[Violation]:
    """Every violation, in the order of the invariants."""
    return [violation for check in CHECKS for violation in check(case)]


# --- D1, D2: what was acknowledged --------------------------------------------------------------------------------


def acknowledged_choices(case: Case) -> Iterator[Violation]:
    """D1, D2: in every look at a paper, and in the graded paper."""
    by_code = {line["attempt"]: line for line in case.readings.raw}
    for paper in case.truth.papers.values():
        for read in paper.reads:
            yield from _compare(paper, _answers_of(read.got["answers"]), read.at, read.done_at or read.at, "read")
        line = by_code.get(paper.code)
        if line is not None:
            stored = {ref: frozenset(options) for ref, options in line["answers"].items()}
            yield from _compare(paper, stored, float("inf"), float("inf"), "graded paper")


def _compare(
    paper: Paper, stored: Mapping[str, Options], began: float, ended: float, where: str
) -> Iterator[Violation]:
    for question in sorted(paper.sent.keys() | stored.keys()):
        shown = stored.get(question)
        if not paper.lost(question, shown, began, ended):
            continue
        older = any(each.options == shown for each in paper.sent.get(question, ()))
        kind = "D2" if older else "D1"
        allowed = sorted(
            sorted(options) if options is not None else [] for options in paper.allowed(question, began, ended)
        )
        said = "nothing" if shown is None else "+".join(sorted(shown)) or "taken back"
        yield Violation(kind, f"{where} of {paper.code} ({paper.who}): {question} shows {said}, allowed {allowed}")


def _answers_of(answers: Sequence[Mapping[str, Any]]) -> dict[str, Options]:
    return {answer["question"]: frozenset(answer["options"]) for answer in answers}


# --- D3, D4: one result, within the limit -------------------------------------------------------------------------


def one_result(case: Case) -> Iterator[Violation]:
    """D3: each paper once in the records, each started paper in them, each receipt always the same bytes."""
    lines = Counter(line["attempt"] for line in case.readings.raw)
    for code, times in lines.items():
        if times > 1:
            yield Violation("D3", f"{code} stands {times} times in the records")
    for code in sorted(case.truth.papers.keys() - lines.keys()):
        yield Violation("D3", f"{code} was started and is not in the records")
    by_code = {line["attempt"]: line for line in case.readings.raw}
    for code, receipts in case.readings.receipts.items():
        if len(set(receipts)) > 1:
            yield Violation("D3", f"{code} has {len(set(receipts))} different receipts")
        yield from _receipt_agrees(code, json.loads(receipts[0]), by_code.get(code))
    for name, table in case.readings.tables.items():
        if "twice" in table:
            yield Violation("D3", f"{table['twice'][1]} receipt codes stand twice in the {name}")


def _receipt_agrees(code: str, receipt: Mapping[str, Any], line: Mapping[str, Any] | None) -> Iterator[Violation]:
    """The receipt's hashes are over the paper and the answers of the records."""
    if line is None:
        return
    answers = {ref: sorted(keys) for ref, keys in line["answers"].items()}
    if receipt["answers_hash"] != _sha256(receipt["salt"] + _canonical(answers)):
        yield Violation("D3", f"the receipt of {code} is not over the answers that were graded")
    if receipt["paper_hash"] != _sha256(_canonical(line["paper"])):
        yield Violation("D3", f"the receipt of {code} is not over the paper that was graded")
    if receipt["submitted_at"] != line["submitted_at"]:
        yield Violation("D3", f"the receipt of {code} says another time of submission than the records")


def attempt_limit(case: Case) -> Iterator[Violation]:
    """D4: nobody has more attempts than the rules allow, and their numbers have no gap."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for line in case.readings.raw:
        numbers[line["participant"]].append(line["number"])
    for participant, found in numbers.items():
        if len(found) > case.material.max_attempts:
            yield Violation("D4", f"{participant} has {len(found)} attempts of {case.material.max_attempts}")
        if sorted(found) != list(range(1, len(found) + 1)):
            yield Violation("D4", f"the attempts of {participant} are numbered {sorted(found)}")


# --- D5, D6: time -------------------------------------------------------------------------------------------------


def one_clock(case: Case) -> Iterator[Violation]:
    """D5: the deadline is start + limit or the round's end, never moves, and decides what is accepted."""
    lines = {line["attempt"]: line for line in case.readings.raw}
    for paper in case.truth.papers.values():
        first = paper.started[0]
        deadline = moment(first["deadline"])
        limit = moment(first["started_at"]) + timedelta(seconds=case.material.limit_seconds)
        if deadline != min(limit, case.material.closes_at):
            yield Violation("D5", f"{paper.code} ends at {deadline}, which does not follow from its start")
        ends = {moment(got["deadline"]) for got in [*paper.started, *(read.got for read in paper.reads)]}
        if case.closed_at is not None:
            ends = {end for end in ends if end < case.closed_at}
        if len(ends) > 1:
            yield Violation("D5", f"the deadline of {paper.code} moved: {sorted(map(str, ends))}")
        end = min(deadline, case.closed_at) if case.closed_at else deadline
        yield from _accepted_in_time(paper, end)
        yield from _refused_in_time(paper, end)
        line = lines.get(paper.code)
        if line and line["submitted_at"] and moment(line["submitted_at"]) > end + SLACK:
            yield Violation("D5", f"{paper.code} was submitted at {line['submitted_at']}, after its deadline {end}")


def _accepted_in_time(paper: Paper, end: datetime) -> Iterator[Violation]:
    for save in paper.saves:
        accepted = save.outcome == "acknowledged" and save.got.get("saved")
        if accepted and save.at > (end + GRACE + SLACK).timestamp():
            yield Violation(
                "D5", f"a save of {paper.code} was accepted {save.at - end.timestamp():.1f} s after the deadline"
            )


def _refused_in_time(paper: Paper, end: datetime) -> Iterator[Violation]:
    handed_in = min((submit.at for submit in paper.submits), default=float("inf"))
    for save in paper.saves:
        closed = save.outcome == "refused" and isinstance(save.got, dict) and save.got.get("code") == "attempt_closed"
        if closed and (save.done_at or save.at) < min(handed_in, end.timestamp() - SLACK.total_seconds()):
            yield Violation(
                "D5", f"a save of {paper.code} was refused {end.timestamp() - save.at:.1f} s before the deadline"
            )


def all_final(case: Case) -> Iterator[Violation]:
    """D6: no paper is open after the round, and one that time has ended was ended at its deadline."""
    for line in case.readings.raw:
        if line["state"] != "final":
            yield Violation("D6", f"{line['attempt']} is still open after the round")
        elif line["finished_by"] == "deadline" and line["submitted_at"] != line["deadline"]:
            yield Violation(
                "D6", f"{line['attempt']} was ended by time at {line['submitted_at']}, not at {line['deadline']}"
            )


# --- D9 to D14: everything else -----------------------------------------------------------------------------------

# Refusals that a person's own doing explains.
_EXPLAINED = {
    "save": {"attempt_closed"},
    "submit": {"answers_missing"},
    "start": {"attempts_exhausted", "round_not_open"},
    "receipt": {"receipt_not_found"},
    "verdict": {"attempt_closed"},
}


def nobody_turned_away(case: Case) -> Iterator[Violation]:
    """D9: no fault logs anybody out, and nothing is refused without a reason of the person's own."""
    found: Counter[tuple[str, int | None, str]] = Counter()
    for operation in case.history.operations:
        if operation.outcome != "refused" or operation.kind == "trespass":
            continue
        code = operation.got.get("code", "") if isinstance(operation.got, dict) else ""
        if code not in _EXPLAINED.get(operation.kind, set()):
            found[operation.kind, operation.status, code] += 1
    for (kind, status, code), times in found.items():
        yield Violation("D9", f"{kind} was refused {times} times: {status} {code}")


def honest_failures(case: Case) -> Iterator[Violation]:
    """D10: what could not be done is answered with 503, no other 5xx; what was done names what is stored."""
    found = Counter(
        (operation.kind, operation.status)
        for operation in case.history.operations
        if operation.status is not None and operation.status >= 500 and operation.status != 503
    )
    for (kind, status), times in found.items():
        yield Violation("D10", f"{kind} was answered with {status} {times} times")
    for paper in case.truth.papers.values():
        yield from _says_what_is_stored(paper)


def _says_what_is_stored(paper: Paper) -> Iterator[Violation]:
    for save in paper.saves:
        if save.outcome != "acknowledged":
            continue
        named = {item["question"] for key in ("saved", "stale") for item in save.got.get(key, ())}
        for item in (save.sent or {}).get("batch", ()):
            if item["question"] not in named:
                yield Violation(
                    "D10", f"a save of {paper.code} was acknowledged without a word about {item['question']}"
                )


def no_key_before_time(case: Case) -> Iterator[Violation]:
    """D11: nothing that was sent to anybody during the round has an explanation in it."""
    until = case.closed_at.timestamp() if case.closed_at else float("inf")
    for operation in case.history.operations:
        if operation.got is None or operation.at >= until:
            continue
        text = operation.got if isinstance(operation.got, str) else json.dumps(operation.got, ensure_ascii=False)
        if any(canary in text for canary in case.material.canaries):
            yield Violation("D11", f"the answer to {operation.kind} of {operation.who} has an explanation in it")


def no_trespass(case: Case) -> Iterator[Violation]:
    """D12: what is somebody else's does not exist."""
    for what, status in case.readings.trespasses.items():
        if status not in (401, 403, 404):
            yield Violation("D12", f"{what}: {status}")


def records_verify(case: Case) -> Iterator[Violation]:
    """D13: the published records verify with the program that shares no code with the product."""
    if case.readings.verifier:
        yield Violation("D13", f"the verifier says: {case.readings.verifier}")


def frozen(case: Case) -> Iterator[Violation]:
    """D14: a paper never changes, although its bank was changed after the launch."""
    lines = {line["attempt"]: line for line in case.readings.raw}
    for paper in case.truth.papers.values():
        looks = [*paper.started, *(read.got for read in paper.reads)]
        if len({_canonical(got["paper"]["questions"]) for got in looks}) > 1:
            yield Violation("D14", f"the paper of {paper.code} changed")
        if len({got["rules_version"] for got in looks}) > 1:
            yield Violation("D14", f"the rules of {paper.code} changed")
        line = lines.get(paper.code)
        if line is not None and line["paper"] != _shown(looks[0]):
            yield Violation("D14", f"{paper.code} is graded by another paper than the one that was shown")


def _shown(got: Mapping[str, Any]) -> list[Any]:
    questions = got["paper"]["questions"]
    return [[question["question"], [option["option"] for option in question["options"]]] for question in questions]


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


CHECKS: tuple[Callable[[Case], Iterator[Violation]], ...] = (
    acknowledged_choices,
    one_result,
    attempt_limit,
    one_clock,
    all_final,
    sums.scores,
    sums.boards,
    sums.areas,
    nobody_turned_away,
    honest_failures,
    no_key_before_time,
    no_trespass,
    records_verify,
    frozen,
)


def lost_in(violations: Sequence[Violation]) -> int:
    """How many acknowledged choices are not where they must be."""
    return len({violation.what for violation in violations if violation.invariant in ("D1", "D2")})
