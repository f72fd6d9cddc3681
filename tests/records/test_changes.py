"""Any change of what was published is found, and both programs name the same place."""

import hashlib
import json
import zipfile

import pytest

from tests.records import checking, plans


@pytest.fixture
def records(app, now, tmp_path):
    """The records of a contest of one guessed round, in a folder: three people, five attempts, a refused entry."""
    block = {
        "paper": {"mode": "random", "draw": [{"bank": "mau", "count": 4}], "points": 10, "time_limit_seconds": 600,
                  "shuffle": {"questions": True, "options": True}},
        "counted": "best",
        "prediction": {"metric": "people_all_correct", "scope": "round"},
        "ranking": {"gate": "all_correct", "keys": ["prediction_gap", "submitted_at"]},
    }  # fmt: skip
    sat = [
        plans.Somebody(None, "101", False, (plans.Sat(0, 0, 30, 9, False, "7", False), one(right=2))),
        plans.Somebody(None, "ngoai-tinh:01", False, (one(right=9, guess="2"), one(right=1))),
        plans.Somebody(None, "", True, (one(right=9, guess="3"),)),
        plans.Somebody(None, "10", False, (one(right=3, guess="3"), one(right=2, abandoned=True))),
    ]
    contest, end = plans.play(plans.Plan((block,), tuple(sat)), now)
    path = checking.save(tmp_path, contest, end)
    folder = tmp_path / "records"
    with zipfile.ZipFile(path) as file:
        file.extractall(folder)
    assert checking.ours(folder) is None
    assert checking.theirs(folder) is None
    return folder


def one(**changes):
    """An attempt."""
    plain = {"round": 0, "minute": 1, "seconds": 60, "right": 3, "empty": False, "guess": None, "abandoned": False}
    return plans.Sat(**{**plain, **changes})


def lines_of(folder):
    return [json.loads(line) for line in (folder / "raw.jsonl").read_text().splitlines()]


def write(folder, name, content):
    """Write a file anew, and put its hash into the manifest, as a careful forger would."""
    data = content if isinstance(content, bytes) else content.encode()
    (folder / name).write_bytes(data)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][name]["sha256"] = hashlib.sha256(data).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


def write_lines(folder, lines):
    write(folder, "raw.jsonl", "".join(json.dumps(line) + "\n" for line in lines))


def change_line(folder, index, **changes):
    lines = lines_of(folder)
    lines[index].update(changes)
    write_lines(folder, lines)


def change_json(folder, name, change):
    data = json.loads((folder / name).read_text())
    change(data)
    write(folder, name, json.dumps(data))


def both(folder):
    """Where both find the first difference."""
    found = checking.ours(folder)
    assert found is not None
    assert checking.theirs(folder) == found
    return found


def ranked_line(folder):
    """(index in raw.jsonl, line) of the attempt that stands first in the ranking."""
    code = (folder / "ranking-tuan-1.csv").read_text().splitlines()[1].split(",")[-1]
    return next((i, line) for i, line in enumerate(lines_of(folder)) if line["attempt"] == code)


def test_a_changed_answer(records):
    index, line = ranked_line(records)
    ref = line["paper"][0][0]
    other = next(key for key in line["paper"][0][1] if key not in line["answers"][ref])
    change_line(records, index, answers={**line["answers"], ref: [other]})
    assert both(records) == ("raw.jsonl", index + 1, f"points.{ref}")


def test_a_changed_score(records):
    index, line = ranked_line(records)
    change_line(records, index, score=line["score"] - 10)
    assert both(records) == ("raw.jsonl", index + 1, "score")


def test_a_paper_that_is_not_all_correct_after_all(records):
    index, _ = ranked_line(records)
    change_line(records, index, perfect=False)
    assert both(records) == ("raw.jsonl", index + 1, "perfect")


def test_a_changed_time(records):
    index, line = ranked_line(records)
    change_line(records, index, submitted_at=line["submitted_at"].replace(".000Z", ".001Z"))
    assert both(records) == ("ranking-tuan-1.csv", 2, "submitted_at")


def test_a_time_outside_of_the_round(records):
    index, _ = ranked_line(records)
    change_line(records, index, started_at="2020-01-01T00:00:00.000Z")
    assert both(records) == ("raw.jsonl", index + 1, "started_at")


def test_a_time_that_is_none(records):
    index, _ = ranked_line(records)
    change_line(records, index, started_at="2025-13-45 08:00")
    assert both(records) == ("raw.jsonl", index + 1, "started_at")


def test_a_changed_guess(records):
    index, _ = ranked_line(records)
    change_line(records, index, prediction=3)
    assert both(records) == ("ranking-tuan-1.csv", 2, "prediction")


def test_a_person_who_is_ranked_after_all(records):
    index = next(i for i, line in enumerate(lines_of(records)) if line["unranked"])
    change_line(records, index, unranked=False)
    assert both(records)[0] == "rules.json"


def test_a_person_in_another_area(records):
    index, line = ranked_line(records)
    lines = lines_of(records)
    for each in lines:
        if each["participant"] == line["participant"]:
            each["area"] = "12"
    write_lines(records, lines)
    assert both(records) == ("ranking-tuan-1.csv", 2, "area")


def test_swapped_ranks(records):
    head, first, second, *rest = (records / "ranking-tuan-1.csv").read_text().splitlines()
    swapped = [head, ",".join(["1", *second.split(",")[1:]]), ",".join(["2", *first.split(",")[1:]]), *rest]
    write(records, "ranking-tuan-1.csv", "\n".join(swapped) + "\n")
    assert both(records) == ("ranking-tuan-1.csv", 2, "participant")


