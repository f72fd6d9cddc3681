import pytest

from simulation.history import History
from simulation.report import percentile, report_of


def test_nearest_rank_percentiles():
    values = [float(value) for value in range(1, 101)]

    assert [percentile(values, share) for share in (50, 95, 99)] == [50, 95, 99]
    assert percentile([3.0], 95) == 3
    assert percentile([], 50) is None


def test_a_line_for_each_kind_and_totals():
    history = History()
    for seconds, status in ((0.1, 200), (0.3, 409), (0.2, 503)):
        operation = history.begin("an", "save")
        history.end(operation, status)
        operation.at, operation.done_at = 0.0, seconds
    history.lose(history.begin("an", "submit"))
    history.begin("an", "submit")

    report = report_of(history, people=1, submitted=0, losses=[], troubles=[])

    save, submit = report.kinds
    assert (save.operations, save.acknowledged, save.refused, save.unknown) == (3, 1, 1, 1)
    assert save.p50 == pytest.approx(0.2)
    # Nobody answered these, and one is still under way.
    assert (submit.unknown, submit.p50) == (2, None)
    assert (report.operations, report.acknowledged, report.refused, report.unknown) == (5, 1, 1, 3)
