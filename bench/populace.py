"""A round in which any number of people have finished a paper, filled by the database itself; equal at every run.

What as many requests would have left behind, but for the single answers of each paper: no path that is measured here
reads the answers of other people.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from bench.http.fill import DRAWN, TREE, launch
from quizapp import clock
from quizapp.areas import queries as areas
from quizapp.areas import service as areas_service
from quizapp.attempts import standings
from quizapp.attempts.paper import SeededStream, draw_paper
from quizapp.attempts.rules import canonical
from quizapp.cli.areas import tree_files
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo
from quizapp.db import db, transaction
from quizapp.text import fold, name_sort_key

SLUG = "dong-nguoi"
POINTS = 10
_FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Rơ Châm", "Siu", "Đinh", "Vũ", "Ksor")
_MIDDLES = ("Văn", "Thị", "Minh", "Ngọc", "Hữu", "H'", "Thanh", "Quốc")
_GIVEN = ("An", "Bình", "Chi", "Dũng", "Đức", "Giang", "Hà", "Khánh", "Linh", "Mai", "Nam", "Phúc", "Quỳnh", "Yến")
_UNITS = ("Chi bộ Thôn 1", "Trường THCS Kim Đồng", "Công an xã", "Chi bộ Tổ dân phố 4, phường Mẫu", "Hội Nông dân")

_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {people})"
_PEOPLE = """
INSERT INTO participants (public_id, contest_id, identity_hash, entry_code, full_name, sort_name, name_fold,
    date_of_birth, phone, area_id, unit, is_unranked, consent_version, consented_at, entered_at)
{numbers}
SELECT 'p' || substr(CAST(1000000000 + i AS TEXT), 2), {contest}, 'i' || i, 'E' || i, full_name, sort_name, name_fold,
    '1985-04-27', '09' || substr(CAST(100000000 + i % 100000000 AS TEXT), 2), area_id, unit, {no}, 'v1', {opened},
    {opened}
FROM n
JOIN bench_names ON bench_names.place = i % {names}
JOIN bench_areas ON bench_areas.place = (CAST(i AS BIGINT) * 7919) % {areas}
JOIN bench_units ON bench_units.place = i % {units}
"""
_ATTEMPTS = """
INSERT INTO attempts (public_id, contest_id, round_id, participant_id, number, rules_version, paper, started_at,
    deadline, extra_seconds, prediction_rev, submitted_at, duration_ms, finished_by, score, is_perfect, receipt_code,
    receipt)
SELECT 'a' || substr(public_id, 2), {contest}, {round}, id, 1, 1, :paper, {started}, {closes}, 0, 0, {submitted},
    took, 'participant', given * {points}, given = {drawn}, 'R' || substr(public_id, 2), :receipt
FROM (
    SELECT id, public_id, (CAST(id AS BIGINT) * 104729) % {span} AS after,
        20000 + (CAST(id AS BIGINT) * 15485863) % 880000 AS took,
        {drawn} - (CAST(id AS BIGINT) * 32452843) % 1009 % ({drawn} + 1) AS given
    FROM participants WHERE contest_id = {contest}
) each_person
ORDER BY after + took
"""


def make(people: int) -> ContestInfo:
    """The contest, with that many people, a finished paper and a standing for each, and what is kept of them."""
    with transaction():
        for file in tree_files():
            areas_service.load_tree(file.read_bytes(), name=file.name, now=clock.now())
    contest = launch(SLUG)
    round_ = contest.rounds[0]
    with transaction():
        areas_used = [node.id for node in areas.get_tree(TREE).at_level("commune")]
        _names(), _list("bench_areas", "area_id", "INTEGER", areas_used), _list("bench_units", "unit", "TEXT", _UNITS)
        lasts_ms = int((round_.closes_at - round_.opens_at) / timedelta(milliseconds=1))
        words = {
            "numbers": _NUMBERS.format(people=people),
            "contest": contest.id,
            "round": round_.id,
            "names": len(_FAMILIES) * len(_MIDDLES) * len(_GIVEN),
            "areas": len(areas_used),
            "units": len(_UNITS),
            "points": POINTS,
            "drawn": DRAWN,
            "span": min(3_000_000, lasts_ms - 900_000),
            "no": "FALSE",
            "opened": _moment(round_.opens_at, "0"),
            "closes": _moment(round_.closes_at, "0"),
            "started": _moment(round_.opens_at, "after"),
            "submitted": _moment(round_.opens_at, "after + took"),
        }
        db.session.execute(text(_PEOPLE.format(**words)))
        db.session.execute(
            text(_ATTEMPTS.format(**words)), {"paper": _paper(contest), "receipt": "{" + " " * 600 + "}"}
        )
        standings.recompute_round(contest, round_, None)
        for name in ("bench_names", "bench_areas", "bench_units"):
            db.session.execute(text(f"DROP TABLE {name}"))
    analyze()
    return contest


def analyze() -> None:
    """Let the database count what it holds, as its own maintenance does in time."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE" if _is_postgres() else "ANALYZE"))


def _is_postgres() -> bool:
    return db.engine.dialect.name == "postgresql"


def _names() -> None:
    names = [f"{a} {b} {c}" for a in _FAMILIES for b in _MIDDLES for c in _GIVEN]
    bytes_ = "BYTEA" if _is_postgres() else "BLOB"
    db.session.execute(
        text(
            f"CREATE TABLE bench_names (place INTEGER PRIMARY KEY, full_name TEXT, sort_name {bytes_}, name_fold TEXT)"
        )
    )
    db.session.execute(
        text("INSERT INTO bench_names VALUES (:place, :name, :sort, :fold)"),
        [{"place": i, "name": name, "sort": name_sort_key(name), "fold": fold(name)} for i, name in enumerate(names)],
    )


def _list(table: str, column: str, kind: str, values: Any) -> None:
    db.session.execute(text(f"CREATE TABLE {table} (place INTEGER PRIMARY KEY, {column} {kind})"))
    rows = [{"place": place, "value": value} for place, value in enumerate(values)]
    db.session.execute(text(f"INSERT INTO {table} VALUES (:place, :value)"), rows)


def _moment(start: Any, milliseconds: str) -> str:
    """SQL for so many milliseconds after `start`."""
    if _is_postgres():
        return f"(TIMESTAMPTZ '{start.isoformat()}' + ({milliseconds}) * INTERVAL '1 millisecond')"
    seconds = int(start.timestamp())
    return (
        f"(strftime('%Y-%m-%d %H:%M:%S', {seconds} + ({milliseconds}) / 1000, 'unixepoch')"
        f" || printf('.%03d000', ({milliseconds}) % 1000))"
    )


def _paper(contest: ContestInfo) -> str:
    """One drawn paper; everybody has it."""
    snapshot = contests.get_snapshot(contest.id, 1)
    key = contest.rounds[0].key
    shuffle = snapshot.spec.round(key).paper.shuffle
    paper = draw_paper(SeededStream(b"bench" * 8, "paper"), snapshot.blueprints[key], snapshot.questions, shuffle)
    return canonical([[ref, list(options)] for ref, options in paper])
