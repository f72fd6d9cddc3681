"""Pages of staff ask the database as often for many people as for few."""

import pytest
from sqlalchemy import event

from quizapp.db import db
from tests import factories

CONTEST = "/don-vi/cuoc-thi-mau"


@pytest.fixture
def count_queries(app):
    """How many questions a call asks."""

    def count(call):
        statements = []

        def remember(connection, cursor, statement, *_):
            statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", remember)
        try:
            call()
        finally:
            event.remove(db.engine, "before_cursor_execute", remember)
        return sum(statement.startswith("SELECT") for statement in statements)

    return count


@pytest.mark.parametrize(
    "path",
    [
        CONTEST,
        f"{CONTEST}?level=commune",
        f"{CONTEST}/nguoi-du-thi",
        f"{CONTEST}/chi-tieu",
        f"{CONTEST}/tai/summary.csv",
        f"{CONTEST}/tai/participants.csv",
        f"{CONTEST}/tai/attempts.csv",
    ],
)
def test_the_number_of_questions_does_not_grow_with_people(people, scene, count_queries, path):
    def call():
        assert people("tinh").client.get(path).status_code == 200

    call()
    before = count_queries(call)
    for area in ("111", "121", "122", "ngoai-tinh:01", "ngoai-tinh:01", ""):
        factories.sit(
            scene.contest, factories.enter(scene.contest, scene.now, area=area), scene.now, round_key="tuan-2"
        )
    assert count_queries(call) == before
