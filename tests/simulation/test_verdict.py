import random

import pytest

from simulation.history import History
from simulation.person import Person
from simulation.site import Reply, Site
from simulation.verdict import answers_hash, judge

QUESTIONS = [
    {"question": "q1", "options": [{"option": "A"}, {"option": "B"}]},
    {"question": "q2", "options": [{"option": "A"}, {"option": "B"}]},
]


def somebody(*made):
    """A person who chose (question, options, was it acknowledged) one after another."""
    person = Person(Site("http://nowhere", History(), who="an"), "mau", "thu", {}, random.Random(1))
    person.attempt = "a1"
    person.started = {"paper": {"questions": QUESTIONS, "prediction": None}}
    for question, options, acknowledged in made:
        person.choose(question, options).acknowledged = acknowledged
    return person


def shown(**stored):
    """An open paper with (revision, options) of each question."""
    answers = [{"question": name, "rev": rev, "options": list(options)} for name, (rev, options) in stored.items()]
    body = {"state": "open", "answers": answers, "prediction": None, "result": None, "paper": {"questions": QUESTIONS}}
    operation = History().begin("an", "read")
    return Reply(200, body, {}, "acknowledged", operation)


@pytest.mark.parametrize(
    ("made", "stored"),
    [
        ([("q1", "A", True)], {"q1": (1, "A")}),
        # A newer choice, of which nobody knows whether it arrived, may have taken its place.
        ([("q1", "A", True), ("q1", "B", False)], {"q1": (1, "A")}),
        ([("q1", "A", True), ("q1", "B", False)], {"q1": (2, "B")}),
        ([("q1", "A", False)], {}),
        ([("q1", "AB", True)], {"q1": (1, "BA")}),
    ],
)
def test_what_may_be_stored(made, stored):
    assert judge(somebody(*made), shown(**stored)) == []


@pytest.mark.parametrize(
    ("made", "stored", "what"),
    [
        ([("q1", "A", True)], {}, "q1: revision 1 was acknowledged, nothing is stored"),
        ([("q1", "A", True), ("q1", "B", True)], {"q1": (1, "A")}, "q1: revision 2 was acknowledged, 1 is stored"),
        ([("q1", "A", True)], {"q1": (1, "B")}, "q1: revision 1 is stored with a choice that was never made under it"),
        ([("q1", "A", True)], {"q1": (9, "A")}, "q1: revision 9 is stored with a choice that was never made under it"),
        ([("q1", "A", True)], {"q1": (1, "A"), "q2": (2, "B")}, "q2: stored, but never sent"),
    ],
)
def test_what_may_not(made, stored, what):
    assert [loss.what for loss in judge(somebody(*made), shown(**stored))] == [what]


def test_a_paper_that_cannot_be_read_is_lost():
    reply = Reply(404, {"code": "attempt_not_found"}, {}, "refused", History().begin("an", "read"))

    [loss] = judge(somebody(("q1", "A", True)), reply)

    assert loss.what == "the attempt cannot be read: 404 attempt_not_found"


def test_a_receipt_for_other_answers():
    person = somebody(("q1", "A", True))
    paper = "c0faa0a56f2c4aaa"
    person.receipt = (
        f'{{"attempt": "a1", "deadline": "d", "submitted_at": "s", "salt": "x", "paper_hash": "{paper}",'
        f' "answers_hash": "{answers_hash("x", {"q1": frozenset("B")})}"}}'
    ).encode()
    reply = shown(q1=(1, "A"))
    reply.body.update(state="final", attempt="a1", deadline="d", submitted_at="s")

    assert [loss.what for loss in judge(person, reply)] == [
        "the receipt does not fit the paper: answers_hash, paper_hash"
    ]
