"""The log as organizers and administrators read it."""

import csv
import io
import re
from datetime import timedelta

import pytest

from quizapp.audit import queries, service
from quizapp.audit.rules import INSTALLATION
from quizapp.contests.service import record_act
from quizapp.db import transaction
from tests import factories
from tests.clients import text_in

PATH = "/to-chuc/cuoc-thi-mau/nhat-ky"
XHTML = "{http://www.w3.org/1999/xhtml}"


def rows(page):
    return [[text_in(cell) for cell in row] for row in page.one("table", id="log").iter(f"{XHTML}tr")][1:]


def record(scene, times, act="set_target"):
    with transaction():
        for number in range(times):
            record_act(scene.contest.id, act, actor="to-chuc", now=scene.now, reason=f"{act} {number}")


def test_pages_of_fifty_newest_first(people, scene):
    before = queries.find_head(scene.contest.id).count
    record(scene, 120)
    browser = people("tinh")
    first, last = browser.get(PATH), browser.get(f"{PATH}?page=3")
    assert [row[5] for row in rows(first)] == [f"set_target {number}" for number in range(119, 69, -1)]
    assert rows(first)[0][2:4] == ["Giao chỉ tiêu", "to-chuc"]
    assert len(rows(last)) == 20 + before
    assert rows(last)[-1][0] == "1"
    head = queries.find_head(scene.contest.id)
    assert f"{head.count}:{head.hash}" in first.text
    for wrong in ("0", "x", "-1", "٣"):
        browser.get(f"{PATH}?page={wrong}", status=404)


def test_one_kind_of_act_alone(people, scene):
    record(scene, 3)
    record(scene, 60, act="papers")
    page = people("tinh").get(f"{PATH}?act=papers")
    assert {row[2] for row in rows(page)} == {"Niêm phong các bài đã nộp"}
    assert any(link.get("href") == f"{PATH}?act=papers&page=2" for link in page.all("a"))
    people("tinh").get(f"{PATH}?act=khong-co", status=404)
    # The contest's own page tells what people did.
    assert "Niêm phong các bài đã nộp" not in people("tinh").get("/to-chuc/cuoc-thi-mau").text


def test_the_whole_log_as_a_file_which_is_an_act_itself(people, scene):
    record(scene, 2)
    answer = people("tinh").client.get(f"{PATH}.csv")
    lines = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    entries = queries.list_latest(scene.contest.id)
    assert len(lines) == len(entries) + 1
    assert lines[1][2:4] == ["Tải số liệu về", "tinh"]
    # An apostrophe keeps a spreadsheet from taking it for a number.
    assert lines[1][4].lstrip("'") == "127.0.0.1"
    assert [line[8].lstrip("'") for line in lines[1:]] == [entry.hash for entry in entries]


def test_a_contests_log_is_for_those_who_run_it(only_for_organizers):
    only_for_organizers(PATH)
    only_for_organizers(f"{PATH}.csv")


def test_the_installations_log_is_for_administrators(people, scene, now):
    with transaction():
        service.record(INSTALLATION, "a-newer-act", actor="quan-tri", now=now)
    page = people("quan-tri").get("/to-chuc/nhat-ky-he-thong")
    assert rows(page)[0][2] == "a-newer-act"
    assert any(row[2] == "Nhập bộ câu hỏi" for row in rows(page))
    assert [row[5] for row in rows(page) if row[5].endswith(" tinh")] == ["Ban Tổ chức, Tỉnh Mẫu tinh"]
    for path in ("/to-chuc/nhat-ky-he-thong", "/to-chuc/nhat-ky-he-thong.csv"):
        people("tinh").get(path, status=404)


@pytest.mark.parametrize("path", ["/cuoc-thi/cuoc-thi-mau/kiem-chung"])
def test_the_public_page_has_the_key_and_the_head_once_nobody_guesses_any_more(people, scene, path, at):
    head = queries.find_head(scene.contest.id)
    assert head.hash not in people(None).get(path).text
    with at(max(round_.closes_at for round_ in scene.contest.rounds) + timedelta(minutes=1)):
        text = people(None).get(path).text
        head = queries.find_head(scene.contest.id)
    assert f"{head.count}:{head.hash}" in text
    assert factories.SIGNER.fingerprint in text
    assert factories.SIGNER.public_key in text
    assert re.search(r'--khoa "[0-9a-f ]{39}"|--khoa &#34;[0-9a-f ]{39}&#34;', text)
