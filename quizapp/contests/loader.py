"""A contest file to a checked spec: form, contradictions, and that its tree, banks and questions exist."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from quizapp.areas import queries as areas
from quizapp.banks import queries as banks
from quizapp.banks.rules import Question
from quizapp.contests import contradictions
from quizapp.contests.rules import Stratum
from quizapp.contests.spec import ContestSpec, Draw, PaperSpec
from quizapp.errors import NotFound
from quizapp.strict_yaml import Path, load, nearest, validate

Report = Callable[..., None]
# What a paper's questions come to: its strata, and the questions in them by `bank/id`.
Pool = tuple[tuple[Stratum, ...], dict[str, Question]]


def parse_contest(
    data: bytes, *, name: str, owner_area_id: int | None = None, begun: Collection[str] = ()
) -> ContestSpec:
    """The file as a spec. Raises RefusedFile with every problem at its place.

    `owner_area_id`: the area whose organizers run the contest (None = the root of its tree). A contest uses only banks
    that they may read, for whoever runs a contest sees its questions and their key; other banks do not exist for it.
    `begun`: keys of rounds whose questions are kept with the contest already, so that the banks are not asked for them.
    """
    tree, source = load(data, name=name)
    spec = validate(tree, source, ContestSpec)
    if spec is not None:
        for problem in contradictions.check_spec(spec, _levels(spec, source.report)):
            source.report(problem.path, problem.code, **problem.params)
        _resolve(spec, source.report, _reader(spec, owner_area_id), begun)
    source.refuse_problems()
    assert spec is not None  # noqa: S101 - without a spec there are problems
    return spec


def resolve_questions(
    spec: ContestSpec, begun: Collection[str] = (), *, owner_area_id: int | None = None
) -> tuple[dict[str, Question], dict[str, tuple[Stratum, ...]]]:
    """All questions that the rounds' papers may hold, by `bank/id`, and each round's blueprint; none of `begun` rounds.

    The spec has passed `parse_contest` with the same owner and banks; AssertionError otherwise.
    """

    def refuse(path: Path, code: str, **params: object) -> None:
        raise AssertionError(f"{path}: {code} {params}")

    return _resolve(spec, refuse, _reader(spec, owner_area_id), begun)


def launch_problems(spec: ContestSpec, *, now: datetime, listed: int = 0) -> list[dict[str, object]]:
    """What keeps a sound contest from being launched now: [{code, ...params}].

    `listed`: how many people are on the contest's list (entry.mode roster).
    """
    problems: list[dict[str, object]] = []
    if spec.entry.mode == "account":
        problems.append({"code": "entry_mode_unavailable", "mode": spec.entry.mode})
    if spec.entry.mode == "roster" and not listed:
        problems.append({"code": "roster_empty"})
    if spec.entry.resume == "otp":
        problems.append({"code": "otp_unavailable"})
    if all(round_.closes_at <= now for round_ in spec.rounds):
        problems.append({"code": "all_rounds_over"})
    return problems


def _levels(spec: ContestSpec, report: Report) -> tuple[str, ...]:
    try:
        return tuple(level.key for level in areas.get_tree(spec.areas.tree).levels)
    except NotFound:
        hint = nearest(spec.areas.tree, [tree.slug for tree in areas.list_trees()])
        report(("areas", "tree"), "unknown_tree", hint=hint, tree=spec.areas.tree)
        return ()


def _reader(spec: ContestSpec, owner_area_id: int | None) -> int | None:
    """The area whose organizers must be able to read the banks; None for a tree that there is not (refused as that)."""
    if owner_area_id is not None:
        return owner_area_id
    try:
        return areas.get_tree(spec.areas.tree).root.id
    except NotFound:
        return None


def _resolve(
    spec: ContestSpec, report: Report, reader: int | None, begun: Collection[str]
) -> tuple[dict[str, Question], dict[str, tuple[Stratum, ...]]]:
    questions: dict[str, Question] = {}
    blueprints: dict[str, tuple[Stratum, ...]] = {}
    for index, round_ in enumerate(spec.rounds):
        path: Path = ("rounds", index, "paper")
        if round_.key in begun:
            continue
        strata, pool = _PAPERS[round_.paper.mode](round_.paper, path, report, reader)
        questions.update(pool)
        blueprints[round_.key] = strata
    return questions, blueprints


def _fixed(paper: PaperSpec, path: Path, report: Report, reader: int | None) -> Pool:
    pool: dict[str, Question] = {}
    for index, reference in enumerate(paper.questions or []):
        place = (*path, "questions", index)
        found = banks.resolve_question(reference, within=reader)
        if not found:
            report(place, "unknown_question", question=reference)
        elif len(found) > 1:
            report(place, "question_in_many_banks", question=reference, banks=[slug for slug, _ in found])
        else:
            slug, question = found[0]
            ref = f"{slug}/{question.id}"
            if ref in pool:
                report(place, "question_twice", question=reference)
            pool[ref] = question
    return (Stratum(tuple(pool), len(pool)),), pool


def _drawn(paper: PaperSpec, path: Path, report: Report, reader: int | None) -> Pool:
    strata: list[Stratum] = []
    pool: dict[str, Question] = {}
    for index, line in enumerate(paper.draw or []):
        place = (*path, "draw", index)
        matching = _matching(line, place, report, reader)
        if matching is None:
            continue
        # Earlier lines may take questions that this one could draw too: count with the worst.
        taken = sum(stratum.count for stratum in strata if set(stratum.pool) & set(matching))
        if len(matching) - taken < line.count:
            report((*place, "count"), "too_few_questions", wanted=line.count, available=len(matching) - taken)
        strata.append(Stratum(tuple(sorted(matching)), line.count))
        pool.update(matching)
    return tuple(strata), pool


_PAPERS: Mapping[str, Callable[[PaperSpec, Path, Report, int | None], Pool]] = {
    "fixed": _fixed,
    "random": _drawn,
    "marked": lambda *_: ((), {}),  # no paper, no questions
}


def _matching(line: Draw, place: Path, report: Report, reader: int | None) -> Mapping[str, Question] | None:
    try:
        bank = banks.get_bank(line.bank, within=reader)
    except NotFound:
        hint = nearest(line.bank, [known.slug for known in banks.list_banks(within=reader)])
        report((*place, "bank"), "unknown_bank", hint=hint, bank=line.bank)
        return None
    if line.topic is not None and all(question.topic != line.topic for question in bank.questions):
        hint = nearest(line.topic, {question.topic for question in bank.questions})
        report((*place, "topic"), "unknown_topic", hint=hint, topic=line.topic, bank=line.bank)
        return None
    return {
        f"{bank.slug}/{question.id}": question
        for question in bank.questions
        if line.topic in (None, question.topic) and line.difficulty in (None, question.difficulty)
    }
