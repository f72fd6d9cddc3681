"""What tests of the public pages share."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event

from quizapp import statements
from quizapp.db import db
from quizapp.statements import Asked
from quizapp.web import throttle
from quizapp.web.play import area_results, board_page


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """No board, no table and no throttle of an earlier test."""
    board_page.forget_boards()
    area_results.forget_results()
    throttle.forget_local()


@dataclass
class QueryCount:
    """The statements that have been sent to the database."""

    statements: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.statements)


@pytest.fixture
def query_count(app: Flask) -> Callable[[], AbstractContextManager[QueryCount]]:
    """`with query_count() as asked:` counts what is asked of the database in the block, hot statements too."""

    @contextmanager
    def counting() -> Iterator[QueryCount]:
        found = QueryCount()

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if statement != "BEGIN":
                found.statements.append(statement)

        def send(connection: Connection, asked: Sequence[Asked], **options: Any) -> list[list[Any]]:
            found.statements.extend(statement.on(connection.dialect).text for statement, _ in asked)
            return hot(connection, asked, **options)

        hot = statements._send
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(statements, "_send", send)
                yield found
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return counting
