"""Pages of organizers: their contests from draft to publication, the question banks, the accounts of staff."""

from quizapp.web.organize import banks, contest, edit, home, import_bank, staff, steps
from quizapp.web.organize.blueprint import bp

__all__ = ["banks", "bp", "contest", "edit", "home", "import_bank", "staff", "steps"]
