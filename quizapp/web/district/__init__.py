"""Pages of district staff: how their own subtree takes part, level by level, with lists and files to keep."""

from quizapp.web.district import contest, download, home, people, targets, units
from quizapp.web.district.blueprint import bp

__all__ = ["bp", "contest", "download", "home", "people", "targets", "units"]
