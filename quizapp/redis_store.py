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
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

from redis import Redis, RedisCluster
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode
from redis.exceptions import NoScriptError, RedisClusterException, RedisError, ResponseError
from redis.retry import Retry

from quizapp.cluster_address import parse_cluster_url

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 0.5
PAUSE_SECONDS = 1.0
# Sorted sets hold IEEE doubles: integers below this are exact, and so is their order.
SCORE_LIMIT = 2**53
_CHUNK = 1000
# Stands among the names of a contest's boards from their first build on, so that losing the names is noticed.
_WHOLE = ""
_ABANDONED_AFTER_SECONDS = 3600

_HIT = """
local count = tonumber(redis.call('GET', KEYS[1]) or '0')
if count > tonumber(ARGV[1]) then return count end
count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('EXPIRE', KEYS[1], ARGV[2]) end
return count
"""
# The marker, and for each board: how many have more than a score, how many exactly it, and what the member has there.
_PLACES = """
local told = {redis.call('GET', KEYS[1])}
for place = 2, #KEYS do
    local member, score = ARGV[2 * place - 3], ARGV[2 * place - 2]
    table.insert(told, redis.call('ZCOUNT', KEYS[place], '(' .. score, '+inf'))
    table.insert(told, redis.call('ZCOUNT', KEYS[place], score, score))
    table.insert(told, redis.call('ZSCORE', KEYS[place], member))
end
return told
"""


class StoreDown(Exception):
    """Redis did not answer, or answered that it cannot serve now; what was asked for may or may not have happened."""


class Place(NamedTuple):
    """How many others have a higher packed score than a member, and how many the same; whether it stands there yet."""

    above: int
    beside: int
    is_there: bool


class _Store:
    """A client made at first use, and the breaker in front of it."""

    def __init__(self, url: str) -> None:
        self._make_client = _client_maker(url)
        self._client: Any = None
        self._lock = threading.Lock()
        self._failing = False
        self._next_try_at = 0.0

    def call(self, work: Callable[[Any], Any]) -> Any:
        """`work(client)`, unless the breaker holds callers back."""
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
    """Whether the server answers a PING; False for a second after it has failed, so that asking often costs nothing."""
    try:
        return bool(_call(lambda client: client.ping()))
    except StoreDown:
        return False


# ---- boards: sorted sets of members with packed integer scores, best = highest ----


def boards_add(contest_id: int, boards: Mapping[str, Mapping[str, int]]) -> None:
    """Set packed scores (integers in [0, 2^53), by member) on each named board, all together.

    Where a board that was there has vanished the boards lose their marker: they have to be replaced.
    """
    for scores in boards.values():
        for score in scores.values():
            _check_score(score)
    if not boards:
        return

    def work(client: Any) -> None:
        names = list(boards)
        pipe = client.pipeline(transaction=True)
        pipe.smismember(_names(contest_id), [_WHOLE, *names])
        for name in names:
            pipe.exists(_board(contest_id, name))
        for name in names:
            pipe.zadd(_board(contest_id, name), boards[name])
        pipe.sadd(_names(contest_id), *names)
        (whole, *known), *found = pipe.execute()[: len(names) + 1]
        # A server that makes room by throwing keys away leaves boards that look whole and are not.
        if any(was_known and not is_there for was_known, is_there in zip(known, found, strict=True)) or not whole:
            client.delete(_generation(contest_id))

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


def board_places(contest_id: int, asked: Sequence[tuple[str, str, int]]) -> tuple[str | None, list[Place]]:
    """The marker of the build (see `board_generation`), and for each (board, member, packed score) the member's place.

    The member is placed by that score, whatever the board has for it; all is of one moment.
    """
    keys = [_generation(contest_id), *(_board(contest_id, name) for name, _, _ in asked)]
    values = [value for _, member, packed in asked for value in (member, packed)]
    marker, *found = _call(lambda client: _run_script(client, _PLACES, keys, values))
    counts = zip(asked, found[::3], found[1::3], found[2::3], strict=True)
    return marker, [_place(packed, *told) for (_, _, packed), *told in counts]


def _place(packed: int, above: int, equal: int, own: str | None) -> Place:
    """From how many have more, how many exactly as much, and the score that the member itself has there."""
    if own is None:
        return Place(above, equal, is_there=False)
    there = int(own)
    return Place(above - (there > packed), equal - (there == packed), is_there=True)


