"""F30: the bank is flipped, emptied, broken and replaced while papers are sat; a launched contest keeps its own."""

import asyncio
import signal
from typing import Any

import yaml

from faults.processes import send
from faults.stage import SQLITE, Drill, Stage, until


async def run(stage: Stage) -> None:
    """Papers that are open, papers that are begun afterwards and the grading go by the snapshot of the launch."""
    await stage.open()
    with stage.nemesis.fault("the bank is changed") as spell:
        refused = await _put(stage, stage.material.bank_file.replace("questions:", "questions: [", 1))
        problems = refused.get("problems", [{}])
        stage.demand(
            refused["status"] == 422 and all("line" in problem for problem in problems),
            f"a broken bank is answered with {refused['status']}, not refused with its lines",
        )
        for change in (_halved, _texts_changed):
            told = await _put(stage, change(stage.material.bank_file))
            spell.observe(told["changed"], "the bank was changed")
            await stage.work_for(stage.seconds(1, 4))
        # Nothing may hang on what a process remembers.
        master = stage.product.expect_pid("gunicorn")
        before = set(stage.product.web_workers())
        send([master], signal.SIGHUP)
        renewed = await until(lambda: not before & set(stage.product.web_workers()), 40)
        spell.observe(renewed, "the web workers are new ones")
        await stage.crowd(stage.times(4, 8))
        await stage.work_for(stage.seconds(1.5, 6))
        for operation in stage.history.operations:
            if operation.kind == "start" and operation.outcome == "acknowledged":
                wrong = _foreign_texts(stage, operation.got["paper"]["questions"])
                stage.demand(not wrong, f"D14: a paper shows another text than the bank had at the launch: {wrong}")
    await stage.judge()


def _foreign_texts(stage: Stage, questions: list[dict[str, Any]]) -> str:
    """A text of the paper that the bank of the launch does not have; "" when there is none."""
    for asked in questions:
        known = stage.material.questions[asked["question"].rpartition("/")[2]]
        shown = {option["option"]: option["text"] for option in asked["options"]}
        if asked["text"] != known.text or shown != dict(known.options):
            return str(asked["text"])
    return ""


def _texts_changed(bank: str) -> str:
    """Other words and another key everywhere."""
    data = yaml.safe_load(bank)
    for question in data["questions"]:
        question["question"] = f"Đã sửa: {question['question']}"
        question["options"] = {key: f"{text} (sửa)" for key, text in question["options"].items()}
        letters = list(question["options"])
        first = question["answer"][0] if isinstance(question["answer"], list) else question["answer"]
        question["answer"] = letters[(letters.index(first) + 1) % len(letters)]
    return str(yaml.safe_dump(data, allow_unicode=True, sort_keys=False))


def _halved(bank: str) -> str:
    """Half of the questions are gone."""
    data = yaml.safe_load(bank)
    data["questions"] = data["questions"][::2]
    return str(yaml.safe_dump(data, allow_unicode=True, sort_keys=False))


async def _put(stage: Stage, text: str) -> dict[str, Any]:
    """The answer to a bank, whatever it says."""
    return await asyncio.to_thread(
        stage.organizer.ask, "PUT", f"/api/v1/banks/{stage.material.bank}", text, "application/yaml"
    )


DRILLS = (Drill("F30", "bank changed, halved, broken while papers are sat", run, people=(12, 24), short_on=(SQLITE,)),)
