"""Structured logs: one JSON object a line, with the request's id, and nothing of what people typed."""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("quiz_request_id", default="-")

# Fields that calls may add with `extra=`; anything else is left out, so that no personal data slips in.
_EXTRA = ("contest_id", "attempt", "method", "path", "status", "duration_ms", "act", "actor", "code", "step")


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON; line breaks inside texts are escaped by JSON itself."""

    def format(self, record: logging.LogRecord) -> str:
        """See the class."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request_id": request_id.get(),
            "message": record.getMessage(),
        }
        line.update({name: getattr(record, name) for name in _EXTRA if hasattr(record, name)})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def init_logs() -> None:
    """Send the product's logs to standard error as JSON lines; calling it again changes nothing."""
    logger = logging.getLogger("quizapp")
    if logger.handlers:
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
