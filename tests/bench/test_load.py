"""What wrk reports is read as it is meant, and what went wrong is told."""

import pytest

from bench.http.load import CellFailed, parse

GOOD = """Running 2s test @ http://127.0.0.1:42101/
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    11.44ms   13.21ms 150.12ms   88.21%
    Req/Sec     3.61k   521.10     4.40k    70.00%
  Latency Distribution
     50%    7.75ms
     75%   14.01ms
     90%   28.30ms
     99%    1.06s
  7200 requests in 2.01s, 1.40MB read
Requests/sec:   3582.11
Transfer/sec:    713.12KB
"""
BAD = GOOD.replace(
    "Requests/sec",
    "  Socket errors: connect 1, read 2, write 0, timeout 4\n  Non-2xx or 3xx responses: 30\nRequests/sec",
)


def test_a_report_is_read():
    found = parse(GOOD)
    assert (found.requests, found.seconds, found.p50, found.p99, found.errors) == (7200, 2.01, 7.75, 1060.0, 0)
    assert found.rate == pytest.approx(7200 / 2.01)
    assert found.bytes_each == pytest.approx(1.40 * 1024**2 / 7200)


def test_refused_and_lost_requests_are_errors():
    assert parse(BAD).errors == 37


def test_what_is_no_report_fails_the_cell():
    with pytest.raises(CellFailed, match="cannot open"):
        parse("saves.lua: cannot open saves.lua")
