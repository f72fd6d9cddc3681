"""The command against a toy of the product."""

import asyncio

import pytest
from click.testing import CliRunner

from quizapp.cli import commands
from quizapp.cli.simulate import lines_of, progress_line
from simulation.crowd import Progress
from simulation.report import KindReport, Report
from simulation.verdict import Loss
from tests.simulation.conftest import serving
from tests.simulation.toy import Toy

QUICK = ("--contest", "mau", "--people", "3", "--minutes", "0.01", "--compress", "300", "--bad-network", "0")


def quiz(*arguments, toy=None):
    """(exit status, what was printed, what was said on standard error)."""

    async def run():
        async with serving(toy or Toy()) as url:
            command = [*arguments, "--url", url]
            return await asyncio.to_thread(CliRunner().invoke, commands.quiz, ["simulate", *command])

    result = asyncio.run(run())
    return result.exit_code, result.stdout, result.stderr


def test_a_contest_without_a_loss():
    status, said, complained = quiz(*QUICK, "--seed", "7")

    assert (status, complained) == (0, "")
    assert "3 people, seed 7" in said
    assert "3 people, 3 with a receipt" in said
    assert "0 promises lost" in said
    assert "\r" not in said


def test_a_loss_is_named_and_is_the_exit_status():
    status, said, _ = quiz(*QUICK, toy=Toy(forgets=1))

    assert status == 1
    assert "LOST person-" in said


def test_a_contest_that_cannot_be_sat_is_refused():
    status, _, complained = quiz(*QUICK, "--round", "khong-co")

    assert (status, complained) == (1, "contest mau: round khong-co is not open\n")


@pytest.mark.parametrize("wrong", [("--people", "0"), ("--curve", "sudden"), ("--bad-network", "2"), ("--what",)])
def test_wrong_usage(wrong):
    assert quiz(*QUICK, *wrong)[0] == 2


def test_the_report_in_words():
    kind = KindReport("save", 10, 7, 1, 2, 0.0124, 0.25, None)
    report = Report(5, 4, [kind], [Loss("person-1", "a1", "q1: gone")], ["person-2: start: 409 round_not_open"])

    assert lines_of(report) == [
        "5 people, 4 with a receipt",
        "10 operations: 7 acknowledged, 1 refused, 2 unknown; 1 promises lost",
        "           operations  acknowl.  refused  unknown   p50 ms   p95 ms   p99 ms",
        "save               10         7        1        2       12      250        -",
        "LOST person-1 a1: q1: gone",
        "note person-2: start: 409 round_not_open",
    ]


def test_progress_in_a_line():
    assert progress_line(Progress(9, 5, 3, 2, 70, 60, 4, 6)) == (
        "5/9 come, 2 submitted, 3 done; 70 operations: 60 acknowledged, 4 refused, 6 unknown"
    )
