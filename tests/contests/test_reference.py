"""Real contests as files: each is sound, is launched, can be told in words, and says what its organizers said."""

from datetime import timedelta

import pytest

from quizapp import clock
from quizapp.areas import queries as areas
from quizapp.contests import amending, demo, loader, queries, service
from quizapp.contests.rules import ContestState, full_score, questions_in
from quizapp.db import transaction
from quizapp.web.rules_text import round_facts, rules_text
from tests.reference import SHIPPED, STRESS, load_areas

ALL = [*SHIPPED, *STRESS]


@pytest.fixture
def everything(shipped, now):
    """The shipped areas and banks, and the areas of the stress set."""
    load_areas(now)


def launched(file):
    """The contest of the file, launched an hour before its first round opens."""
    data = file.read_bytes()
    with transaction():
        draft, _ = service.import_contest(data, name=file.name, owner_area_id=None, now=clock.now())
    before = draft.rounds[0].opens_at - timedelta(hours=1)
    with clock.frozen_at(before), transaction():
        return service.launch(draft, actor="to-chuc", now=before)


def told(contest):
    levels = areas.get_tree_by_id(contest.tree_id).levels
    return {
        section.key: " ".join(" ".join((*part.sentences, *part.items, *part.after)) for part in section.parts)
        for section in rules_text(contest.spec, {level.key: level.label for level in levels})
    }


def by_name(name):
    return next(file for file in ALL if file.stem == name)


def test_the_stress_set_is_complete():
    assert [file.stem for file in STRESS] == [
        "baocaovien-2026", "hai-phong-2025", "kbang-xa-2025", "phu-yen-2021", "vcnet-2020",
    ]  # fmt: skip


@pytest.mark.parametrize("file", ALL, ids=lambda file: file.stem)
def test_a_reference_contest_is_launched_and_told(everything, app, file):
    contest = launched(file)
    assert contest.state(contest.rounds[0].opens_at) is ContestState.OPEN
    frozen = queries.get_snapshot(contest.id)
    for round_ in contest.rounds:
        drawn = sum(stratum.count for stratum in frozen.blueprints[round_.key])
        assert drawn == questions_in(round_.spec)
        assert full_score(round_.spec) > 0
    with app.test_request_context():
        text = told(contest)
        assert all(round_facts(round_.spec) for round_ in contest.rounds)
    assert {"who", "rounds", "paper", "attempts", "ranking", "publication"} <= set(text)
    for section in text.values():
        assert "None" not in section
        assert "%(" not in section
    assert str(contest.spec.entry.password) not in " ".join(text.values())


def test_each_of_the_stress_set_has_a_copy_that_runs_now(everything, now):
    for file in STRESS:
        spec = loader.parse_contest(file.read_bytes(), name=file.name)
        copy = loader.parse_contest(demo.to_yaml(demo.surround(spec, now)).encode(), name="copy.yaml")
        assert [round_.paper for round_ in copy.rounds] == [round_.paper for round_ in spec.rounds], file.stem
        assert (copy.overall, copy.collectives) == (spec.overall, spec.collectives), file.stem


def test_a_reference_contest_is_amended_before_its_second_round(everything):
    file = by_name("hoa-binh-2022-hcm")
    contest = launched(file)
    now = contest.rounds[1].opens_at - timedelta(days=1)
    amended = file.read_text(encoding="utf-8").replace("attempts: {per: round}", "attempts: {max: 20, per: round}")
    first, rest = amended.split("  - key: tuan-2", 1)
    data = first.replace("attempts: {max: 20, per: round}", "attempts: {per: round}") + "  - key: tuan-2" + rest
    with transaction():
        changed = amending.amend(contest, data.encode(), name="c", actor="t", reason="Sửa số lượt", now=now)
    assert [each.rules_version for each in changed.rounds] == [1, 2, 2, 2]
    assert [each.spec.attempts.max for each in changed.rounds] == [None, 20, 20, 20]


def test_each_says_in_words_what_is_special_about_it(everything, app):
    special = {
        "baocaovien-2026": ("prizes", "Lan tỏa cuộc thi: 10 giải, mỗi giải 1.000.000 đồng, do Ban Tổ chức xét chọn"),
        "kbang-xa-2025": ("collectives", "Bằng nhau thì xét tiếp lần lượt: số giải cá nhân đạt được."),
        "hai-phong-2025": ("who", "Muốn dự thi phải có mật khẩu dự thi"),
        "vcnet-2020": ("ranking", "giải không có người đạt thì để trống"),
        "phu-yen-2021": ("who", "Chung kết viết dành cho 10 người đứng đầu kết quả đã công bố của Thi trắc nghiệm"),
        "quang-nam-2022-thcs": ("collectives", "Nhất 10, Nhì 8, Ba 6, Khuyến khích 4; giải khác 1."),
        "hoa-binh-2022-hcm": ("collectives", "Nhì: 2 giải, mỗi giải 1.500.000 đồng."),
        "gia-lai-2022-hcm": ("paper", "Câu hỏi được công khai, không kèm đáp án, từ lúc vòng thi mở."),
        "dak-po-2021": ("attempts", "tối đa 10 lượt trong mỗi vòng thi"),
    }
    with app.test_request_context():
        for name, (section, sentence) in special.items():
            assert sentence in told(launched(by_name(name)))[section], name


def test_questions_with_several_right_options_are_in_the_papers_of_2020(everything):
    contest = launched(by_name("vcnet-2020"))
    frozen = queries.get_snapshot(contest.id)
    for round_ in contest.rounds:
        (stratum,) = frozen.blueprints[round_.key]
        assert sum(frozen.questions[ref].is_multiple for ref in stratum.pool) == 2


def test_hamlets_offices_and_zones_are_levels_like_any_other(everything):
    kinds = {node.kind for node in areas.get_tree("hai-phong-2025").at_level("office")}
    assert kinds == {"sở", "phường", "xã", "đặc khu"}
    assert "Thôn 10" in {node.name for node in areas.get_tree("kbang-2025").at_level("village")}