def boards_replace(contest_id: int, boards: Iterable[tuple[str, Mapping[str, int]]], generation: str) -> None:
    """Exchange all boards of the contest for these, then mark them complete as `generation`.

    `boards` is read once; a large board may come in several parts under the same name. Readers see the old boards,
    then, for a moment, no marker, then the new ones: never a half-filled board with a marker. A board that is not
    named here is gone afterwards. What `boards_add` wrote while the boards were being collected is overwritten: the
    caller adds it again.
    """
    nonce = secrets.token_hex(8)
    sizes = _write_aside(contest_id, boards, nonce)

    def swap(client: Any) -> None:
        old_names = client.smembers(_names(contest_id))
        pipe = client.pipeline(transaction=True)
        pipe.delete(_generation(contest_id))
        for name in old_names | set(sizes):
            # UNLINK frees a big board in the background; RENAME over it would free it while everybody waits.
            pipe.unlink(_board(contest_id, name))
        for name in sizes:
            # Not `pipe.rename`, which the client refuses on a cluster; here both keys are in one slot.
            pipe.execute_command("RENAME", _aside(contest_id, nonce, name), _board(contest_id, name))
            pipe.persist(_board(contest_id, name))
        pipe.unlink(_names(contest_id))
        pipe.sadd(_names(contest_id), _WHOLE, *sizes)
        pipe.execute()
        # Redis does not undo a transaction of which one command failed, so the marker waits until all have succeeded,
        # and until all is there: a server that is full may have thrown some of it away already.
        pipe = client.pipeline(transaction=True)
        for name in sizes:
            pipe.zcard(_board(contest_id, name))
        if any(there < size for there, size in zip(pipe.execute(), sizes.values(), strict=True)):
            raise ResponseError("the server does not keep the boards")
        client.set(_run(contest_id), _run_id(client, contest_id))
        client.set(_generation(contest_id), generation)

    _call(swap)


def boards_are_whole(contest_id: int) -> bool:
    """Whether what `boards_replace` wrote is still there: by the same run of the server, and with no key missing.

    A server that was started again may have lost the last seconds, or gone back to an old copy of its data.
    """

    def look(client: Any) -> bool:
        if client.get(_run(contest_id)) != _run_id(client, contest_id):
            return False
        names = client.smembers(_names(contest_id))
        keys = [_board(contest_id, name) for name in names - {_WHOLE}]
        return _WHOLE in names and (not keys or client.exists(*keys) == len(keys))

    return bool(_call(look))


def boards_disown(contest_id: int) -> None:
    """Take the marker away, so that nobody believes the boards until they have been replaced."""
    _call(lambda client: client.delete(_generation(contest_id)))


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

    return int(_call(lambda client: _run_script(client, _HIT, [full_key], [limit, window_seconds])))


# ---- inside ----


def _call(work: Callable[[Any], Any]) -> Any:
    if _store is None:
        raise RuntimeError("init_store was not called")
    return _store.call(work)


@cache
def _sha(script: str) -> str:
    return hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest()


def _run_script(client: Any, script: str, keys: Sequence[str], values: Sequence[str | int]) -> Any:
    """What the script gives; sent whole only to a server that does not know it yet."""
    try:
        return client.evalsha(_sha(script), len(keys), *keys, *values)
    except NoScriptError:
        return client.eval(script, len(keys), *keys, *values)


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


def _write_aside(contest_id: int, boards: Iterable[tuple[str, Mapping[str, int]]], nonce: str) -> dict[str, int]:
    """Write the boards under passing names, a thousand members or so at a time; their sizes, less the empty ones."""
    sizes: Counter[str] = Counter()
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
            sizes[name] += len(part)
            members += len(part)
            if members >= _CHUNK:
                _call(write)
                waiting.clear()
                members = 0
    if waiting:
        _call(write)
    return sizes


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


def _run(contest_id: int) -> str:
    return f"quiz:{{c{contest_id}}}:run"


def _run_id(client: Any, contest_id: int) -> str:
    """Names the present run of the server that holds the contest's keys; another one after each start, or failover."""
    try:
        if isinstance(client, RedisCluster):
            node = client.get_node_from_key(_names(contest_id))  # type: ignore[no-untyped-call]
            return str(client.info("server", target_nodes=node)["run_id"])
        return str(client.info("server")["run_id"])
    except (ResponseError, KeyError):
        return "-"  # a server that does not tell


def _generation(contest_id: int) -> str:
    return f"quiz:{{c{contest_id}}}:generation"
