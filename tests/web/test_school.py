"""A school behind one address, with the real servers: 300 people enter and start, and nobody is told to wait."""

import json
import re
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests import factories
from tests.product import Product, free_port

pytestmark = [pytest.mark.redis, pytest.mark.xdist_group("serve")]

PEOPLE = 300
CONTEST = "/api/v1/contests/gia-lai-2022-hcm-demo"


class Phone:
    """A browser on a line of its own, from the one address that all have."""

    def __init__(self, port: int) -> None:
        self._line = HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Content-Type": "application/json"}

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and JSON."""
        self._line.request(method, path, None if body is None else json.dumps(body).encode(), self._headers)
        answer = self._line.getresponse()
        told = json.loads(answer.read() or b"null")
        if cookie := answer.headers.get("Set-Cookie"):
            self._headers["Cookie"] = cookie.partition(";")[0]
        if isinstance(told, dict) and "csrf_token" in told:
            self._headers["X-CSRF-Token"] = told["csrf_token"]
        return answer.status, told

    def close(self) -> None:
        self._line.close()


@pytest.fixture(params=["with Redis", "without Redis"])
def product(request: pytest.FixtureRequest, redis_server: str, tmp_path: Path) -> Iterator[Product]:
    own = {} if request.param == "with Redis" else {"REDIS_URL": f"unix://{tmp_path / 'nowhere.sock'}"}
    product = Product(tmp_path / "data", free_port(), **own).started()
    yield product
    product.end(signal.SIGINT)


def test_a_school_enters_starts_and_saves_within_a_minute(product: Product) -> None:
    asking = Phone(product.port)
    contest = asking.ask("GET", CONTEST)[1]
    now = datetime.now(UTC).isoformat()
    [round_key] = [each["key"] for each in contest["rounds"] if each["opens_at"] <= now < each["closes_at"]][:1]
    consent = {"version": contest["entry"]["consent_version"]}
    entries = [{**factories.typed_entry(area="23989"), "consent": consent} for _ in range(PEOPLE)]

    def take_part(entry: dict[str, Any]) -> list[int]:
        phone = Phone(product.port)
        told = [phone.ask("GET", "/api/v1/session")[0], phone.ask("POST", f"{CONTEST}/entries", entry)[0]]
        status, begun = phone.ask("POST", f"{CONTEST}/rounds/{round_key}/attempts", {})
        asked = begun["paper"]["questions"][0]
        choice = {"question": asked["question"], "options": [asked["options"][0]["option"]], "rev": 1}
        address = f"/api/v1/attempts/{begun['attempt']}/answers"
        saves = [phone.ask("PUT", address, {"batch": [{**choice, "rev": rev}]})[0] for rev in (1, 2, 3)]
        phone.close()
        return [*told, status, *saves]

    with ThreadPoolExecutor(24) as phones:
        told = list(phones.map(take_part, entries))
    assert {tuple(statuses) for statuses in told} == {(200, 201, 201, 200, 200, 200)}
    # Nothing of them is in the logs.
    assert not re.search("Nguyễn Thị Thử", product.told())
    asking.close()
