"""One line of raw.jsonl looked at by itself: its paper drawn again, its times, its points from the answers."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from quizapp.attempts import rules as attempt_rules
from quizapp.attempts.paper import SeededStream, draw_paper, stream_label
from quizapp.attempts.rules import Marking, canonical
from quizapp.clock import rfc3339
from quizapp.contests.rules import SnapshotQuestion, Stratum
from quizapp.records.bundle import RAW, RULES
from quizapp.records.formats import Difference, Key, Line, Question, Round, Rules


class Grader:
    """Checks lines of one round."""

    def __init__(self, rules: Rules, round_: Round, key: Key | None) -> None:
        """Without a key, or a seed in it, what needs them is not checked."""
        self._contest = rules.contest
        self._round = round_
        self._seed = bytes.fromhex(key.seed) if key is not None and key.seed is not None else None
        known = key.rounds.get(round_.key) if key is not None else None
        self._markings: Mapping[str, Marking] | None = None
        if known is not None:
            self._markings = {
                ref: Marking(frozenset(map(frozenset, each.right)), each.void) for ref, each in known.questions.items()
            }
        self._blueprint = [Stratum(tuple(each.pool), each.count) for each in round_.blueprint or ()]
        self._questions = {ref: _question(ref, each) for ref, each in (round_.questions or {}).items()}

    def check(self, line: Line, number: int) -> bool:
        """Whether the paper was drawn again. Raises Difference with the number of the line."""
        if line.rules_version != self._round.rules_version:
            version = str(self._round.rules_version)
            raise Difference("version", RAW, number, "rules_version", version, str(line.rules_version))
        redrawn = self._check_paper(line, number)
        _check_answers(line, number)
        if line.state == "final":
            self._check_times(line, number)
            self._check_points(line, number)
        if line.prediction is not None and (self._round.prediction is None or line.prediction < 0):
            raise Difference("prediction", RAW, number, "prediction", "", str(line.prediction))
        return redrawn

    def _check_paper(self, line: Line, number: int) -> bool:
        """The paper is the one that the seed gives; without the seed, one that could have been drawn."""
        stated = [[ref, list(options)] for ref, options in line.paper]
        if self._round.mode == "marked":
            if stated:
                raise Difference("paper", RAW, number, "paper", "[]", canonical(stated))
            return False
        if self._round.blueprint is None or self._round.questions is None:
            return False
        if self._seed is None:
            self._check_possible(line, number)
            return False
        label = stream_label(self._contest, line.participant, line.round, line.number)
        stream = SeededStream(self._seed, label)
        try:
            drawn = draw_paper(stream, self._blueprint, self._questions, self._round.shuffle)
        except (ValueError, KeyError) as error:
            place = f"rounds.{self._round.key}.blueprint"
            raise Difference("unreadable", RULES, None, place, "", str(error)) from None
        expected = canonical([[ref, list(options)] for ref, options in drawn])
        if expected != canonical(stated):
            raise Difference("paper", RAW, number, "paper", expected, canonical(stated))
        return True

    def _check_possible(self, line: Line, number: int) -> None:
        """So many questions of the round, none twice, each with all of its options."""
        wanted = sum(stratum.count for stratum in self._blueprint)
        refs = {ref for ref, _ in line.paper}
        if len(line.paper) != wanted or len(refs) != wanted:
            raise Difference("paper", RAW, number, "paper", str(wanted), str(len(refs)))
        for ref, options in line.paper:
            known = sorted(key for key, _ in self._questions[ref].options) if ref in self._questions else []
            if sorted(options) != known:
                raise Difference("paper", RAW, number, f"paper.{ref}", ",".join(known), ",".join(options))

    def _check_times(self, line: Line, number: int) -> None:
        """The attempt lies in its round, and its end before its deadline. What is marked by hand has no clock."""

        def expect(name: str, *, fits: bool) -> None:
            if not fits:
                value = getattr(line, name)
                found = rfc3339(value) if isinstance(value, datetime) else ""
                raise Difference("time", RAW, number, name, "", found)

        expect("submitted_at", fits=line.submitted_at is not None and line.submitted_at >= line.started_at)
        expect("finished_by", fits=line.finished_by is not None)
        if self._round.mode == "marked" or line.submitted_at is None:
            return
        expect("started_at", fits=self._round.opens_at <= line.started_at <= self._round.closes_at)
        # Maybe after the round's end: a round that was closed early leaves finished papers the deadlines they had.
        expect("deadline", fits=line.started_at <= line.deadline)
        limit = self._round.time_limit_seconds
        if limit is not None:
            longest = timedelta(seconds=limit + line.extra_seconds)
            expect("deadline", fits=line.deadline <= line.started_at + longest)
        expect("submitted_at", fits=line.submitted_at <= min(line.deadline, self._round.closes_at))
        if line.finished_by == "deadline":
            expect("submitted_at", fits=line.submitted_at == line.deadline)

    def _check_points(self, line: Line, number: int) -> None:
        """Points follow from the answers and the key, the score from the points; without the key, only the latter."""
        if self._round.mode == "marked":
            self._check_marks(line, number)
            return
        if self._markings is None:
            _expect(number, "score", sum(line.points.values()), line.score)
            return
        unknown = next((ref for ref, _ in line.paper if ref not in self._markings), None)
        if unknown is not None:
            raise Difference("key", RAW, number, f"paper.{unknown}", "", unknown)
        paper = [(ref, tuple(options)) for ref, options in line.paper]
        grade = attempt_rules.grade(paper, line.answers, self._markings, self._round.points)
        computed = dict(grade.points)
        for ref in [*computed, *sorted(set(line.points) - set(computed))]:
            _expect(number, f"points.{ref}", computed.get(ref), line.points.get(ref))
        _expect(number, "score", grade.score, line.score)
        _expect(number, "perfect", grade.is_perfect, line.perfect)

    def _check_marks(self, line: Line, number: int) -> None:
        marks = line.points.get("marks")
        if set(line.points) != {"marks"} or marks is None or not 0 <= marks <= self._round.points:
            raise Difference("points", RAW, number, "points.marks", "", canonical(line.points))
        _expect(number, "score", marks, line.score)
        _expect(number, "perfect", marks == self._round.points, line.perfect)


def _check_answers(line: Line, number: int) -> None:
    """Only questions of the paper are answered, each with options that it shows."""
    shown = dict(line.paper)
    for ref in sorted(line.answers):
        chosen = line.answers[ref]
        if ref not in shown or len(set(chosen)) != len(chosen) or not set(chosen) <= set(shown[ref]):
            expected = ",".join(sorted(shown.get(ref, ())))
            raise Difference("answer", RAW, number, f"answers.{ref}", expected, ",".join(chosen))


def _expect(number: int, field: str, computed: object, stated: object) -> None:
    if computed != stated:
        raise Difference("points", RAW, number, field, canonical(computed), canonical(stated))


def _question(ref: str, given: Question) -> SnapshotQuestion:
    """A question as the draw looks at it; what it asks is not known here."""
    return SnapshotQuestion(
        ref=ref,
        text="",
        options=tuple((key, "") for key in given.options),
        answer=frozenset(),
        pinned=frozenset(given.pinned),
        keep_order=given.keep_order,
        topic="",
        difficulty="",
        explanation="",
        source_title="",
        source_url="",
    )
