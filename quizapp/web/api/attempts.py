"""Sitting a paper: start, look, save, submit, receipt. Only the browser that acts for the participant has it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Response, g
from flask_babel import lazy_gettext as _l

from quizapp.attempts import queries, rules, rulings
from quizapp.attempts.queries import AttemptInfo
from quizapp.attempts.rules import Choice, Marking
from quizapp.attempts.saving import SaveAsk, Saved
from quizapp.attempts.submitting import SubmitAsk
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.rules import SnapshotQuestion, full_score, hides_results
from quizapp.contests.spec import Metric
from quizapp.errors import Conflict, Invalid, NotFound
from quizapp.results import sealing
from quizapp.web import together
from quizapp.web.api.attempt_schemas import (
    AnswerIn,
    AnswerOut,
    AnswersIn,
    AnswersSaved,
    AttemptOut,
    AttemptResult,
    AttemptStarted,
    GuessOut,
    QuestionResult,
    Receipt,
    RevOut,
    SubmissionIn,
)
from quizapp.web.api.blueprint import bp
from quizapp.web.api.operation import json_text, operation
from quizapp.web.api.papers import NO_QUESTIONS, Paper, paper_out, prediction_asked, questions_json
from quizapp.web.api.schemas import NoBody
from quizapp.web.identity import current_session_id, own_session_id
from quizapp.web.late_saves import keep_late
from quizapp.web.settling import settle
from quizapp.web.starting import PaperStarted, StartRequest


@bp.post("/contests/<slug>/rounds/<key>/attempts")
@operation(
    summary=_l("Bắt đầu lượt thi, hoặc lấy lại lượt đang mở"),
    description=_l("201 cho lượt mới; khi còn một lượt đang mở thì 200 và đúng lượt ấy."),
    auth="participant",
    body=NoBody,
    body_required=False,
    responses={200: AttemptStarted, 201: AttemptStarted},
    errors=(
        "contest_not_found", "round_not_found", "round_is_marked", "round_not_open", "attempts_exhausted",
        "attempts_changed", "not_eligible", "too_many_requests",
    ),
)  # fmt: skip
def start_attempt(slug: str, key: str, body: NoBody) -> Response:
    """Open an attempt, or give back the one that is open."""
    started = together.start(StartRequest(slug, key, own_session_id(), g.now))
    return json_text(started_json(started, now=g.now), 201 if started.is_new else 200)


def started_json(started: PaperStarted, *, now: datetime) -> str:
    """`AttemptStarted` as JSON; where the paper has pictures, inside a request."""
    attempt, round_ = started.attempt, started.round
    empty = Paper(questions=[], prediction=prediction_asked(round_))
    head = AttemptStarted(**_head(attempt, started.contest, round_, now), paper=empty).model_dump_json()
    return head.replace(NO_QUESTIONS, questions_json(attempt, started.snapshot), 1)


@bp.get("/attempts/<attempt_id>")
@operation(
    summary=_l("Lượt thi của mình: đề, câu trả lời đã lưu, thời hạn"),
    description=_l(
        "result chỉ có khi được biết kết quả: sau khi vòng thi đóng, hoặc ngay sau khi nộp nếu cuộc thi công bố điểm "
        "trong lúc thi. result.questions (đáp án) chỉ có khi vòng thi đã đóng và đáp án được công bố."
    ),
    auth="participant",
    responses={200: AttemptOut},
    errors=("attempt_not_found",),
)
def get_attempt(attempt_id: str) -> AttemptOut:
    """The owner's look at an attempt."""
    attempt, contest = _own(attempt_id)
    round_ = contest.round_by_id(attempt.round_id)
    answers = queries.get_answers(attempt.id)
    return AttemptOut(
        **_head(attempt, contest, round_, g.now),
        paper=paper_out(attempt, contests.get_snapshot(contest.id, attempt.rules_version), round_),
        state="final" if attempt.submitted_at else "open",
        answers=[_answer(answers[question]) for question, _ in attempt.paper if question in answers],
        prediction=_guess(attempt, round_),
        submitted_at=attempt.submitted_at,
        finished_by=attempt.finished_by,
        result=_result(attempt, contest, round_, answers),
    )


@bp.put("/attempts/<attempt_id>/answers")
@operation(
    summary=_l("Lưu câu trả lời"),
    description=_l(
        "Mỗi câu giữ lựa chọn có rev cao nhất, bất kể thứ tự gửi đến; cùng rev mà khác lựa chọn là stale. "
        "Chỉ trả 200 khi đã lưu bền vững. 422 nêu mục sai (index, question) và không lưu gì của lần gửi đó; "
        "503 kèm Retry-After khi chưa lưu được. Quá hạn nộp 3 giây thì 409 attempt_closed: không tính; trong 24 giờ, "
        "những gì gửi đến cho bài chưa được nộp vẫn được giữ làm bằng chứng (kept_as_evidence) để Ban Tổ chức xem xét."
    ),
    auth="participant",
    body=AnswersIn,
    responses={200: AnswersSaved},
    errors=(
        "attempt_not_found", "attempt_closed", "duplicate_question", "question_not_in_paper", "option_unknown",
        "option_twice", "one_option_only", "prediction_not_asked", "prediction_invalid", "too_many_requests",
    ),
)  # fmt: skip
def save_answers(attempt_id: str, body: AnswersIn) -> AnswersSaved:
    """Store a batch of choices."""
    batch = choices_of(body.batch)
    guess = (body.prediction.value, body.prediction.rev) if body.prediction else None
    try:
        saved = together.save(SaveAsk(attempt_id, current_session_id(), tuple(batch), guess, g.now))
    except Conflict as refused:
        raise keep_late(refused, attempt_id, batch, guess) from None
    return saved_out(saved, guessed=guess is not None, now=g.now)


