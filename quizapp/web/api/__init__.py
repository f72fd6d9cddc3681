"""/api/v1: the contract, one module a resource."""

from quizapp.web.api import (
    areas,
    attempts,
    banks,
    boards,
    contest_files,
    contests,
    entries,
    exports,
    openapi,
    receipts,
    records,
    results,
    session,
    steps,
)
from quizapp.web.api.blueprint import bp

__all__ = [
    "areas",
    "attempts",
    "banks",
    "boards",
    "bp",
    "contest_files",
    "contests",
    "entries",
    "exports",
    "openapi",
    "receipts",
    "records",
    "results",
    "session",
    "steps",
]
