"""What a line of the log is, and how a chain of them is proved. Pure."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

# The chain of what concerns the whole installation: accounts, banks. Each contest has its own, numbered as the contest.
INSTALLATION = 0
# What the first line of a chain comes after.
NOTHING = "00" * 32


@dataclass(frozen=True)
class Entry:
    """One line: the `i`-th (from 0) of its chain. `origin` is the network address, or the command that was run."""

    chain: int
    i: int
    at: datetime
    actor: str
    origin: str
    act: str
    round_key: str | None
    object: str
    reason: str
    prev: str
    hash: str


@dataclass(frozen=True)
class Head:
    """The end of a chain: how many lines it has, and the hash of the last (NOTHING when there is none)."""

    count: int
    hash: str


@dataclass(frozen=True)
class Fault:
    """The first line of a chain that is not what was written: `kind` is changed, missing, or truncated."""

    i: int
    kind: str


def canonical(entry: Entry) -> bytes:
    """What is hashed: every fact of the line but the hashes, as JSON with sorted keys, without blanks, in UTF-8."""
    facts = {
        "chain": entry.chain,
        "i": entry.i,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "origin": entry.origin,
        "act": entry.act,
        "round": entry.round_key,
        "object": entry.object,
        "reason": entry.reason,
    }
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def chain_hash(prev: str, content: bytes) -> str:
    """SHA-256 over the bytes of the previous hash and the content, in hexadecimal."""
    return hashlib.sha256(bytes.fromhex(prev) + content).hexdigest()


def find_fault(entries: Iterable[Entry], anchor: Head | None = None) -> Fault | None:
    """The first line of one chain that is wrong; None when all is well. Entries come in the order of `i`.

    A line that was edited is `changed`; where one was taken out or two change places, the place is `missing`. That the
    end was cut off can be seen only against an `anchor`, a head that was written down elsewhere before: `truncated`; a
    chain that was written anew from some line on is `changed` at the anchor.
    """
    prev, count = NOTHING, 0
    for entry in entries:
        if entry.i != count:
            return Fault(count, "missing")
        if entry.prev != prev or chain_hash(prev, canonical(entry)) != entry.hash:
            return Fault(count, "changed")
        prev, count = entry.hash, count + 1
        if anchor is not None and anchor.count == count and anchor.hash != prev:
            return Fault(entry.i, "changed")
    if anchor is not None and anchor.count > count:
        return Fault(count, "truncated")
    return None
