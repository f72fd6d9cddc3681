"""The log in the database: written with the act or not at all, in one chain however many write, and never changed."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from quizapp.audit import queries, rules, service
from quizapp.audit.models import AuditEntry
from quizapp.audit.rules import INSTALLATION, NOTHING, Fault, Head
from quizapp.contests import service as contests
from quizapp.contests.queries import get_contest
from quizapp.db import db, fresh_snapshot, transaction
from quizapp.errors import Conflict
from tests import factories


def write(now, *acts: str, chain: int = INSTALLATION) -> None:
    for act in acts:
        with transaction():
            service.record(chain, act, actor="an", now=now)


def test_lines_follow_one_another_in_a_chain_of_their_own(app, now):
    write(now, "one", "two", "three")
    write(now, "elsewhere", chain=5)
    lines = list(queries.each_entry(INSTALLATION))
    assert [(line.i, line.act) for line in lines] == [(0, "one"), (1, "two"), (2, "three")]
    assert [line.prev for line in lines] == [NOTHING, lines[0].hash, lines[1].hash]
    assert [line.prev for line in queries.each_entry(5)] == [NOTHING]
    assert queries.list_chains() == [INSTALLATION, 5]
    assert queries.find_head(INSTALLATION) == Head(3, lines[2].hash)
    assert queries.find_head(99) == Head(0, NOTHING)
    assert [queries.find_chain_fault(chain) for chain in (INSTALLATION, 5)] == [None, None]


def test_what_is_kept_is_what_was_hashed(app, now):
    reason = 'Dấu tiếng Việt, dấu " và \\ và xuống\ndòng'
    with transaction():
        service.record(3, "act", actor="an", now=now, round_key="tuan-1", object="ABC", reason=reason)
    (line,) = queries.each_entry(3)
    assert (line.at, line.round_key, line.object, line.reason) == (now, "tuan-1", "ABC", reason)
    assert line.hash == rules.chain_hash(NOTHING, rules.canonical(line))


def test_an_act_that_fails_leaves_no_line_and_a_line_that_fails_no_act(app, now, monkeypatch):
    contest = factories.make_contest(now)
    before = queries.find_head(contest.id)
    later = {"closes_at": now + timedelta(hours=3), "actor": "an", "reason": "mưa lũ", "now": now}

    def extend_and_fail() -> None:
        with transaction():
            contests.extend_round(contest, "tuan-1", **later)
            raise Conflict("something_later")

    with pytest.raises(Conflict, match="something_later"):
        extend_and_fail()
    assert queries.find_head(contest.id) == before

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise Conflict("no_log")

    monkeypatch.setattr(service, "record", refuse)
    with pytest.raises(Conflict, match="no_log"), transaction():
        contests.extend_round(contest, "tuan-1", **later)
    fresh_snapshot()
    assert get_contest(contest.slug).round("tuan-1").closes_at == now + timedelta(hours=1)


def test_many_who_write_at_once_keep_one_gapless_chain(app, now):
    writers, each = 8, 6
    barrier = threading.Barrier(writers)

    def run(number: int) -> None:
        with app.app_context():
            barrier.wait(30)
            try:
                for turn in range(each):
                    with transaction():
                        service.record(INSTALLATION, "act", actor=f"writer-{number}", now=now, object=str(turn))
            finally:
                db.session.remove()

    db.session.remove()
    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(run, range(writers)))
    lines = list(queries.each_entry(INSTALLATION))
    assert len(lines) == writers * each
    assert rules.find_fault(lines) is None
    by_writer = {number: [line.object for line in lines if line.actor == f"writer-{number}"] for number in range(8)}
    assert all(turns == [str(turn) for turn in range(each)] for turns in by_writer.values())


@pytest.mark.parametrize("statement", [update(AuditEntry).values(actor="nobody"), delete(AuditEntry)])
def test_the_database_refuses_to_change_or_delete_a_line(app, now, statement):
    write(now, "one", "two")
    with pytest.raises(DBAPIError, match="never changed"), transaction():
        db.session.execute(statement.where(AuditEntry.i == 0))
    fresh_snapshot()
    assert [line.actor for line in queries.each_entry(INSTALLATION)] == ["an", "an"]


@pytest.mark.postgres
def test_the_table_cannot_be_emptied(app, now):
    write(now, "one")
    with pytest.raises(DBAPIError, match="never changed"), transaction():
        db.session.execute(text("TRUNCATE audit_entries"))
    fresh_snapshot()
    assert queries.find_head(INSTALLATION).count == 1


def tamper(database: str, *statements) -> None:
    """What only the owner of the tables can do."""
    off, on = {
        "sqlite": (["DROP TRIGGER audit_entries_update", "DROP TRIGGER audit_entries_delete"], []),
        "postgres": (
            ["ALTER TABLE audit_entries DISABLE TRIGGER USER"],
            ["ALTER TABLE audit_entries ENABLE TRIGGER USER"],
        ),
    }[database]
    with transaction():
        for each in (*map(text, off), *statements, *map(text, on)):
            db.session.execute(each)


def line(i: int):
    return (AuditEntry.chain == INSTALLATION) & (AuditEntry.i == i)


@pytest.mark.parametrize(
    ("statements", "fault"),
    [
        ([update(AuditEntry).where(line(2)).values(actor="somebody")], Fault(2, "changed")),
        ([update(AuditEntry).where(line(0)).values(object="x")], Fault(0, "changed")),
        ([delete(AuditEntry).where(line(1))], Fault(1, "missing")),
        (
            [
                update(AuditEntry).where(line(1)).values(i=99),
                update(AuditEntry).where(line(2)).values(i=1),
                update(AuditEntry).where(line(99)).values(i=2),
            ],
            Fault(1, "changed"),
        ),
        ([delete(AuditEntry).where(AuditEntry.i >= 3)], Fault(3, "truncated")),
    ],
    ids=["edited", "first-edited", "deleted", "reordered", "truncated"],
)
def test_what_the_owner_of_the_tables_changes_is_named(app, database, now, statements, fault):
    write(now, *"abcde")
    anchor = queries.find_head(INSTALLATION)
    tamper(database, *statements)
    assert queries.find_chain_fault(INSTALLATION, anchor) == fault
    assert db.session.scalar(select(AuditEntry.chain).limit(1)) == INSTALLATION


def test_a_line_says_where_the_act_came_from(app, now):
    for where in ("192.0.2.7", "cli launch"):
        reset = service.origin.set(where)
        write(now, "act")
        service.origin.reset(reset)
    assert [line.origin for line in queries.each_entry(INSTALLATION)] == ["192.0.2.7", "cli launch"]
