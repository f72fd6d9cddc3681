"""Any order, repetition and delay of saves ends in the same paper, through the database."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizapp.attempts import queries
from quizapp.attempts.rules import Choice
from tests import factories

# What one browser did: (question, option) in this order; the revision is the place in the list.
clicks = st.lists(st.tuples(st.integers(0, 4), st.sampled_from("ABCD")), min_size=1, max_size=12)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), done=clicks)
def test_any_order_repetition_and_delay_of_saves_ends_in_the_same_paper(app, now, data, done):
    contest = _contest(now)
    person = factories.enter(contest, now)
    attempt = factories.start(contest, person, now)
    refs = [ref for ref, _ in attempt.paper]
    choices = [Choice(refs[question], (option,), rev) for rev, (question, option) in enumerate(done, start=1)]
    arriving = data.draw(st.permutations(choices + data.draw(st.lists(st.sampled_from(choices), max_size=6))))
    while arriving:
        size = data.draw(st.integers(1, len(arriving)))
        batch, arriving = _without_repeats(arriving[:size]), arriving[size:]
        factories.save(person, attempt, batch, now)
    assert queries.get_answers(attempt.id) == {choice.question: choice for choice in choices}


def _without_repeats(batch):
    return list({(choice.question, choice.rev): choice for choice in batch}.values())


def _contest(now):
    known = factories.contests.find_contest("cuoc-thi-mau")
    return known or factories.make_contest(now)
