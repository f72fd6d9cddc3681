"""A saboteur's text must be in the product exactly once, and each drill must have a saboteur."""

import pytest

from faults import sabotage
from faults.drills import all_drills
from faults.product import ROOT
from faults.sabotage import Mistaken, Saboteur, break_text, every_saboteur


def test_the_one_place_is_replaced() -> None:
    assert break_text("a b c", "b", "x", "thử") == "a x c"


@pytest.mark.parametrize("text", ["a c", "a b b c"])
def test_a_text_that_is_not_there_once_is_a_mistake(text: str) -> None:
    with pytest.raises(Mistaken):
        break_text(text, "b", "x", "thử")


@pytest.mark.parametrize("each", every_saboteur(), ids=lambda each: each.name)
def test_every_saboteur_finds_its_places(each: Saboteur) -> None:
    for file, old, new in each.changes:
        broken = break_text((ROOT / file).read_text(encoding="utf-8"), old, new, each.name)
        if file.endswith(".py"):
            compile(broken, file, "exec")


def test_every_drill_has_a_saboteur_and_every_saboteur_a_drill() -> None:
    drills = {drill.code for drill in all_drills()}
    named = {code for each in every_saboteur() for code in each.drills}
    assert named == drills


def test_names_are_told_apart() -> None:
    names = [each.name for each in sabotage.every_saboteur()]
    assert len(names) == len(set(names))
