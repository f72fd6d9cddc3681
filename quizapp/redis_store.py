"""Redis: leaderboards and throttles, nothing that cannot be rebuilt. The only module that imports redis.

Redis may be away, hung, loading, full or empty at any moment. Then every function here raises StoreDown quickly, and
for a second afterwards without touching the network, so that a hung server costs one caller half a second and not
every request. It heals by itself. Only commands of Redis 6.2 are used.

Every key of one contest carries the hash tag `{c<contest id>}`, so that one contest lives on one node of a cluster and
its boards can be exchanged in one transaction.
"""

import hashlib
import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import unquote

from redis import Redis, RedisCluster
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode
from redis.exceptions import NoScriptError, RedisClusterException, RedisError, ResponseError
from redis.retry import Retry

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 0.5
PAUSE_SECONDS = 1.0
# Sorted sets hold IEEE doubles: integers below this are exact, and so is their order.
SCORE_LIMIT = 2**53
_CHUNK = 1000
_ABANDONED_AFTER_SECONDS = 3600

_HIT = """
local count = tonumber(redis.call('GET', KEYS[1]) or '0')
if count > tonumber(ARGV[1]) then return count end
count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('EXPIRE', KEYS[1], ARGV[2]) end
return count
"""
_HIT_SHA = hashlib.sha1(_HIT.encode(), usedforsecurity=False).hexdigest()


class StoreDown(Exception):
    """Redis did not answer, or answered that it cannot serve now; what was asked for may or may not have happened."""


@dataclass(frozen=True)
class ClusterAddress:
    """A `redis+cluster://` address, taken apart."""

    nodes: tuple[tuple[str, int], ...]
    username: str | None
    password: str | None
    tls: bool


class _Store:
    """A client made at first use, and the breaker in front of it."""

    def __init__(self, url: str) -> None:
        self._make_client = _client_maker(url)
        self._client: Any = None
        self._lock = threading.Lock()
        self._failing = False
        self._next_try_at = 0.0

    def call(self, work: Callable[[Any], Any], *, at_once: bool = False) -> Any:
        """`work(client)`; `at_once` asks the server even while the breaker holds callers back."""
        if not at_once:
            self._admit()
        try:
            result = work(self._ready_client())
        except ResponseError as error:
            # It answers, but refuses: out of memory, read-only, no permission. Others may well be served.
            self._succeeded()
            raise StoreDown(str(error)) from error
        except (RedisError, RedisClusterException, OSError) as error:
            self._failed(error)
            raise StoreDown(str(error)) from error
        self._succeeded()
        return result

    def _admit(self) -> None:
        if not self._failing:
            return
        with self._lock:
            if time.monotonic() < self._next_try_at:
                raise StoreDown("not asked again yet")
            # This caller alone tries; the others wait for what it finds.
            self._next_try_at = time.monotonic() + PAUSE_SECONDS

    def _ready_client(self) -> Any:
        # No lock: making a cluster's client waits for the network, and making one twice does no harm.
        if self._client is None:
            self._client = self._make_client()
        return self._client

    def _failed(self, error: Exception) -> None:
        with self._lock:
            if not self._failing:
                log.warning("redis is down: %s", error)
            self._failing = True
            self._next_try_at = time.monotonic() + PAUSE_SECONDS

    def _succeeded(self) -> None:
        if self._failing:
            log.warning("redis answers again")
            self._failing = False


_store: _Store | None = None


def init_store(url: str) -> None:
    """Name the server: `redis://`, `rediss://`, `unix://`, or `redis+cluster://host:port,host:port`.

    Connects at first use, not here. Raises ValueError for an address of another form.
    """
    global _store
    _store = _Store(url)


def is_up() -> bool:
    """Whether the server answers a PING now (waits at most about the time-out, whatever happened before)."""
    try:
        return bool(_call(lambda client: client.ping(), at_once=True))
    except StoreDown:
        return False


