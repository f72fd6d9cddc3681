"""Logs: one JSON object a line, tied to the request, without what people typed."""

import json
import logging
import os
import socket

import pytest

from quizapp.logs import DroppingHandler, JsonFormatter, init_logs, request_id


@pytest.fixture
def lines(app):
    """The lines that the product logs during the test, parsed."""
    formatter, seen = JsonFormatter(), []

    class Keep(logging.Handler):
        def emit(self, record):
            seen.append(json.loads(formatter.format(record)))

    handler = Keep()
    logging.getLogger("quizapp").addHandler(handler)
    yield seen
    logging.getLogger("quizapp").removeHandler(handler)


def test_a_request_is_one_line_with_its_id(client, lines):
    answer = client.get("/healthz?phone=0905123456")
    (line,) = [line for line in lines if line["message"] == "request"]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/healthz", 200)
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert "0905123456" not in json.dumps(line)


def test_a_message_cannot_forge_a_second_line():
    record = logging.makeLogRecord({"msg": 'a\n{"level": "error"}\x1b[31m', "levelname": "INFO", "name": "quizapp"})
    assert "\n" not in JsonFormatter().format(record)
    assert json.loads(JsonFormatter().format(record))["message"].startswith("a\n")


def test_only_named_facts_are_kept():
    record = logging.makeLogRecord({"msg": "m", "name": "quizapp", "contest_id": 7, "phone": "0905123456"})
    line = json.loads(JsonFormatter().format(record))
    assert line["contest_id"] == 7
    assert "phone" not in line


def test_an_exception_is_part_of_its_line():
    try:
        raise ValueError("sai")
    except ValueError as error:
        record = logging.makeLogRecord({"msg": "m", "name": "quizapp", "exc_info": (ValueError, error, None)})
    assert "ValueError: sai" in json.loads(JsonFormatter().format(record))["exception"]


def test_the_logger_is_set_up_once():
    init_logs()
    init_logs()
    own = [h for h in logging.getLogger("quizapp").handlers if isinstance(h.formatter, JsonFormatter)]
    assert len(own) == 1
    assert request_id.get() is not None


def test_the_web_server_can_still_say_which_process_speaks():
    init_logs()
    record = logging.getLogger("gunicorn.error").makeRecord("gunicorn.error", logging.INFO, "", 0, "m", (), None)
    assert logging.Formatter("[%(process)d] %(message)s").format(record) == f"[{os.getpid()}] m"


def say(handler, count, text="x" * 3000):
    for _ in range(count):
        handler.emit(logging.makeLogRecord({"msg": text, "name": "quizapp"}))


def read_lines(descriptor, until):
    """All that comes until a line has the text."""
    data = b""
    while until not in data:
        data += os.read(descriptor, 1 << 20)
    return [json.loads(line) for line in data.splitlines()]


@pytest.fixture(params=["pipe", "socket"])
def ends(request):
    """(reading descriptor, writing descriptor) of something that takes so much and no more."""
    if request.param == "pipe":
        reading, writing = os.pipe()
        yield reading, writing
        os.close(reading)
        os.close(writing)
    else:
        reader, writer = socket.socketpair()
        with reader, writer:
            yield reader.fileno(), writer.fileno()


def test_a_log_that_nobody_reads_is_not_waited_for_and_later_tells_what_is_missing(ends):
    reading, writing = ends
    handler = DroppingHandler(writing)
    handler.setFormatter(JsonFormatter())
    say(handler, 500)
    while len(os.read(reading, 1 << 20)) == 1 << 20:
        pass
    say(handler, 2, "again")
    lines = read_lines(reading, b"again")
    (note,) = [line for line in lines if line["message"] == "lines left out"]
    assert 0 < note["step"] < 500
    assert os.get_blocking(writing)
    handler.close()


def test_a_full_disk_fails_nothing():
    with open("/dev/full", "wb", buffering=0) as full:
        handler = DroppingHandler(full.fileno())
        handler.setFormatter(JsonFormatter())
        say(handler, 3)
        assert handler._left_out == 3
        handler.close()


def test_a_log_that_is_closed_fails_nothing():
    reading, writing = os.pipe()
    os.close(reading)
    os.close(writing)
    handler = DroppingHandler(writing)
    say(handler, 1)