def test_a_rank_that_somebody_does_not_have(records):
    head, first, *rest = (records / "ranking-tuan-1.csv").read_text().splitlines()
    write(records, "ranking-tuan-1.csv", "\n".join([head, f"2{first[1:]}", *rest]) + "\n")
    assert both(records) == ("ranking-tuan-1.csv", 2, "rank")


def test_a_ranking_without_its_last_line(records):
    lines = (records / "ranking-tuan-1.csv").read_text().splitlines()
    write(records, "ranking-tuan-1.csv", "\n".join(lines[:-1]) + "\n")
    assert both(records) == ("ranking-tuan-1.csv", len(lines), "line")


def test_other_ends_of_lines(records):
    data = (records / "ranking-tuan-1.csv").read_bytes()
    write(records, "ranking-tuan-1.csv", data.replace(b"\n", b"\r\n"))
    assert both(records)[:2] == ("ranking-tuan-1.csv", 1)


def test_a_wrong_count_to_be_guessed(records):
    change_json(records, "rules.json", lambda rules: rules["rounds"][0].update(actual=9))
    assert both(records) == ("rules.json", None, "rounds.tuan-1.actual")


def test_another_rule(records):
    change_json(records, "rules.json", lambda rules: rules["rounds"][0].update(counted="last"))
    assert both(records)[0] in ("rules.json", "ranking-tuan-1.csv")


def test_a_hash_that_belongs_to_another_ranking(records):
    change_json(records, "rules.json", lambda rules: rules["rounds"][0]["result"].update(ranking_sha256="0" * 64))
    assert both(records) == ("rules.json", None, "rounds.tuan-1.result.ranking_sha256")


def test_a_missing_line_between_others_of_one_person(records):
    lines = lines_of(records)
    index = next(
        i for i, line in enumerate(lines)
        if line["number"] == 1 and any(o["number"] == 2 and o["participant"] == line["participant"] for o in lines)
    )  # fmt: skip
    gone = lines.pop(index)
    write_lines(records, lines)
    assert both(records) == ("raw.jsonl", None, f"{gone['participant']}.number")


def test_the_missing_last_line_of_a_person(records):
    index, line = ranked_line(records)
    last = max(n for n, each in enumerate(lines_of(records)) if each["number"] == 2)
    write_lines(records, [each for n, each in enumerate(lines_of(records)) if n != last])
    assert both(records) == ("rules.json", None, "rounds.tuan-1.result.attempts")


def test_a_line_twice(records):
    write_lines(records, [*lines_of(records), lines_of(records)[0]])
    assert both(records) == ("raw.jsonl", 7 + 1, "attempt")


def test_an_altered_paper(records):
    index, line = ranked_line(records)
    paper = [line["paper"][1], line["paper"][0], *line["paper"][2:]]
    change_line(records, index, paper=paper)
    assert both(records) == ("raw.jsonl", index + 1, "paper")


def test_the_paper_of_another_attempt(records):
    """All papers are possible, but each belongs to one person and number."""
    lines = lines_of(records)
    first, second = lines[0], lines[1]
    for name in ("paper", "answers", "points", "score", "perfect"):
        first[name], second[name] = second[name], first[name]
    write_lines(records, lines)
    assert both(records) == ("raw.jsonl", 1, "paper")


def test_a_wrong_seed(records):
    change_json(records, "key.json", lambda key: key.update(seed="00" * 32))
    assert both(records) == ("key.json", None, "seed")


def test_a_seed_that_fits_a_forged_commitment_draws_other_papers(records):
    seed = bytes(32)
    change_json(records, "key.json", lambda key: key.update(seed=seed.hex()))
    forged = hashlib.sha256(b"seed-v1|" + seed).hexdigest()
    change_json(records, "rules.json", lambda rules: rules.update(commitment=forged))
    assert both(records) == ("raw.jsonl", 1, "paper")


def test_another_key(records):
    index, line = ranked_line(records)
    ref = line["paper"][0][0]

    def change(key):
        key["rounds"]["tuan-1"]["questions"][ref]["right"] = [["B"]]

    change_json(records, "key.json", change)
    assert both(records)[0] == "raw.jsonl"


def test_without_the_key_what_does_not_need_it_is_still_checked(records):
    (records / "key.json").unlink()
    (records / "manifest.json").unlink()
    assert checking.ours(records) is None
    assert checking.theirs(records) is None
    lines = lines_of(records)
    lines[0]["paper"][0][0] = "mau/khong-co"
    (records / "raw.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert both(records)[1:] == (1, "paper.mau/khong-co")


def test_a_byte_that_changes_nothing_but_the_file(records):
    data = (records / "raw.jsonl").read_bytes().replace(b'{"answers"', b'{ "answers"', 1)
    (records / "raw.jsonl").write_bytes(data)
    assert both(records) == ("raw.jsonl", None, "sha256")


def test_a_file_too_many_in_the_archive(records, tmp_path):
    path = tmp_path / "more.zip"
    with zipfile.ZipFile(path, "w") as file:
        for each in records.iterdir():
            file.write(each, each.name)
        file.writestr("them.txt", "x")
    assert both(path) == ("manifest.json", None, "them.txt")


def test_a_missing_file(records):
    (records / "rules.json").unlink()
    assert both(records) == ("rules.json", None, "")


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff", b"null"])
def test_what_is_no_record_at_all(records, data):
    (records / "rules.json").write_bytes(data)
    assert both(records)[0] == "rules.json"


def test_no_archive(tmp_path):
    path = tmp_path / "x.zip"
    path.write_bytes(b"no archive")
    assert both(path) == ("x.zip", None, "zip")
