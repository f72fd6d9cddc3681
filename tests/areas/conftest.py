"""Trees loaded from text, and the shipped tree of Gia Lai."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask

from quizapp.areas import queries, service
from quizapp.areas.rules import Tree
from quizapp.config import ROOT
from quizapp.db import transaction


@pytest.fixture
def now() -> datetime:
    return datetime(2022, 5, 19, 8, 0, tzinfo=UTC)


@pytest.fixture
def load(app: Flask, now: datetime) -> Callable[[str], bool]:
    """Load a tree from the text of its file, committed; whether it changed anything."""

    def load(text: str) -> bool:
        with transaction():
            return service.load_tree(text.encode(), name="tree.yaml", now=now)[1]

    return load


@pytest.fixture
def gia_lai(load: Callable[[str], bool]) -> Tree:
    """The shipped tree of Gia Lai in 2022."""
    load((ROOT / "data" / "areas" / "gia-lai-2022.yaml").read_text(encoding="utf-8"))
    return queries.get_tree("gia-lai-2022")
