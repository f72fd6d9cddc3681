"""quizapp.audit.rules: what a chain proves, and what only an anchor proves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.audit.rules import NOTHING, Entry, Fault, Head, canonical, chain_hash, find_fault

START = datetime(2026, 5, 19, 1, 0, tzinfo=UTC)
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
FACTS = st.tuples(WORDS, WORDS, WORDS, st.none() | WORDS, WORDS, WORDS)


def chained(lines) -> list[Entry]:
    """A sound chain of lines (actor, origin, act, round, object, reason)."""
    chain: list[Entry] = []
    for i, (actor, origin, act, round_key, thing, reason) in enumerate(lines):
        prev = chain[-1].hash if chain else NOTHING
        entry = Entry(7, i, START + timedelta(seconds=i), actor, origin, act, round_key, thing, reason, prev, "")
        chain.append(replace(entry, hash=chain_hash(prev, canonical(entry))))
    return chain


def head_of(chain: list[Entry]) -> Head:
    return Head(len(chain), chain[-1].hash if chain else NOTHING)


CHAINS = st.lists(FACTS, min_size=1, max_size=8).map(chained)


def test_the_hash_is_that_of_the_published_example():
    first = b'{"a":"A1","i":0,"t":"2026-05-19T01:00:00.000Z","type":"attempt.start"}'
    second = b'{"a":"A1","choice":"B","i":1,"q":"Q007","seq":1,"t":"2026-05-19T01:00:05.250Z","type":"answer.save"}'
    after_first = chain_hash(NOTHING, first)
    assert after_first == "8bff99f9fb0ac6b1f5821e9f423a4e0a2ba9cbb073956d67e6b3798d6084aeca"
    assert chain_hash(after_first, second) == "484fb51785dc0ad83bf9cd2b765640aff2826d9ec1ab2451ee5f6afcfb68e9f4"


def test_a_line_is_hashed_as_sorted_json_in_utf8():
    (entry,) = chained([("an", "192.0.2.1", "launch", None, "", "Đúng hạn")])
    assert (
        canonical(entry)
        == (
            '{"act":"launch","actor":"an","at":"2026-05-19T01:00:00.000000+00:00","chain":7,"i":0,"object":"",'
            '"origin":"192.0.2.1","reason":"Đúng hạn","round":null}'
        ).encode()
    )


@given(CHAINS)
def test_a_sound_chain_is_sound_at_each_of_its_heads(chain):
    assert find_fault(chain) is None
    assert all(find_fault(chain, head_of(chain[:count])) is None for count in range(len(chain) + 1))


CHANGES = {
    "at": lambda entry: entry.at + timedelta(milliseconds=1),
    "actor": lambda entry: entry.actor + "x",
    "origin": lambda entry: entry.origin + "x",
    "act": lambda entry: entry.act + "x",
    "round_key": lambda entry: "x" if entry.round_key is None else None,
    "object": lambda entry: entry.object + "x",
    "reason": lambda entry: entry.reason + " ",
    "prev": lambda entry: "11" * 32,
    "hash": lambda entry: "22" * 32,
    "chain": lambda entry: entry.chain + 1,
}


@given(CHAINS, st.data())
@pytest.mark.parametrize("field", CHANGES)
def test_an_edited_line_is_named(field, chain, data):
    i = data.draw(st.integers(0, len(chain) - 1))
    chain[i] = replace(chain[i], **{field: CHANGES[field](chain[i])})
    assert find_fault(chain) == Fault(i, "changed")


@given(CHAINS, st.data())
def test_an_edited_line_with_a_new_hash_is_named_at_the_next_line(chain, data):
    i = data.draw(st.integers(0, len(chain) - 1))
    edited = replace(chain[i], reason=chain[i].reason + "x")
    head = head_of(chain)
    chain[i] = replace(edited, hash=chain_hash(edited.prev, canonical(edited)))
    if i + 1 < len(chain):
        assert find_fault(chain) == Fault(i + 1, "changed")
    else:
        assert find_fault(chain) is None
        assert find_fault(chain, head) == Fault(i, "changed")


@given(CHAINS, st.data())
def test_a_line_that_was_taken_out_is_named(chain, data):
    i = data.draw(st.integers(0, len(chain) - 1))
    head = head_of(chain)
    del chain[i]
    if i < len(chain):
        assert find_fault(chain) == Fault(i, "missing")
    assert find_fault(chain, head) == Fault(i, "missing" if i < len(chain) else "truncated")


@given(CHAINS, st.data())
def test_lines_that_changed_places_are_named(chain, data):
    if len(chain) < 2:
        return
    first, second = sorted(data.draw(st.sets(st.integers(0, len(chain) - 1), min_size=2, max_size=2)))
    one, other = chain[first], chain[second]
    chain[first], chain[second] = replace(other, i=first), replace(one, i=second)
    assert find_fault(chain) == Fault(first, "changed")
    chain[first], chain[second] = other, one
    assert find_fault(chain) == Fault(first, "missing")


@given(CHAINS, st.data())
def test_a_line_put_in_between_is_named(chain, data):
    i = data.draw(st.integers(0, len(chain) - 1))
    put = replace(chain[i], reason=chain[i].reason + "x")
    put = replace(put, hash=chain_hash(put.prev, canonical(put)))
    later = [replace(entry, i=entry.i + 1) for entry in chain[i:]]
    assert find_fault([*chain[:i], put, *later]) == Fault(i + 1, "changed")


@given(CHAINS, st.data())
def test_a_cut_end_is_seen_against_an_anchor_alone(chain, data):
    left = data.draw(st.integers(0, len(chain) - 1))
    assert find_fault(chain[:left]) is None
    assert find_fault(chain[:left], head_of(chain)) == Fault(left, "truncated")


@given(CHAINS, st.data())
def test_a_chain_written_anew_is_seen_against_an_anchor_alone(chain, data):
    i = data.draw(st.integers(0, len(chain) - 1))
    lines = [(e.actor, e.origin, e.act, e.round_key, e.object, e.reason) for e in chain]
    lines[i] = ("somebody else" + lines[i][0], *lines[i][1:])
    anew = chained([*lines, lines[0]])
    assert find_fault(anew) is None
    assert find_fault(anew, head_of(chain)) == Fault(len(chain) - 1, "changed")
