"""What the product ships, in a test's database: areas, banks, and a contest from its file."""

from datetime import datetime
from pathlib import Path

from quizapp.areas import service as areas
from quizapp.banks import service as banks
from quizapp.cli.areas import tree_files
from quizapp.cli.banks import images_beside
from quizapp.cli.prepare import SHIPPED_BANKS, SHIPPED_CONTESTS
from quizapp.contests import service as contests
from quizapp.contests.queries import ContestInfo
from quizapp.db import transaction

__all__ = ["SHIPPED_CONTESTS", "launch_file", "load"]


def load(now: datetime) -> None:
    """All area trees and all question banks."""
    with transaction():
        for file in tree_files():
            areas.load_tree(file.read_bytes(), name=file.name, now=now)
        areas.check_references()
    with transaction():
        for file in sorted(SHIPPED_BANKS.glob("*/bank.yaml")):
            banks.import_bank(file.read_bytes(), name=str(file), actor="test", now=now, read_image=images_beside(file))


def launch_file(file: Path, now: datetime) -> ContestInfo:
    """The contest of that file, launched."""
    with transaction():
        contest, _ = contests.import_contest(file.read_bytes(), name=file.name, owner_area_id=None, now=now)
        return contests.launch(contest, actor="to-chuc", now=now)
