"""The shipped areas and banks."""

import pytest

from quizapp.areas import service as areas
from quizapp.banks import service as banks
from quizapp.cli.areas import tree_files
from quizapp.config import ROOT
from quizapp.db import transaction


@pytest.fixture
def shipped(app, now):
    """All shipped area trees and banks, loaded."""
    with transaction():
        for file in tree_files():
            areas.load_tree(file.read_bytes(), name=file.name, now=now)
        for file in sorted((ROOT / "question_banks").glob("*/bank.yaml")):
            banks.import_bank(file.read_bytes(), name=file.name, actor="test", now=now)
