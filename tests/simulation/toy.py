"""A site in a few lines with the product's API, whose promises can be broken on purpose."""

import hashlib
import json
from typing import Any

from aiohttp import web

KEY = {"b/q1": ["A"], "b/q2": ["A", "B"], "b/q3": ["C"]}
POINTS = 10


def canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class Toy:
    """`forgets`: every so many saves one is acknowledged and not stored. `last_wins`: revisions are not looked at.

    `refusals`: answers to give before anything else, as (kind, status, headers, code).
    """

    def __init__(self, *, forgets: int = 0, last_wins: bool = False, graded_wrong: bool = False) -> None:
        self.forgets = forgets
        self.last_wins = last_wins
        self.graded_wrong = graded_wrong
        self.refusals: list[tuple[str, int, dict[str, str], str]] = []
        self.attempts: dict[str, dict[str, Any]] = {}
        self.files: dict[str, Any] = {}
        self.entered: list[dict[str, Any]] = []
        self.addresses: set[str | None] = set()
        self.saves = 0
        self.remaining_ms = 600_000
        self.prediction: dict[str, str] | None = None

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        self.addresses.add(request.headers.get("X-Forwarded-For"))
        parts = request.path.removeprefix("/api/v1/").split("/")
        for refusal in self.refusals:
            kind, status, headers, code = refusal
            if parts[-1] == kind:
                self.refusals.remove(refusal)
                return web.json_response({"code": code}, status=status, headers=headers)
        if parts[0] == "attempts":
            return await self._attempt(request, parts[1], parts[2] if len(parts) > 2 else "")
        if parts[0] == "contests" and parts[-1] == "attempts":
            return self._start()
        if parts[0] == "contests" and parts[-1] == "entries":
            self.entered.append(await request.json())
            return web.json_response({"participant": "p", "entry_code": "c", "is_new": True}, status=201)
        return await self._organizer(request, parts)

    async def _organizer(self, request: web.Request, parts: list[str]) -> web.StreamResponse:
        if request.method == "PUT":
            self.files[parts[0]] = json.loads(await request.text())
        if parts == ["contests"]:
            return web.json_response([{"contest": "mau"}])
        if parts[0] == "areas":
            return web.json_response([{"code": "x1", "has_children": False}, {"code": "x2", "has_children": False}])
        return web.json_response(self.contest(parts[1] if len(parts) > 1 else "mau"))

    def contest(self, slug: str) -> dict[str, Any]:
        return {
            "contest": slug,
            "opens_at": "2025-05-19T00:00:00.000Z",
            "areas": {"tree": "cay", "levels": [{"key": "tinh"}, {"key": "huyen"}]},
            "groups": [],
            "entry": {
                "mode": "form",
                "fields": {"full_name": "required", "phone": "required", "area": "required", "email": "off"},
                "age": {"min": None, "max": None},
                "consent_version": "1",
            },
            "rounds": [{"key": "cu", "state": "closed"}, {"key": "thu", "state": "open"}],
        }

    def _start(self) -> web.StreamResponse:
        name = f"a{len(self.attempts)}"
        self.attempts[name] = {"answers": {}, "prediction": None, "receipt": None}
        return web.json_response(self._head(name), status=201)

    def _head(self, name: str) -> dict[str, Any]:
        questions = [
            {"question": ref, "multiple": len(right) > 1, "options": [{"option": key} for key in "ABCD"]}
            for ref, right in KEY.items()
        ]
        return {
            "attempt": name,
            "deadline": "2025-05-19T01:00:00.000Z",
            "remaining_ms": self.remaining_ms,
            "paper": {"questions": questions, "prediction": self.prediction},
        }

    async def _attempt(self, request: web.Request, name: str, what: str) -> web.StreamResponse:
        attempt = self.attempts[name]
        if what == "answers":
            return self._save(attempt, await request.json())
        if what == "submission":
            attempt["receipt"] = attempt["receipt"] or self._receipt(name, attempt)
            return web.Response(text=attempt["receipt"], content_type="application/json")
        score = POINTS * sum(attempt["answers"].get(ref, (0, []))[1] == right for ref, right in KEY.items())
        return web.json_response(
            {
                **self._head(name),
                "state": "final" if attempt["receipt"] else "open",
                "submitted_at": "2025-05-19T00:30:00.000Z",
                "answers": [
                    {"question": ref, "rev": rev, "options": options}
                    for ref, (rev, options) in attempt["answers"].items()
                ],
                "prediction": attempt["prediction"],
                "result": {"score": score + self.graded_wrong},
            }
        )

    def _save(self, attempt: dict[str, Any], body: dict[str, Any]) -> web.StreamResponse:
        if attempt["receipt"]:
            return web.json_response({"code": "attempt_closed"}, status=409)
        self.saves += 1
        if not (self.forgets and self.saves % self.forgets == 0):
            for item in body["batch"]:
                if self.last_wins or item["rev"] > attempt["answers"].get(item["question"], (0, []))[0]:
                    attempt["answers"][item["question"]] = (item["rev"], sorted(item["options"]))
            attempt["prediction"] = body.get("prediction") or attempt["prediction"]
        return web.json_response({"saved": [], "stale": []})

    def _receipt(self, name: str, attempt: dict[str, Any]) -> str:
        answers = {ref: options for ref, (_, options) in attempt["answers"].items()}
        return canonical(
            {
                "attempt": name,
                "deadline": "2025-05-19T01:00:00.000Z",
                "submitted_at": "2025-05-19T00:30:00.000Z",
                "salt": "s",
                "answers_hash": sha256("s" + canonical(answers)),
                "paper_hash": sha256(canonical([[ref, list("ABCD")] for ref in KEY])),
            }
        )
