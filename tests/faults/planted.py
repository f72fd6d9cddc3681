"""A contest as a history and as what a product says of it, without a product: right in everything, then made wrong."""

import hashlib
import json
import random
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

from faults.checker import Case
from faults.material import Material, Wishes, make_material
from faults.ranking import Result, counted, ranks
from faults.readings import Readings
from faults.truth import truth_of
from simulation.history import History

DISTRICTS = {"10": "10", "101": "10", "11": "11", "111": "11"}


class Planted:
    """Three people with two papers each. Tests change `history`, `raw` or `readings` before they ask for the case."""

    def __init__(self, seed: int = 1) -> None:
        self.rng = random.Random(seed)
        self.now = datetime.now(UTC).replace(microsecond=0)
        self.material: Material = make_material(self.rng, "tinh", "district", DISTRICTS, Wishes(questions=4), self.now)
        self.history = History()
        self.raw: list[dict[str, Any]] = []
        self.receipts: dict[str, list[bytes]] = {}
        for number in range(3):
            self._person(f"p{number}")

    def case(self) -> Case:
        """What there is to judge; figures and boards follow from the records as they are now."""
        readings = Readings(raw=self.raw, receipts=self.receipts)
        case = Case(self.material, self.history, truth_of(self.history), readings)
        results = case.results()
        board = self._board(results)
        readings.boards = {"frozen": board, "final": deepcopy(board)}
        table = {json.loads(self.receipts[each.attempt][0])["code"]: ("", each.score) for each in results}
        readings.tables = {"csv": table, "xlsx": dict(table)}
        readings.areas = self._areas(results)
        readings.trespasses = {"another one's paper": 404}
        readings.verifier = ""
        return case

    def line(self, at: int = 0) -> dict[str, Any]:
        """A line of the records."""
        return self.raw[at]

    def kept(self, kind: str, at: int = 0) -> Any:
        """An operation of the history."""
        return [operation for operation in self.history.operations if operation.kind == kind][at]

    def _person(self, who: str) -> None:
        form = self.material.new_person()
        self._done(who, "enter", None, form, {"participant": f"code-{who}"}, 201)
        for number in (1, 2):
            self._paper(who, form["area"], number)

    def _paper(self, who: str, area: str, number: int) -> None:
        attempt = f"{who}-{number}"
        started = self.now - timedelta(minutes=10 - number)
        deadline = min(started + timedelta(seconds=self.material.limit_seconds), self.material.closes_at)
        chosen = self.rng.sample(sorted(self.material.questions), 4)
        shown = [[f"{self.material.bank}/{ref}", sorted(self.material.questions[ref].options)] for ref in chosen]
        head = {
            "attempt": attempt,
            "paper": {
                "questions": [{"question": ref, "options": [{"option": key} for key in keys]} for ref, keys in shown]
            },
            "started_at": _text(started),
            "deadline": _text(deadline),
            "rules_version": 1,
        }
        self._done(who, "start", None, None, head, 201)
        answers: dict[str, list[str]] = {}
        for rev, (ref, keys) in enumerate(shown, start=1):
            right = sorted(self.material.right_of(ref))
            answers[ref] = right if self.rng.random() < 0.7 else [self.rng.choice(keys)]
            item = {"question": ref, "options": answers[ref], "rev": rev}
            self._done(who, "save", attempt, {"batch": [item]}, {"saved": [{"question": ref, "rev": rev}], "stale": []})
        stored = [{"question": ref, "options": answers[ref], "rev": rev} for rev, ref in enumerate(answers, start=1)]
        self._done(who, "read", attempt, None, {**head, "answers": stored})
        self._final(who, area, number, head, shown, answers)

    def _final(
        self, who: str, area: str, number: int, head: dict[str, Any], shown: list[Any], answers: dict[str, list[str]]
    ) -> None:
        attempt, submitted = head["attempt"], _text(self.now - timedelta(seconds=20 - number))
        score, perfect = self.material.score([ref for ref, _ in shown], answers)
        self.raw.append(
            {
                "attempt": attempt,
                "number": number,
                "participant": f"code-{who}",
                "area": area,
                "paper": shown,
                "answers": answers,
                "points": {ref: self.material.score([ref], answers)[0] for ref, _ in shown},
                "score": score,
                "perfect": perfect,
                "started_at": head["started_at"],
                "deadline": head["deadline"],
                "submitted_at": submitted,
                "finished_by": "participant",
                "state": "final",
            }
        )
        receipt = {
            "code": f"R{attempt}",
            "salt": "salt",
            "answers_hash": _hash("salt" + _canonical(answers)),
            "paper_hash": _hash(_canonical(shown)),
            "submitted_at": submitted,
        }
        raw = json.dumps(receipt).encode()
        self.receipts[attempt] = [raw, raw]
        self._done(who, "submit", attempt, {"last_rev": 4}, receipt)

    def _done(self, who: str, kind: str, attempt: str | None, sent: Any, got: Any, status: int = 200) -> None:
        self.history.end(self.history.begin(who, kind, attempt, sent), status, got)

    def _board(self, results: list[Result]) -> dict[str, Any]:
        found = ranks(results, self.material.counted, self.material.chain)
        rows = [{"participant": who, "rank": rank, "score": result.score} for who, (rank, result) in found.items()]
        return {"rows": rows, "total": len(rows), "state": "final"}

    def _areas(self, results: list[Result]) -> dict[str, Any]:
        people: dict[str, list[Result]] = {}
        for result in results:
            people.setdefault(result.participant, []).append(result)
        groups: dict[str, list[list[Result]]] = {district: [] for district in set(DISTRICTS.values())}
        for several in people.values():
            groups[DISTRICTS[several[0].area]].append(several)
        lines = [{"area": code, "name": code, **self._figures(group)} for code, group in groups.items()]
        return {"lines": lines, "totals": self._figures(list(people.values()))}

    def _figures(self, people: list[list[Result]]) -> dict[str, Any]:
        chosen = [counted(several, self.material.counted, self.material.chain) for several in people]
        total = sum(each.score for each in chosen)
        return {
            "people": len(people),
            "attempts": sum(len(several) for several in people),
            "people_all_correct": sum(each.perfect for each in chosen),
            "mean_score": (total * 200 + len(chosen)) // (2 * len(chosen)) / 100 if chosen else None,
        }


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
