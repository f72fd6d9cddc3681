"""Pages of everybody: the contests, entering them, their boards and results, and the paper."""

from quizapp.web.play import area_results, board, contest, enter, home, paper, privacy, question_image, resume
from quizapp.web.play.blueprint import bp

__all__ = ["area_results", "board", "bp", "contest", "enter", "home", "paper", "privacy", "question_image", "resume"]
