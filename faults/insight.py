"""A look into the database from outside, only to see whether a fault met work under way; never used to judge."""

import sqlite3
from contextlib import closing

from faults.stage import POSTGRESQL, Stage

_OPEN = """SELECT count(*) FROM attempts JOIN contests ON contests.id = attempts.contest_id
WHERE attempts.submitted_at IS NULL AND contests.slug = '{slug}'"""


def open_papers(stage: Stage, slug: str) -> int:
    """How many papers of a contest are not final."""
    query = _OPEN.format(slug=slug)
    if stage.database == POSTGRESQL:
        with stage.postgres.connect() as session:
            row = session.execute(query).fetchone()
        return int(row[0]) if row else 0
    path = stage.product.data_dir / "quiz.sqlite3"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as connection:
        return int(connection.execute(query).fetchone()[0])