def parse_cluster_url(url: str) -> ClusterAddress:
    """`redis+cluster://[user[:password]@]host[:port][,host[:port]…]`, `rediss+cluster://` for TLS; else ValueError."""
    scheme, separator, rest = url.partition("://")
    if scheme not in ("redis+cluster", "rediss+cluster") or not separator:
        raise ValueError(f"not a cluster address: {scheme}")
    credentials, _, hosts = rest.rstrip("/").rpartition("@")
    username, _, password = credentials.partition(":")
    return ClusterAddress(
        nodes=tuple(_host_and_port(node) for node in hosts.split(",")),
        username=unquote(username) or None,
        password=unquote(password) or None,
        tls=scheme.startswith("rediss"),
    )


# ---- boards: sorted sets of members with packed integer scores, best = highest ----


def board_add(contest_id: int, packed: Mapping[str, int], member: str) -> None:
    """Set the member's packed score on each named board, all together; a score is an integer in [0, 2^53)."""
    for score in packed.values():
        _check_score(score)
    if not packed:
        return

    def work(client: Any) -> None:
        pipe = client.pipeline(transaction=True)
        for name, score in packed.items():
            pipe.zadd(_board(contest_id, name), {member: score})
        pipe.sadd(_names(contest_id), *packed)
        pipe.execute()

    _call(work)


def board_window(contest_id: int, name: str, start: int, stop: int) -> list[tuple[str, int]]:
    """(member, packed score) at the zero-based places `start` up to but not including `stop`, best first."""
    if start < 0 or stop <= start:
        return []
    rows = _call(lambda client: client.zrevrange(_board(contest_id, name), start, stop - 1, withscores=True))
    return [(member, int(score)) for member, score in rows]


def board_members_with(contest_id: int, name: str, packed: int, limit: int) -> list[str]:
    """Members that hold exactly this packed score, at most `limit` of them."""
    return list(_call(lambda client: client.zrangebyscore(_board(contest_id, name), packed, packed, 0, limit)))


def board_count_above(contest_id: int, name: str, packed: int) -> int:
    """How many members have a higher packed score."""
    return int(_call(lambda client: client.zcount(_board(contest_id, name), f"({packed}", "+inf")))


def board_size(contest_id: int, name: str) -> int:
    """How many members the board has; 0 for a board that does not exist."""
    return int(_call(lambda client: client.zcard(_board(contest_id, name))))


def board_score(contest_id: int, name: str, member: str) -> int | None:
    """The member's packed score, or None when it is not on the board."""
    score = _call(lambda client: client.zscore(_board(contest_id, name), member))
    return None if score is None else int(score)


def boards_replace(contest_id: int, boards: Iterable[tuple[str, Mapping[str, int]]], generation: str) -> None:
    """Exchange all boards of the contest for these, then mark them complete as `generation`.

    `boards` is read once; a large board may come in several parts under the same name. Readers see the old boards,
    then, for a moment, no marker, then the new ones: never a half-filled board with a marker. A board that is not
    named here is gone afterwards. What `board_add` wrote while the boards were being collected is overwritten: the
    caller adds it again.
    """
    nonce = secrets.token_hex(8)
    new_names = _write_aside(contest_id, boards, nonce)

    def swap(client: Any) -> None:
        old_names = client.smembers(_names(contest_id))
        pipe = client.pipeline(transaction=True)
        pipe.delete(_generation(contest_id))
        for name in old_names | new_names:
            # UNLINK frees a big board in the background; RENAME over it would free it while everybody waits.
            pipe.unlink(_board(contest_id, name))
        for name in new_names:
            # Not `pipe.rename`, which the client refuses on a cluster; here both keys are in one slot.
            pipe.execute_command("RENAME", _aside(contest_id, nonce, name), _board(contest_id, name))
            pipe.persist(_board(contest_id, name))
        pipe.unlink(_names(contest_id))
        if new_names:
            pipe.sadd(_names(contest_id), *new_names)
        pipe.execute()
        # Redis does not undo a transaction of which one command failed, so the marker waits until all have succeeded.
        client.set(_generation(contest_id), generation)

    _call(swap)


