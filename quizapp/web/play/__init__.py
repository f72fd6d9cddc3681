"""Pages of everybody: the contests, entering them, their boards and results, and the paper."""

from quizapp.web.play import (
    area_results,
    board,
    collective_results,
    contest,
    enter,
    home,
    my_data,
    my_rank,
    paper,
    privacy,
    question_image,
    questions,
    receipts,
    resume,
    round_result,
    service_worker,
    verify,
    winners,
)
from quizapp.web.play.blueprint import bp

__all__ = [
    "area_results", "board", "bp", "collective_results", "contest", "enter", "home", "my_data", "my_rank", "paper",
    "privacy", "question_image", "questions", "receipts", "resume", "round_result",
    "service_worker", "verify", "winners",
]  # fmt: skip
