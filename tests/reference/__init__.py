"""Contest files that press the vocabulary of rules from all sides, with the areas that are not shipped."""

from datetime import datetime
from pathlib import Path

from quizapp.areas import service as areas
from quizapp.config import ROOT
from quizapp.db import transaction

HERE = Path(__file__).parent
SHIPPED = [ROOT / "data" / "contests" / f"{name}.yaml" for name in (
    "gia-lai-2022-hcm", "dak-po-2021", "hoa-binh-2022-hcm", "quang-nam-2022-thcs",
)]  # fmt: skip
STRESS = sorted(HERE.glob("*.yaml"))


def load_areas(now: datetime) -> None:
    """The area trees of the stress set; the shipped ones are there already."""
    with transaction():
        for file in sorted((HERE / "areas").glob("*.yaml")):
            areas.load_tree(file.read_bytes(), name=file.name, now=now)
        areas.check_references()
