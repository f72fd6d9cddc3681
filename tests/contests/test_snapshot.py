"""What a contest is run by comes back as it was written."""

import dataclasses

from quizapp.banks import queries as banks
from quizapp.banks.rules import Image
from quizapp.contests import queries, snapshot
from tests import factories, pictures


def test_a_snapshot_survives_its_text(app, now):
    contest = pictures.make_contest(now, pictures.png(6, 4))
    frozen = queries.get_snapshot(contest.id)
    bank = banks.get_bank("anh")
    questions = {f"anh/{question.id}": question for question in bank.questions}
    text = snapshot.write(contest.spec, questions, frozen.blueprints, rules_version=frozen.rules_version)
    assert snapshot.read(text) == frozen
    assert frozen.content_hash == snapshot.content_hash(text)


def test_pictures_are_frozen_with_their_questions(app, now):
    contest = pictures.make_contest(now, pictures.png(6, 4))
    image = banks.get_bank("anh").question("anh-001").image
    pictures.make_bank(now, pictures.png(5, 5))
    frozen = queries.get_snapshot(contest.id).questions
    assert (frozen["anh/anh-001"].image, frozen["anh/anh-002"].image) == (image, None)
    assert banks.image_data(image.digest, image.kind) == pictures.shown(pictures.png(6, 4))


def test_another_picture_makes_another_snapshot(app, now):
    contest = factories.make_contest(now)
    frozen = queries.get_snapshot(contest.id)
    question = banks.get_bank("mau").question("mau-001")
    one = dataclasses.replace(question, image=Image("a.png", "Ảnh", "0" * 64, "png", 3, 2))
    two = dataclasses.replace(question, image=Image("a.png", "Ảnh", "1" * 64, "png", 3, 2))
    texts = [
        snapshot.write(contest.spec, {"mau/mau-001": each}, frozen.blueprints, rules_version=1)
        for each in (question, one, two)
    ]
    assert len({snapshot.content_hash(text) for text in texts}) == 3
