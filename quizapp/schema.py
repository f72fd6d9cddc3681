"""Every table, so that the metadata is complete for migrations."""

import quizapp.accounts.models
import quizapp.areas.models
import quizapp.attempts.models
import quizapp.audit.models
import quizapp.awards.models
import quizapp.banks.models
import quizapp.contests.models
import quizapp.entries.models
import quizapp.leaderboard.models
import quizapp.results.models  # noqa: F401
from quizapp.db import Base

metadata = Base.metadata
