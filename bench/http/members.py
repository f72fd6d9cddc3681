"""Very many who have finished already, so that the board is a long one; made by the database itself."""

from datetime import timedelta
from pathlib import Path
from random import Random

from sqlalchemy import select, text

from bench import machine
from bench.http import fill
from quizapp import clock
from quizapp.attempts import standings
from quizapp.attempts.models import Standing
from quizapp.contests import queries as contests
from quizapp.db import db, transaction
from quizapp.entries.service import CONSENT_VERSION
from quizapp.leaderboard import boards
from quizapp.text import fold, name_sort_key

NAME = "Nguyễn Văn Thử"
ASKERS = 500
# The same names of people and attempts on both databases; communes in turn, scores and durations mixed.
PEOPLE = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :members),
    communes AS (SELECT a.id, row_number() OVER (ORDER BY a.id) - 1 AS place FROM areas a
                 JOIN area_trees t ON t.id = a.tree_id WHERE t.slug = :tree AND a.level = 'commune')
INSERT INTO participants (public_id, contest_id, identity_hash, entry_code, full_name, sort_name, name_fold, area_id,
                          is_unranked, consent_version, consented_at, entered_at)
SELECT 'm' || i, :contest, 'h' || i, 'E' || i, :name, :sort_name, :fold, communes.id,
       false, :consent, :opened, :opened
FROM n JOIN communes ON communes.place = n.i % (SELECT count(*) FROM communes)
"""
ATTEMPTS = """
INSERT INTO attempts (public_id, contest_id, round_id, participant_id, number, rules_version, paper, started_at,
                      deadline, prediction_rev, submitted_at, duration_ms, finished_by, score, is_perfect,
                      receipt_code, receipt)
SELECT 'a' || public_id, contest_id, :round, id, 1, :version, '[]', :opened, :closes, 0, {submitted_at},
       {took}, 'participant', id % 31 * 7919 % 31 * 10, id % 31 * 7919 % 31 = 30, 'R' || public_id, '{{}}'
FROM participants WHERE contest_id = :contest AND public_id LIKE 'm%'
"""
TOOK = "60000 + CAST(id AS bigint) * 104729 % 1740000"
SUBMITTED_AT = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', :opened, (({took}) / 1000.0) || ' seconds')",
    "postgresql": "CAST(:opened AS timestamptz) + ({took}) * interval '1 millisecond'",
}


def fill_board(url: str, folder: Path, members: int) -> None:
    """So many standings in the contest's round, and the requests of some of these people for their own place."""
    with machine.application(url) as app:
        contest = contests.get_contest(fill.SLUG)
        round_ = contest.rounds[0]
        dialect = db.engine.dialect.name
        opened = clock.now() - timedelta(minutes=50)
        values = {"contest": contest.id, "round": round_.id, "version": round_.rules_version}
        moments = {"opened": _moment(opened, dialect), "closes": _moment(round_.closes_at, dialect)}
        with transaction():
            db.session.execute(
                text(PEOPLE),
                {"members": members, "tree": fill.TREE, "contest": contest.id, "name": NAME, "fold": fold(NAME),
                 "sort_name": name_sort_key(NAME), "consent": CONSENT_VERSION, "opened": moments["opened"]},
            )  # fmt: skip
            db.session.execute(
                text(ATTEMPTS.format(took=TOOK, submitted_at=SUBMITTED_AT[dialect].format(took=TOOK))),
                {**values, **moments},
            )
            standings.recompute_round(contest, round_, None)
            boards.invalidate(contest.id)
        if dialect == "postgresql":
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE"))
        ids = list(db.session.scalars(select(Standing.participant_id).where(Standing.contest_id == contest.id)))
        askers = fill.browsers(app, Random(members).sample(ids, min(ASKERS, members)))
    path = f"{fill.API}/contests/{fill.SLUG}/rounds/{fill.ROUND}/leaderboard"
    fill.write(folder / "members.tsv", (fill.request_line("GET", path, person) for person in askers))


def _moment(moment: object, dialect: str) -> object:
    return moment if dialect == "postgresql" else moment.strftime("%Y-%m-%d %H:%M:%S.%f")  # type: ignore[attr-defined]
