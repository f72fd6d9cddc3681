"""Banks and questions in memory; what a test is about is given, the rest is plain."""

from collections.abc import Sequence

from quizapp.banks.rules import OPTION_KEYS, Bank, Option, Question, Source

# One of each makes questions that have little in common.
_SUBJECTS = ["sông", "núi", "bài ca", "cuốn sách", "mái trường", "cầu treo", "đường mòn", "nhà rông", "đồng cỏ", "bến"]
_TRAITS = ["dài", "cao", "nổi tiếng", "đầu tiên", "lâu đời", "mới xây", "đẹp", "xa xôi", "rộng", "nhỏ bé"]
_SOURCE = Source("Sách", "https://example.org")


def question(
    number: int = 1,
    *,
    text: str | None = None,
    options: Sequence[str] = ("Một", "Hai", "Ba", "Bốn"),
    answer: str = "A",
    explanation: str | None = "Vì vậy.",
    source: Source | None = _SOURCE,
) -> Question:
    """A question of its own for each `number` below 100; `answer` holds the right letters."""
    return Question(
        id=f"t-{number}",
        text=text or f"{_SUBJECTS[number // 10 % 10]} {_TRAITS[number % 10]} {number}?",
        options=tuple(Option(key, typed) for key, typed in zip(OPTION_KEYS, options, strict=False)),
        answer=frozenset(answer),
        topic="thu",
        difficulty="nhan-biet",
        explanation=explanation,
        source=source,
    )


def bank(*questions: Question, slug: str = "thu") -> Bank:
    """A bank of these questions."""
    return Bank(slug=slug, title="Bộ thử", language="vi", reviewed_by=None, questions=questions)
