"""Logs: one JSON object a line, tied to the request, without what people typed."""

import json
import logging

import pytest

from quizapp.logs import JsonFormatter, init_logs, request_id


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