def board_generation(contest_id: int) -> str | None:
    """The marker of the last complete `boards_replace`; None = the boards are not complete (still being built)."""
    marker: str | None = _call(lambda client: client.get(_generation(contest_id)))
    return marker


# ---- throttles ----


def hit(key: str, *, limit: int, window_seconds: int) -> int:
    """Count one try under `key` and return the count in the present window; over `limit` it stays at limit + 1.

    The window begins with the first try and ends `window_seconds` later.
    """
    full_key = f"quiz:hits:{key}"

    def work(client: Any) -> int:
        try:
            return int(client.evalsha(_HIT_SHA, 1, full_key, limit, window_seconds))
        except NoScriptError:
            return int(client.eval(_HIT, 1, full_key, limit, window_seconds))

    return int(_call(work))


# ---- inside ----


def _call(work: Callable[[Any], Any], *, at_once: bool = False) -> Any:
    if _store is None:
        raise RuntimeError("init_store was not called")
    return _store.call(work, at_once=at_once)


def _client_maker(url: str) -> Callable[[], Any]:
    # RESP2, so that the pool notices a connection that the server has closed and opens another one.
    options: dict[str, Any] = {
        "socket_timeout": TIMEOUT_SECONDS,
        "socket_connect_timeout": TIMEOUT_SECONDS,
        "decode_responses": True,
        "protocol": 2,
    }
    if url.startswith(("redis+cluster://", "rediss+cluster://")):
        address = parse_cluster_url(url)
        return lambda: RedisCluster(
            startup_nodes=[ClusterNode(host, port) for host, port in address.nodes],  # type: ignore[no-untyped-call]
            username=address.username,
            password=address.password,
            ssl=address.tls,
            retry=Retry(NoBackoff(), 1),
            **options,
        )
    client = Redis.from_url(url, retry=Retry(NoBackoff(), 0), **options)
    return lambda: client


def _host_and_port(node: str) -> tuple[str, int]:
    host, separator, port = node.rpartition(":")
    if not separator or node.endswith("]"):
        host, port = node, "6379"
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isdecimal():
        raise ValueError(f"not a cluster node: {node!r}")
    return host, int(port)


def _write_aside(contest_id: int, boards: Iterable[tuple[str, Mapping[str, int]]], nonce: str) -> set[str]:
    """Write the boards under passing names, a thousand members or so at a time; their names, less the empty ones."""
    names: set[str] = set()
    waiting: list[tuple[str, dict[str, int]]] = []
    members = 0

    def write(client: Any) -> None:
        pipe = client.pipeline(transaction=False)
        for name, part in waiting:
            key = _aside(contest_id, nonce, name)
            pipe.zadd(key, part)
            pipe.expire(key, _ABANDONED_AFTER_SECONDS)
        pipe.execute()

    for name, scores in boards:
        for part in _parts(scores):
            waiting.append((name, part))
            names.add(name)
            members += len(part)
            if members >= _CHUNK:
                _call(write)
                waiting.clear()
                members = 0
    if waiting:
        _call(write)
    return names


def _parts(scores: Mapping[str, int]) -> Iterator[dict[str, int]]:
    items = iter(scores.items())
    while part := dict(islice(items, _CHUNK)):
        for score in part.values():
            _check_score(score)
        yield part


def _check_score(score: int) -> None:
    if not 0 <= score < SCORE_LIMIT:
        raise ValueError(f"a packed score must be in [0, 2^53): {score}")


def _board(contest_id: int, name: str) -> str:
    return f"quiz:{{c{contest_id}}}:board:{name}"


def _aside(contest_id: int, nonce: str, name: str) -> str:
    return f"quiz:{{c{contest_id}}}:aside:{nonce}:{name}"


def _names(contest_id: int) -> str:
    return f"quiz:{{c{contest_id}}}:names"


def _generation(contest_id: int) -> str:
    return f"quiz:{{c{contest_id}}}:generation"
