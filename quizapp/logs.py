"""Structured logs: one JSON object a line, with the request's id, and nothing of what people typed.

Nobody waits for a log and nothing fails for one: where it cannot be written at once (a full disk, a pipe that nobody
reads), lines are left out, and the next one that can be written says how many.
"""

import _socket
import json
import logging
import os
import re
import secrets
import stat
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import partial

request_id: ContextVar[str] = ContextVar("quiz_request_id", default="-")


def new_request_id() -> str:
    """A name for one request, by which its lines are found."""
    return secrets.token_hex(8)


# Fields that calls may add with `extra=`; anything else is left out, so that no personal data slips in.
_EXTRA = (
    "contest_id", "attempt", "method", "path", "status", "duration_ms", "act", "actor", "code", "step",
    "way", "outcome", "account", "typed", "network",
)  # fmt: skip


_to_json = json.JSONEncoder(ensure_ascii=False, default=str).encode
# What JSON leaves as it is, and what terminals and viewers obey or take for the end of a line.
_OBEYED = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


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
        given = record.__dict__
        line.update({name: given[name] for name in _EXTRA if name in given})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", _to_json(line))


class DroppingHandler(logging.Handler):
    """Writes lines to a descriptor without ever waiting for it."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._write, self._close = _opened(descriptor)
        # The end of a line of which a part is written already.
        self._rest = b""
        self._left_out = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record, or leave it out."""
        try:
            self._send(self.format(record))
        except Exception:
            self._left_out += 1

    def close(self) -> None:
        """Give back what was opened."""
        self._close()
        self._close = _nothing
        super().close()

    def _send(self, line: str) -> None:
        self._rest = self._rest[self._try(self._rest) :]
        if self._rest:
            self._left_out += 1
            return
        note = _note(self._left_out) if self._left_out else ""
        data = f"{note}{line}\n".encode("utf-8", "backslashreplace")
        written = self._try(data)
        if written:
            self._rest, self._left_out = data[written:], 0
        else:
            self._left_out += 1

    def _try(self, data: bytes) -> int:
        """How much of it was written at once."""
        try:
            return self._write(data) if data else 0
        except OSError:
            return 0


def _note(left_out: int) -> str:
    return json.dumps({"level": "warning", "logger": __name__, "message": "lines left out", "step": left_out}) + "\n"


def _opened(descriptor: int) -> tuple[Callable[[bytes], int], Callable[[], None]]:
    """(what writes to the descriptor as much as can be written at once, what ends that)."""
    try:
        if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
            # Below gevent's sockets, which would make the socket non-blocking for the other processes that hold it.
            own = _socket.socket(fileno=os.dup(descriptor))
            return lambda data: own.send(data, _socket.MSG_DONTWAIT), own.close
        # Opened anew for the same reason: whether writing waits is kept with the opening, not with the descriptor.
        flags = os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
        opened = os.open(f"/proc/self/fd/{descriptor}", flags)
        return partial(os.write, opened), partial(os.close, opened)
    except OSError:
        return partial(os.write, descriptor), _nothing


def _nothing() -> None:
    """Nothing was opened."""


def init_logs() -> None:
    """Send the product's logs to standard error as JSON lines; calling it again changes nothing."""
    logger = logging.getLogger("quizapp")
    if logger.handlers:
        return
    # Nobody reads who called and from which thread, and to find it out costs as much as the rest of a line.
    logging._srcfile = None
    logging.logThreads = logging.logMultiprocessing = False
    handler = DroppingHandler(2)
    handler.setFormatter(JsonFormatter())
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