def saved_out(saved: Saved, *, guessed: bool, now: datetime) -> AnswersSaved:
    """What became of a batch; the stored guess is told to whoever sent one."""
    return AnswersSaved(
        saved=[RevOut(question=choice.question, rev=choice.rev) for choice in saved.saved],
        stale=[_answer(choice) for choice in saved.stale],
        prediction=_guess_out(saved.metric, *saved.guess) if guessed and saved.guess and saved.metric else None,
        server_now=now,
        remaining_ms=rules.remaining_ms(saved.deadline, now),
    )


@bp.post("/attempts/<attempt_id>/submission")
@operation(
    summary=_l("Nộp bài"),
    description=_l(
        "Nộp lại thì nhận đúng biên nhận cũ. 409 answers_missing khi chưa nhận đủ câu trả lời đến last_rev."
    ),
    auth="participant",
    body=SubmissionIn,
    body_required=False,
    responses={200: Receipt},
    errors=("attempt_not_found", "answers_missing"),
)
def submit_attempt(attempt_id: str, body: SubmissionIn) -> Response:
    """Finish the attempt; the receipt."""
    attempt = together.submit(SubmitAsk(attempt_id, current_session_id(), body.last_rev, g.now))
    return _receipt(attempt)


@bp.get("/attempts/<attempt_id>/receipt")
@operation(
    summary=_l("Biên nhận của mình"),
    auth="participant",
    responses={200: Receipt},
    errors=("attempt_not_found", "receipt_not_found"),
)
def get_receipt(attempt_id: str) -> Response:
    """The receipt, the same bytes as at the submission."""
    attempt, _ = _own(attempt_id)
    return _receipt(attempt)


def _own(attempt_id: str) -> tuple[AttemptInfo, ContestInfo]:
    """The attempt of this browser, final when its time is over. Raises NotFound."""
    attempt = queries.get_own_attempt(attempt_id, current_session_id())
    contest = contests.get_contest_by_id(attempt.contest_id)
    if attempt.submitted_at is None and not attempt.is_open(g.now):
        settle(contest)
        attempt = queries.get_own_attempt(attempt_id, current_session_id())
    return attempt, contest


def _head(attempt: AttemptInfo, contest: ContestInfo, round_: RoundInfo, now: datetime) -> dict[str, Any]:
    return {
        "attempt": attempt.public_id,
        "contest": contest.slug,
        "round": round_.key,
        "number": attempt.number,
        "started_at": attempt.started_at,
        "deadline": attempt.deadline,
        "server_now": now,
        "remaining_ms": rules.remaining_ms(attempt.deadline, now),
        "rules_version": attempt.rules_version,
    }


def choices_of(batch: Sequence[AnswerIn]) -> list[Choice]:
    """The batch as the exam engine takes it. Raises Invalid("duplicate_question")."""
    seen: set[str] = set()
    for index, item in enumerate(batch):
        if item.question in seen:
            raise Invalid("duplicate_question", index=index, question=item.question)
        seen.add(item.question)
    return [Choice(item.question, tuple(sorted(item.options)), item.rev) for item in batch]


def _answer(choice: Choice) -> AnswerOut:
    return AnswerOut(question=choice.question, options=list(choice.options), rev=choice.rev)


def _guess(attempt: AttemptInfo, round_: RoundInfo) -> GuessOut | None:
    asked = round_.spec.prediction
    if asked is None or attempt.prediction is None:
        return None
    return _guess_out(asked.metric, attempt.prediction, attempt.prediction_rev)


def _guess_out(metric: Metric, value: int, rev: int) -> GuessOut:
    return GuessOut(value=value if metric != "percent_all_correct" else rules.show_prediction(metric, value), rev=rev)


def _result(
    attempt: AttemptInfo, contest: ContestInfo, round_: RoundInfo, answers: dict[str, Choice]
) -> AttemptResult | None:
    """The worth of a final attempt, when the person may know it; the key only after the round."""
    over = sealing.is_settled(round_, g.now)
    if attempt.score is None or (hides_results(contest.spec) and not over):
        return None
    snapshot = contests.get_snapshot(contest.id, attempt.rules_version)
    chosen = {question: choice.options for question, choice in answers.items()}
    markings = rulings.markings(round_.id, snapshot)
    grade = rules.grade(attempt.paper, chosen, markings, round_.spec.paper.points)
    key = [
        QuestionResult(
            question=question,
            points=points,
            right=sorted(markings[question].right_options),
            void=markings[question].void,
            explanation=_explanation(snapshot.questions[question], markings[question]),
        )
        for question, points in grade.points
    ]
    counting = sum(markings[question].counts for question, _ in attempt.paper)
    is_mark = round_.spec.paper.mode == "marked"
    return AttemptResult(
        score=attempt.score,
        full_score=full_score(round_.spec) if is_mark else counting * round_.spec.paper.points,
        is_perfect=bool(attempt.is_perfect),
        questions=key if over and round_.spec.key_public == "after_close" else None,
    )


def _explanation(question: SnapshotQuestion, marking: Marking) -> str:
    """Why the key is right; "" once a ruling says otherwise."""
    return question.explanation if marking == rules.key_marking(question) else ""


def _receipt(attempt: AttemptInfo) -> Response:
    if attempt.receipt is None:
        raise NotFound("receipt_not_found")
    return json_text(attempt.receipt)
