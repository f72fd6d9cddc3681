"""Whoever runs the contest: the first administrator, over the HTTP API alone."""

import json
import random
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote, urlencode

from faults.material import TREES, Material, Wishes, make_material, now_utc
from faults.product import ADMIN

SECONDS = 60


class Refused(RuntimeError):
    """The organizer was not served; the message has status and body."""


class Organizer:
    """A signed-in organizer at a port. Calls wait for their answer."""

    def __init__(self, port: int, password: str) -> None:
        self._port = port
        self._password = password
        self._cookies: dict[str, str] = {}
        self._token = ""

    def sign_in(self) -> None:
        """Begin a session."""
        self._token = self._json("GET", "/api/v1/session")["csrf_token"]
        body = {"login": ADMIN, "password": self._password}
        self._token = self._json("POST", "/api/v1/session", body)["csrf_token"]

    def prepare(self, rng: random.Random, wishes: Wishes) -> Material:
        """A random contest on a shipped tree, imported and launched."""
        tree = rng.choice(TREES)
        level, district_of = self._areas(rng, tree)
        material = make_material(rng, tree, level, district_of, wishes, now_utc())
        self._put(f"/api/v1/banks/{material.bank}", material.bank_file)
        self._put(f"/api/v1/contests/{material.slug}", material.contest_file)
        self._json("POST", f"/api/v1/contests/{material.slug}/launch", {})
        return material

    def flip_bank(self, material: Material) -> None:
        """Change every key in the bank, which is nobody's business once the contest is launched."""
        self._put(f"/api/v1/banks/{material.bank}", material.flipped_bank())

    def ask(self, method: str, path: str, text: str, content_type: str = "application/json") -> dict[str, Any]:
        """What is said to a change that may well be refused: a problem, or what is stored now, with status 200."""
        headers = {"Content-Type": content_type}
        body = self._request(method, path, text.encode(), headers, accepted=(200, 201, 409, 422))
        return {"status": 200, **json.loads(body)}

    def page(self, path: str) -> str:
        """A page as a browser gets it."""
        return self._request("GET", path).decode()

    def close_round(self, material: Material) -> None:
        """End the round now."""
        path = f"/api/v1/contests/{material.slug}/rounds/{material.round}/close"
        self._json("POST", path, {"reason": "Kết thúc diễn tập"})

    def finalize_and_publish(self, material: Material) -> None:
        """Make the result final, then public."""
        self._json("POST", f"/api/v1/contests/{material.slug}/rounds/{material.round}/finalize", {})
        self._json("POST", f"/api/v1/contests/{material.slug}/publish", {})

    def raw(self, material: Material) -> list[dict[str, Any]]:
        """raw.jsonl, line by line."""
        text = self.download(material, "raw.jsonl", round=material.round).decode()
        return [json.loads(line) for line in text.splitlines()]

    def download(self, material: Material, name: str, **query: str) -> bytes:
        """An export, whole: a body that is cut off is refused."""
        path = f"/api/v1/contests/{material.slug}/exports/{name}"
        return self._request("GET", f"{path}?{urlencode(query)}" if query else path)

    def area_results(self, material: Material) -> dict[str, Any]:
        """The figures by area."""
        query = urlencode({"round": material.round})
        found: dict[str, Any] = self._json("GET", f"/api/v1/contests/{material.slug}/results/areas?{query}")
        return found

    def board(self, material: Material) -> dict[str, Any]:
        """The leaderboard, as many lines as are given at once."""
        path = f"/api/v1/contests/{material.slug}/rounds/{material.round}/leaderboard?limit=200"
        found: dict[str, Any] = self._json("GET", path)
        return found

    def ready(self) -> dict[str, Any]:
        """/readyz, whatever its status."""
        found: dict[str, Any] = json.loads(self._request("GET", "/readyz", accepted=(200, 503)))
        return found

    # --- inside ---------------------------------------------------------------------------------------------------

    def _areas(self, rng: random.Random, tree: str) -> tuple[str, dict[str, str]]:
        """The level below the top, and some codes at or below it with the area of that level."""
        (top,) = self._json("GET", f"/api/v1/areas?tree={tree}")
        districts = self._json("GET", f"/api/v1/areas?tree={tree}&parent={quote(top['code'])}")
        found: dict[str, str] = {}
        for district in rng.sample(districts, min(5, len(districts))):
            found[district["code"]] = district["code"]
            if district["has_children"]:
                below = self._json("GET", f"/api/v1/areas?tree={tree}&parent={quote(district['code'])}")
                for child in rng.sample(below, min(3, len(below))):
                    found[child["code"]] = district["code"]
        return districts[0]["level"], found

    def _put(self, path: str, text: str) -> None:
        self._request("PUT", path, text.encode(), {"Content-Type": "application/yaml"}, accepted=(200, 201))

    def _json(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        return json.loads(self._request(method, path, data, {"Content-Type": "application/json"} if data else {}))

    def _request(
        self,
        method: str,
        path: str,
        data: bytes | None = None,
        headers: dict[str, str] | None = None,
        accepted: tuple[int, ...] = (200, 201),
    ) -> bytes:
        """The whole body. Raises Refused for another status, and when the answer breaks off."""
        sent = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
            "X-CSRF-Token": self._token,
            **(headers or {}),
        }
        connection = HTTPConnection("127.0.0.1", self._port, timeout=SECONDS)
        try:
            connection.request(method, path, data, sent)
            response = connection.getresponse()
            body = response.read()
        except (OSError, HTTPException) as error:
            raise Refused(f"{method} {path}: {error!r}") from error
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self._cookies[name] = morsel.value
        if response.status not in accepted:
            raise Refused(f"{method} {path}: {response.status} {body[:600].decode(errors='replace')}")
        return body
