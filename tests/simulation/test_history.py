import json

from simulation.history import History, outcome_of


def test_an_operation_is_in_the_file_before_its_answer(tmp_path):
    path = tmp_path / "history.jsonl"
    with History(path) as history:
        operation = history.begin("an", "save", "a1", {"batch": []}, retry_of=7)

        [begun] = [json.loads(line) for line in path.read_text().splitlines()]
    assert begun["begun"]["who"] == "an"
    assert begun["begun"]["sent"] == {"batch": []}
    assert begun["begun"]["retry_of"] == 7
    assert begun["begun"]["outcome"] is None
    assert operation.outcome is None


def test_an_answer_is_in_the_file_as_soon_as_it_is_known(tmp_path):
    path = tmp_path / "history.jsonl"
    with History(path) as history:
        history.end(history.begin("an", "save"), 200, {"saved": []})
        history.lose(history.begin("an", "save"))

        ended = [json.loads(line)["ended"] for line in path.read_text().splitlines() if "ended" in line]
    assert [(one["number"], one["status"], one["outcome"], one["got"]) for one in ended] == [
        (0, 200, "acknowledged", {"saved": []}),
        (1, None, "unknown", None),
    ]


def test_what_a_status_promises():
    assert [outcome_of(status) for status in (200, 201, 303, 304, 404, 409, 429, 500, 503)] == [
        *["acknowledged"] * 4,
        *["refused"] * 3,
        *["unknown"] * 2,
    ]


def test_operations_in_flight_overlap_the_span():
    history = History()
    spans = [(1.0, 2.0), (1.0, 5.0), (3.0, None), (7.0, 8.0)]
    for at, done_at in spans:
        operation = history.begin("an", "save")
        operation.at, operation.done_at = at, done_at

    assert [operation.number for operation in history.in_flight(3.0, 6.0)] == [1, 2]


def test_counts_by_kind_and_by_the_moment_of_sending():
    history = History()
    for at, kind, status in ((1.0, "save", 200), (2.0, "save", 409), (3.0, "submit", 200)):
        operation = history.begin("an", kind)
        history.end(operation, status)
        operation.at = at
    history.begin("an", "save")

    assert history.counts() == {"acknowledged": 2, "refused": 1, None: 1}
    assert history.counts("save", until=2.5) == {"acknowledged": 1, "refused": 1}
    assert history.counts("submit", since=2.5) == {"acknowledged": 1}


def test_pages_and_boards_leave_only_their_status_behind():
    history = History()
    operation = history.begin("an", "board")

    history.end(operation, 200, {"rows": [1, 2, 3]})

    assert operation.status == 200
    assert operation.got is None
