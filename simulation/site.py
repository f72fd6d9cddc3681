"""One browser: its cookies, its CSRF token, and the calls that pages make. Network trouble is an outcome, not an error.

Every call begins in the history before it is sent, and ends there before anybody sees its answer.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp

from simulation.history import History, Operation, Outcome, outcome_of
from simulation.network import Network

JSON_TYPES = ("application/json", "application/problem+json")


@dataclass(frozen=True)
class Reply:
    """What came back: status 0 and no body when nothing did. `body` is the JSON value, or the text of a page."""

    status: int
    body: Any
    headers: Mapping[str, str]
    outcome: Outcome
    operation: Operation
    raw: bytes = field(default=b"", repr=False)

    @property
    def ok(self) -> bool:
        """True when the call was acknowledged."""
        return self.outcome == "acknowledged"

    @property
    def code(self) -> str | None:
        """The stable code of a refusal."""
        code = self.body.get("code") if isinstance(self.body, dict) else None
        return code if isinstance(code, str) else None

    @property
    def retry_after(self) -> float | None:
        """How many seconds the server asks to wait."""
        told = self.headers.get("Retry-After", "")
        return float(told) if told.isascii() and told.isdecimal() else None


class Site:
    """A browser at `base_url`, whose operations are those of `who`.

    `address` is sent as X-Forwarded-For, which counts where the product trusts this machine as its proxy; `token` is a
    bearer token instead of a session; `connector` is shared by browsers that share connections.
    """

    def __init__(
        self,
        base_url: str,
        history: History,
        *,
        who: str = "",
        address: str | None = None,
        timeout: float = 10.0,
        token: str | None = None,
        network: Network | None = None,
        connector: aiohttp.BaseConnector | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.history = history
        self.who = who
        self.csrf_token: str | None = None
        self._headers = {"X-Forwarded-For": address} if address else {}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        self._has_token = token is not None
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._network = network
        self._connector = connector
        self._client: aiohttp.ClientSession | None = None
        self._late: set[asyncio.Task[None]] = set()

    @property
    def client(self) -> aiohttp.ClientSession:
        """The cookie jar and the connections; made at the first call, inside the running loop."""
        if self._client is None:
            self._client = aiohttp.ClientSession(
                connector=self._connector,
                connector_owner=self._connector is None,
                cookie_jar=aiohttp.CookieJar(unsafe=True),
                timeout=self._timeout,
                headers=self._headers,
            )
        return self._client

    def cookies(self) -> dict[str, str]:
        """The cookies of this browser, by name."""
        return {cookie.key: cookie.value for cookie in self.client.cookie_jar}

    def mend(self) -> None:
        """A good network from now on."""
        self._network = None

    async def close(self) -> None:
        """Close the browser, once what is still on its way has arrived."""
        if self._late:
            await asyncio.gather(*self._late)
        if self._client is not None:
            await self._client.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    # --- the calls ------------------------------------------------------------------------------------------------

    async def session(self) -> Reply:
        """Who this browser is; keeps the token that its writes need."""
        reply = await self.call("session", "GET", "/api/v1/session")
        self._take_token(reply)
        return reply

    async def sign_in(self, login: str, password: str) -> Reply:
        """A member of staff; the password is not in the history."""
        body = {"login": login, "password": password}
        reply = await self.write("sign_in", "POST", "/api/v1/session", body, sent={"login": login})
        self._take_token(reply)
        return reply

    async def sign_out(self) -> Reply:
        """End the session; the next write asks for a new token."""
        reply = await self.write("sign_out", "DELETE", "/api/v1/session")
        self.csrf_token = None
        return reply

    async def contest(self, slug: str) -> Reply:
        """A contest: rounds, rules, entry fields."""
        return await self.call("contest", "GET", f"/api/v1/contests/{slug}")

    async def enter(self, slug: str, fields: Mapping[str, Any]) -> Reply:
        """Enter a contest; `fields` are those of the form, `consent` and `entry_code` among them."""
        return await self.write("enter", "POST", f"/api/v1/contests/{slug}/entries", fields)

    async def start(self, slug: str, key: str) -> Reply:
        """A paper, or the one that is open."""
        return await self.write("start", "POST", f"/api/v1/contests/{slug}/rounds/{key}/attempts")

    async def read(self, attempt: str) -> Reply:
        """The attempt as the server has it."""
        return await self.call("read", "GET", f"/api/v1/attempts/{attempt}", attempt=attempt)

    async def save(
        self,
        attempt: str,
        batch: Sequence[Mapping[str, Any]],
        prediction: Mapping[str, Any] | None = None,
        *,
        retry_of: int | None = None,
    ) -> Reply:
        """Save choices `{question, options, rev}` and the guess `{value, rev}`."""
        body = {"batch": list(batch)} | ({"prediction": prediction} if prediction else {})
        path = f"/api/v1/attempts/{attempt}/answers"
        return await self.write("save", "PUT", path, body, attempt=attempt, retry_of=retry_of)

    async def submit(self, attempt: str, last_rev: int | None, *, retry_of: int | None = None) -> Reply:
        """Submit; `last_rev` is the highest revision that this browser has sent."""
        body = {} if last_rev is None else {"last_rev": last_rev}
        path = f"/api/v1/attempts/{attempt}/submission"
        return await self.write("submit", "POST", path, body, attempt=attempt, retry_of=retry_of)

    async def receipt(self, attempt: str) -> Reply:
        """The receipt of a submitted attempt."""
        return await self.call("receipt", "GET", f"/api/v1/attempts/{attempt}/receipt", attempt=attempt)

    async def board(self, slug: str, key: str, **query: str | int) -> Reply:
        """The leaderboard of a round."""
        path = f"/api/v1/contests/{slug}/rounds/{key}/leaderboard"
        return await self.call("board", "GET", path, query=query)

    async def get(self, path: str, *, kind: str = "page", headers: Mapping[str, str] | None = None) -> Reply:
        """Anything that is read; text when it is not JSON."""
        return await self.call(kind, "GET", path, headers=headers)

    async def put_yaml(self, path: str, text: str) -> Reply:
        """A bank or a contest, as an organizer sends it."""
        headers = {**await self._token_header(), "Content-Type": "application/yaml"}
        return await self.call("file", "PUT", path, data=text.encode(), headers=headers)

    async def write(
        self,
        kind: str,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        attempt: str | None = None,
        sent: Mapping[str, Any] | None = None,
        retry_of: int | None = None,
    ) -> Reply:
        """A call that changes something: JSON with the CSRF token of this browser."""
        headers = await self._token_header()
        data = None
        if body is not None:
            data = json.dumps(body, ensure_ascii=False).encode()
            headers["Content-Type"] = "application/json"
        reply = await self.call(
            kind, method, path, data=data, headers=headers, attempt=attempt, sent=sent or body, retry_of=retry_of
        )
        if reply.code == "csrf_failed":
            self.csrf_token = None
        return reply

    async def call(
        self,
        kind: str,
        method: str,
        path: str,
        *,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str | int] | None = None,
        attempt: str | None = None,
        sent: Mapping[str, Any] | None = None,
        retry_of: int | None = None,
    ) -> Reply:
        """One request as it is, over whatever network there is."""
        operation = self.history.begin(self.who, kind, attempt, sent, retry_of=retry_of)
        try:
            return await self._travel(operation, method, path, data, headers, query)
        except BaseException:
            if operation.outcome is None:
                self.history.lose(operation)
            raise

    async def _travel(
        self,
        operation: Operation,
        method: str,
        path: str,
        data: bytes | None,
        headers: Mapping[str, str] | None,
        query: Mapping[str, str | int] | None,
    ) -> Reply:
        network = self._network
        if network is None:
            return self._ended(operation, await self._request(method, path, data, headers, query))
        fate = network.fate()
        await network.travel()
        if fate == "late":
            self._later(network, method, path, data, headers, query)
        if fate in ("request_lost", "late"):
            await asyncio.sleep(network.patience)
            return self._ended(operation, None)
        if fate == "doubled":
            again = self._request(method, path, data, headers, query)
            answer, _ = await asyncio.gather(self._request(method, path, data, headers, query), again)
        else:
            answer = await self._request(method, path, data, headers, query)
        await network.travel()
        return self._ended(operation, None if fate == "answer_lost" else answer)

    def _later(self, network: Network, *request: Any) -> None:
        async def deliver() -> None:
            await network.lag()
            await self._request(*request)

        task = asyncio.create_task(deliver())
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def _request(
        self,
        method: str,
        path: str,
        data: bytes | None,
        headers: Mapping[str, str] | None,
        query: Mapping[str, str | int] | None,
    ) -> tuple[int, bytes, Mapping[str, str]] | None:
        """Status, body and headers; None when no whole answer came."""
        try:
            async with self.client.request(
                method, self.base_url + path, data=data, headers=headers, params=query, allow_redirects=False
            ) as response:
                return response.status, await response.read(), response.headers
        except (aiohttp.ClientError, TimeoutError, OSError):
            return None

    def _ended(self, operation: Operation, answer: tuple[int, bytes, Mapping[str, str]] | None) -> Reply:
        if answer is None:
            self.history.lose(operation)
            return Reply(0, None, {}, "unknown", operation)
        status, raw, headers = answer
        body = _body(raw, headers.get("Content-Type", ""))
        self.history.end(operation, status, body)
        return Reply(status, body, headers, outcome_of(status), operation, raw)

    async def _token_header(self) -> dict[str, str]:
        if self._has_token:
            return {}
        if self.csrf_token is None:
            await self.session()
        return {"X-CSRF-Token": self.csrf_token} if self.csrf_token else {}

    def _take_token(self, reply: Reply) -> None:
        if reply.ok and isinstance(reply.body, dict):
            self.csrf_token = reply.body.get("csrf_token")


def _body(raw: bytes, content_type: str) -> Any:
    text = raw.decode("utf-8", errors="replace")
    if content_type.partition(";")[0].strip() not in JSON_TYPES:
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
