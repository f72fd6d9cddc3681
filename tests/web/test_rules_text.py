"""The rules in words: every value that a contest file may hold has a sentence, and the sentence says what is done."""

from collections.abc import Iterator
from datetime import datetime
from itertools import product
from typing import Any, get_args

import pytest

from quizapp.contests.spec import (
    Attempts,
    Collective,
    ContestSpec,
    Entry,
    Excluded,
    Metric,
    Overall,
    PaperSpec,
    Prediction,
    Publication,
    Ranking,
    RoundSpec,
    Weights,
)
from quizapp.ranking.rules import Chain, Fallback, Gate, Key, Performance, order_key, pick_counted
from quizapp.web import rules_words as words
from quizapp.web.entry_words import FIELD_LABELS
from quizapp.web.rules_parts import Section
from quizapp.web.rules_text import prediction_words, round_facts, rules_text

LEVELS = {"district": "Huyện, thị xã, thành phố", "commune": "Xã, phường"}
FIELDS = {"full_name": "required", "date_of_birth": "required", "phone": "required", "area": "required"}


def round_data(**changes: Any) -> dict[str, Any]:
    return {
        "key": "tuan-1",
        "label": "Tuần 1",
        "opens_at": "2022-04-18T00:00+07:00",
        "closes_at": "2022-04-25T00:00+07:00",
        "paper": {"mode": "random", "draw": [{"bank": "mau", "count": 20}], "time_limit_seconds": 600, "points": 10},
        "ranking": {"gate": "none", "keys": ["score", "duration", "submitted_at"]},
        **changes,
    }


def spec(
    *, rounds: list[dict[str, Any]] | None = None, entry: dict[str, Any] | None = None, **changes: Any
) -> ContestSpec:
    data = {
        "contest": "mau",
        "title": "Cuộc thi mẫu",
        "organizer": {"name": "Ban Tổ chức mẫu"},
        "areas": {"tree": "tinh-mau", "ranked_level": "district"},
        "entry": {"fields": FIELDS, "identity": ["phone", "full_name"], **(entry or {})},
        "rounds": rounds or [round_data()],
        **changes,
    }
    return ContestSpec.model_validate(data)


def sentences(section: Section) -> Iterator[str]:
    for part in section.parts:
        yield from (*part.sentences, *part.items, *part.after, *([part.heading] if part.heading else []))


def told(found: ContestSpec, key: str) -> list[str]:
    """All sentences of one section; [] when the rules have no such section."""
    return [text for section in rules_text(found, LEVELS) if section.key == key for text in sentences(section)]


def whole(found: ContestSpec) -> str:
    return " ".join(text for section in rules_text(found, LEVELS) for text in sentences(section))


def choices(model: Any, field: str) -> tuple[Any, ...]:
    """The values that a field of the contest file may have."""
    return get_args(model.model_fields[field].annotation)


# --- every value has its words ---


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (words.ENTRY_MODES, choices(Entry, "mode")),
        (words.RESUMES, choices(Entry, "resume")),
        (words.EXCLUSIONS, choices(Excluded, "mode")),
        (words.SHUFFLES, tuple(product((True, False), repeat=2))),
        (words.KEYS_PUBLIC, choices(RoundSpec, "key_public")),
        (words.ATTEMPT_LIMITS, choices(Attempts, "per")),
        (words.COUNTED, choices(RoundSpec, "counted")),
        (words.PREDICTIONS, tuple(product(get_args(Metric), choices(Prediction, "scope")))),
        (words.RANKING_KEYS, tuple(key.value for key in Key)),
        (words.GATES, tuple(product(choices(Ranking, "gate"), choices(Ranking, "fallback")))),
        (words.PRIZE_CAPS, choices(ContestSpec, "prize_cap")),
        (words.COLLECTIVE_METRICS, choices(Collective, "metric")),
        (words.COLLECTIVE_SCOPES, choices(Collective, "scope")),
        (words.LIVE, choices(Publication, "live")),
        (words.MASK_PHONE, (True, False)),
        (words.RESIDENCES, choices(Entry, "residence")),
        (words.PROMOTIONS, (True, False)),
        (words.QUESTIONS_PUBLIC, choices(RoundSpec, "questions_public")),
        (words.OVERALL_KEYS, get_args(get_args(Overall.model_fields["keys"].annotation)[0])),
        (words.WEIGHTS, tuple(Weights.model_fields)),
        (words.TWO_PERSONS, (True, False)),
        (words.RECORDS, choices(Publication, "records")),
    ],
    ids=lambda value: None if isinstance(value, tuple) else "",
)
def test_a_table_of_words_has_every_value_and_no_two_mean_the_same(table, values):
    assert set(table) == set(values)
    texts = [str(text) if not isinstance(text, tuple) else " ".join(map(str, text)) for text in table.values()]
    equal = 1 if table is words.GATES else 0  # without a gate, there is nothing to fall back from
    assert len(set(texts)) == len(texts) - equal


def test_the_modes_of_papers_are_all_told():
    assert choices(PaperSpec, "mode") == ("fixed", "random", "marked")


@pytest.mark.parametrize("gate", choices(Ranking, "gate"))
@pytest.mark.parametrize("fallback", choices(Ranking, "fallback"))
@pytest.mark.parametrize("live", choices(Publication, "live"))
@pytest.mark.parametrize("mode", choices(Entry, "mode"))
@pytest.mark.parametrize("counted", choices(RoundSpec, "counted"))
def test_every_combination_makes_whole_sentences(gate, fallback, live, mode, counted):
    rounds = [
        round_data(ranking={"gate": gate, "keys": ["score", "submitted_at"], "fallback": fallback}, counted=counted)
    ]
    for section in rules_text(spec(rounds=rounds, entry={"mode": mode}, publication={"live": live}), LEVELS):
        assert section.title
        for part in section.parts:
            for text in (*part.sentences, *part.items, *part.after):
                assert text[0].isupper() or text[0].isdigit(), text
                assert text.rstrip()[-1] in ".:”", text
                assert "%(" not in text
                assert "None" not in text


# --- who may enter ---


@pytest.mark.parametrize(
    ("age", "sentence"),
    [
        ({}, "Không giới hạn tuổi."),
        ({"min": 14}, "Người dự thi từ đủ 14 tuổi trở lên."),
        ({"max": 35}, "Người dự thi dưới 36 tuổi."),
        ({"min": 14, "max": 18}, "Người dự thi từ đủ 14 tuổi đến dưới 19 tuổi."),
        ({"min": 0, "max": 0}, "Người dự thi từ đủ 0 tuổi đến dưới 1 tuổi."),
    ],
)
def test_ages_are_told_so_that_nobody_can_misread_the_upper_end(age, sentence):
    found = told(spec(entry={"age": age}), "who")
    assert sentence in found
    assert ("Tuổi tính đến ngày 18/04/2022, ngày mở vòng thi đầu tiên." in found) == bool(age)


def test_the_day_of_the_age_is_the_first_opening_whatever_the_order_of_the_file():
    rounds = [
        round_data(key="b", opens_at="2022-05-01T00:00+07:00", closes_at="2022-05-02T00:00+07:00"),
        round_data(key="a"),
    ]
    assert any("18/04/2022" in text for text in told(spec(rounds=rounds, entry={"age": {"min": 9}}), "who"))


def test_groups_have_their_own_ages():
    groups = [{"key": "A", "label": "Bảng A – Học sinh", "age": {"max": 18}}, {"key": "B", "label": "Bảng B – Mở rộng"}]
    fields = {**FIELDS, "group": "required"}
    found = told(spec(groups=groups, entry={"fields": fields}), "who")
    assert "Bảng A – Học sinh: dưới 19 tuổi." in found
    assert "Bảng B – Mở rộng." in found
    assert any("mỗi bảng xếp hạng và trao giải riêng" in text for text in found)
    assert any(text.startswith("Tuổi tính đến ngày") for text in found)


def test_who_is_the_same_person_and_how_one_comes_back():
    found = told(spec(entry={"resume": "details"}), "who")
    assert "Hai phiếu dự thi trùng số điện thoại, họ và tên được coi là của một người." in found
    assert any(text.endswith("các mục: số điện thoại, họ và tên, ngày sinh.") for text in found)
    assert not any("khai lại" in text for text in told(spec(entry={"resume": "code"}), "who"))


@pytest.mark.parametrize(("mode", "word"), [("block", "không dự thi"), ("unranked", "không xếp hạng")])
def test_excluded_people_are_told_without_names(mode, word):
    people = [{"full_name": "Trần Thư Ký", "phone": "0911222333"}]
    found = spec(entry={"excluded": {"mode": mode, "people": people}})
    assert any(word in text for text in told(found, "who"))
    assert "Trần Thư Ký" not in whole(found)
    assert "0911222333" not in whole(found)
    assert not any("loại trừ" in text for text in told(spec(entry={"excluded": {"mode": mode}}), "who"))


def test_what_the_form_asks():
    fields = {**FIELDS, "email": "optional", "unit": "optional"}
    assert told(spec(entry={"fields": fields}), "entry") == [
        "Phải điền: họ và tên, ngày sinh, số điện thoại, đơn vị, địa phương.",
        "Có thể điền thêm: thư điện tử, nơi công tác, học tập.",
    ]
    assert set(FIELD_LABELS) == set(type(spec().entry.fields).model_fields)


# --- times and papers ---


def test_times_are_vietnam_s_and_midnight_is_also_the_end_of_the_day_before():
    later = round_data(key="b", label="Tuần 2", opens_at="2022-05-02T09:00+07:00", closes_at="2022-05-06T08:00:00Z")
    assert told(spec(rounds=[later, round_data()]), "rounds") == [
        "Giờ nêu ở đây là giờ Việt Nam.",
        "Tuần 1: mở lúc 00:00 ngày 18/04/2022, đóng lúc 00:00 ngày 25/04/2022 (hết ngày 24/04/2022).",
        "Tuần 2: mở lúc 09:00 ngày 02/05/2022, đóng lúc 15:00 ngày 06/05/2022.",
    ]


def test_a_random_paper():
    found = told(spec(), "paper")
    assert (
        "Mỗi bài thi có 20 câu hỏi trắc nghiệm, rút ngẫu nhiên từ ngân hàng câu hỏi, riêng cho từng lượt thi." in found
    )
    assert any(text.startswith("Thời gian làm bài là 10 phút kể từ khi mở đề") for text in found)
    assert "Mỗi câu đúng được 10 điểm, câu sai hoặc bỏ trống không có điểm; điểm tối đa là 200." in found
    assert "Đáp án được công bố sau khi vòng thi đóng." in found


def test_a_fixed_paper_without_a_limit():
    paper = {"mode": "fixed", "questions": ["a", "b", "c"], "points": 1}
    found = told(spec(rounds=[round_data(paper=paper, key_public="never")]), "paper")
    assert "Mỗi bài thi có 3 câu hỏi trắc nghiệm, giống nhau cho mọi người." in found
    assert any(text.startswith("Không giới hạn thời gian làm bài") for text in found)
    assert "Đáp án không được công bố." in found


@pytest.mark.parametrize(
    ("seconds", "words_of_time"),
    [(600, "10 phút"), (3600, "1 giờ"), (90, "1 phút 30 giây"), (5400, "90 phút"), (45, "45 giây")],
)
def test_a_time_limit_is_told_as_people_say_it(seconds, words_of_time):
    paper = {**round_data()["paper"], "time_limit_seconds": seconds}
    assert any(f"là {words_of_time} kể" in text for text in told(spec(rounds=[round_data(paper=paper)]), "paper"))


@pytest.mark.parametrize(("questions", "options"), list(product((True, False), repeat=2)))
def test_shuffling_is_told_for_what_is_shuffled(questions, options):
    paper = {**round_data()["paper"], "shuffle": {"questions": questions, "options": options}}
    text = " ".join(told(spec(rounds=[round_data(paper=paper)]), "paper"))
    assert ("hứ tự câu hỏi" in text) == questions
    assert ("hứ tự phương án" in text) == options


# --- attempts ---


@pytest.mark.parametrize(
    ("attempts", "sentence"),
    [
        ({}, "Không giới hạn số lượt thi."),
        ({"max": 7, "per": "round"}, "Mỗi người được thi tối đa 7 lượt trong mỗi vòng thi."),
        ({"max": 1200, "per": "contest"}, "Mỗi người được thi tối đa 1.200 lượt trong cả cuộc thi."),
        (
            {"max": 2, "per": "day"},
            "Mỗi người được thi tối đa 2 lượt trong một ngày, tính từ 0 giờ đến 24 giờ theo giờ Việt Nam.",
        ),
    ],
)
def test_how_often_one_may_try(attempts, sentence):
    found = told(spec(rounds=[round_data(attempts=attempts)]), "attempts")
    assert sentence in found
    assert ("Đã mở đề là đã dùng một lượt, kể cả khi không nộp bài." in found) == bool(attempts)


def test_a_single_attempt_needs_no_word_on_which_one_counts():
    assert not any("Thi nhiều lượt" in t for t in told(spec(rounds=[round_data(attempts={"max": 1})]), "attempts"))
    daily = {"max": 1, "per": "day"}
    assert any("Thi nhiều lượt" in t for t in told(spec(rounds=[round_data(attempts=daily)]), "attempts"))


START = datetime.fromisoformat("2022-04-18T09:00+07:00")


def performance(score: int, minute: int) -> Performance:
    moment = START.replace(minute=minute)
    return Performance(score, score == 50, moment, moment, 60_000)


@pytest.mark.parametrize(
    ("policy", "expected", "word"),
    [
        ("best", "c", "lượt tốt nhất"),
        ("best_earliest", "b", "điểm cao nhất; nhiều lượt cùng điểm cao nhất thì tính lượt nộp sớm nhất"),
        ("first_perfect", "b", "lượt đầu tiên trả lời đúng tất cả"),
        ("first", "a", "chỉ tính lượt nộp đầu tiên"),
        ("last", "d", "chỉ tính lượt nộp cuối cùng"),
    ],
)
def test_which_attempt_counts_is_told_as_it_is_done(policy, expected, word):
    # Of two perfect attempts, the later one started later: best by this chain, though not the first.
    tries = [("a", performance(30, 1)), ("b", performance(50, 2)), ("c", performance(50, 3)), ("d", performance(40, 4))]
    chain = Chain(Gate.NONE, (Key.SCORE, Key.PREDICTION_GAP))
    if policy == "best":
        tries[1] = ("b", Performance(**{**tries[1][1].__dict__, "prediction": 90}))
        tries[2] = ("c", Performance(**{**tries[2][1].__dict__, "prediction": 11}))
    assert pick_counted(policy, tries, chain, actual=10 if policy == "best" else None) == expected
    assert word in str(words.COUNTED[policy])


# --- the guess ---


@pytest.mark.parametrize(("metric", "scope"), list(product(get_args(Metric), ("round", "contest"))))
def test_a_guess_names_exactly_what_is_counted(metric, scope):
    found = spec(
        rounds=[round_data(prediction={"metric": metric, "scope": scope})],
        publication={"live": "hidden_until_close"},
    )
    text = " ".join(told(found, "prediction"))
    question, counted = prediction_words(found.rounds[0].prediction)
    assert question in text
    assert counted in text
    assert ("người" in question) == (metric not in ("attempts", "attempts_all_correct"))
    assert ("lượt thi" in question) == metric.startswith("attempts")
    assert ("đúng tất cả" in question) == metric.endswith("all_correct")
    assert ("phần trăm" in question) == metric.startswith("percent")
    assert ("cả cuộc thi" in question) == (scope == "contest")
    assert ("vòng thi này" in question) == (scope == "round")
    assert "kể cả người không xếp hạng" in counted


def test_without_a_guess_there_is_no_word_of_it():
    assert told(spec(), "prediction") == []
    assert "dự đoán" not in whole(spec())


# --- ranking ---


def test_the_chain_is_told_in_its_order():
    ranking = {"gate": "none", "keys": ["score", "prediction_gap", "duration", "started_at", "perfect_attempts"]}
    found = spec(rounds=[round_data(ranking=ranking, prediction={"metric": "people"})])
    (section,) = [section for section in rules_text(found, LEVELS) if section.key == "ranking"]
    (part,) = section.parts
    assert part.ordered
    assert part.items == tuple(str(words.RANKING_KEYS[key]) for key in ranking["keys"])
    assert "1, 2, 2, 4" in part.after[0]


@pytest.mark.parametrize(
    ("key", "better", "worse", "word"),
    [
        (Key.SCORE, {"score": 40}, {"score": 30}, "Điểm cao hơn xếp trước"),
        (Key.PREDICTION_GAP, {"prediction": 12}, {"prediction": 7}, "gần số đúng hơn xếp trước"),
        (Key.PREDICTION_GAP, {"prediction": 99}, {"prediction": None}, "không dự đoán thì xếp sau cùng"),
        (Key.SUBMITTED_AT, {"submitted_at": START}, {"submitted_at": START.replace(minute=1)}, "Nộp bài sớm hơn"),
        (Key.DURATION, {"duration_ms": 1}, {"duration_ms": 2}, "nhanh hơn xếp trước"),
        (Key.STARTED_AT, {"started_at": START}, {"started_at": START.replace(minute=1)}, "Bắt đầu làm bài sớm hơn"),
        (Key.PERFECT_ATTEMPTS, {"perfect_attempts": 3}, {"perfect_attempts": 1}, "Nhiều lượt thi đúng tất cả"),
    ],
)
def test_a_key_s_sentence_says_its_direction(key, better, worse, word):
    base = performance(30, 5).__dict__
    chain = Chain(Gate.NONE, (key,))
    assert order_key(chain, Performance(**{**base, **better}), 10) < order_key(
        chain, Performance(**{**base, **worse}), 10
    )
    assert word in str(words.RANKING_KEYS[key])


def test_a_guess_above_counts_like_one_below_and_the_sentence_says_so():
    chain = Chain(Gate.NONE, (Key.PREDICTION_GAP,))
    base = performance(30, 5).__dict__
    keys = [order_key(chain, Performance(**{**base, "prediction": guess}), 10) for guess in (7, 13)]
    assert keys[0] == keys[1]
    assert "đoán thừa hay thiếu cùng một khoảng thì như nhau" in str(words.RANKING_KEYS["prediction_gap"])


def test_the_gate_is_told_with_what_follows_below_it():
    assert {gate.value for gate in Gate} == set(choices(Ranking, "gate"))
    assert {fallback.value for fallback in Fallback} == set(choices(Ranking, "fallback"))
    ranking = {"gate": "all_correct", "keys": ["submitted_at"], "fallback": "next_score"}
    text = " ".join(told(spec(rounds=[round_data(ranking=ranking)]), "ranking"))
    assert "Xếp trước là những người trả lời đúng tất cả các câu." in text
    assert "điểm cao hơn xếp trước" in text
    text = " ".join(told(spec(rounds=[round_data(ranking={**ranking, "fallback": "leave_unawarded"})]), "ranking"))
    assert "Chỉ xếp hạng những người trả lời đúng tất cả các câu" in text
    assert "để trống" in text


# --- prizes, collectives, publication ---

PRIZES = [{"name": "Nhất", "count": 1, "amount": 1_500_000}, {"name": "Khuyến khích", "count": 10}]


def test_prizes_with_amounts_and_cap():
    for cap, text in words.PRIZE_CAPS.items():
        found = told(spec(rounds=[round_data(prizes=PRIZES)], prize_cap=cap), "prizes")
        assert found == [
            "Giải của mỗi vòng thi:",
            "Nhất: 1 giải, mỗi giải 1.500.000 đồng.",
            "Khuyến khích: 10 giải.",
            str(text),
            str(words.LOT),
            str(words.SUBSTITUTION),
        ]


def test_prizes_of_groups_are_for_each_group():
    groups = [{"key": "A", "label": "Bảng A"}]
    found = spec(rounds=[round_data(prizes=PRIZES)], groups=groups, entry={"fields": {**FIELDS, "group": "required"}})
    assert "Giải của mỗi vòng thi, cho từng bảng:" in told(found, "prizes")


def test_a_contest_without_prizes_promises_none():
    assert told(spec(), "prizes") == []
    assert told(spec(), "collectives") == []
    assert "giải" not in " ".join(told(spec(), "ranking"))


@pytest.mark.parametrize("metric", choices(Collective, "metric"))
@pytest.mark.parametrize("scope", choices(Collective, "scope"))
def test_collectives_name_level_metric_scope_and_prizes(metric, scope):
    collective = {"level": "district", "metric": metric, "scope": scope, "prizes": PRIZES}
    first, *rest = [text for text in told(spec(collectives=[collective]), "collectives") if text != str(words.SIZES)]
    assert "“Huyện, thị xã, thành phố”" in first
    assert str(words.COLLECTIVE_METRICS[metric]) in first
    assert ("từng vòng thi" in first) == (scope == "round")
    assert rest[0] == "Nhất: 1 giải, mỗi giải 1.500.000 đồng."


def test_a_level_that_the_tree_does_not_name_is_told_by_its_key():
    (sentence,) = told(spec(collectives=[{"level": "ward", "metric": "people"}]), "collectives")
    assert "“ward”" in sentence


@pytest.mark.parametrize("live", choices(Publication, "live"))
@pytest.mark.parametrize("mask", [True, False])
@pytest.mark.parametrize("phone", ["required", "off"])
def test_what_is_public_when(live, mask, phone):
    fields = {**FIELDS, "phone": phone}
    entry = {"fields": fields, "identity": ["full_name"]}
    found = told(spec(publication={"live": live, "mask_phone": mask}, entry=entry), "publication")
    assert found[0] == str(words.LIVE[live])
    assert (str(words.MASK_PHONE[mask]) in found) == (phone != "off")
    assert any("không nêu ngày sinh, số điện thoại" in text for text in found)


# --- rounds that differ ---


def test_equal_rounds_are_told_once_and_different_ones_by_name():
    times = [("2022-04-18", "2022-04-25"), ("2022-04-25", "2022-05-02"), ("2022-05-02", "2022-05-09")]
    rounds = [
        round_data(
            key=f"tuan-{number}",
            label=f"Tuần {number}",
            opens_at=f"{opens}T00:00+07:00",
            closes_at=f"{closes}T00:00+07:00",
            attempts={"max": 7 if number < 3 else 3},
        )
        for number, (opens, closes) in enumerate(times, start=1)
    ]
    found = {section.key: section for section in rules_text(spec(rounds=rounds), LEVELS)}
    assert [part.heading for part in found["attempts"].parts] == ["Tuần 1, Tuần 2", "Tuần 3"]
    assert [part.heading for part in found["paper"].parts] == [None]
    assert len(found["rounds"].parts[0].items) == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"paper": {"mode": "fixed", "questions": ["a"]}},
        {"paper": {**round_data()["paper"], "points": 5}},
        {"paper": {**round_data()["paper"], "time_limit_seconds": 900}},
        {"paper": {**round_data()["paper"], "shuffle": {"questions": True}}},
        {"key_public": "never"},
        {"counted": "last"},
        {"ranking": {"gate": "all_correct", "keys": ["submitted_at"]}},
        {"ranking": {"gate": "min_score", "min_score": 50, "keys": ["score", "duration", "submitted_at"]}},
        {"questions_public": "with_open"},
        {"paper": {"mode": "marked"}},
        {"prizes": PRIZES},
        {"prediction": {"metric": "people"}},
    ],
    ids=lambda changes: "-".join(changes),
)
def test_no_difference_between_rounds_is_swallowed(changes):
    rounds = [round_data(), round_data(key="b", label="Tuần 2", **changes)]
    headings = [part.heading for section in rules_text(spec(rounds=rounds), LEVELS) for part in section.parts]
    assert "Tuần 1" in headings
    assert "Tuần 2" in headings


def test_what_one_wants_to_know_before_starting():
    found = spec(rounds=[round_data(attempts={"max": 7})])
    assert round_facts(found.rounds[0]) == ("20 câu hỏi", "10 phút", "tối đa 7 lượt trong vòng thi")
    for per, word in (("day", "mỗi ngày"), ("contest", "trong cả cuộc thi")):
        limited = spec(rounds=[round_data(attempts={"max": 2, "per": per})])
        assert word in round_facts(limited.rounds[0])[2]
    paper = {"mode": "fixed", "questions": ["a", "b"]}
    free = spec(rounds=[round_data(paper=paper)])
    assert round_facts(free.rounds[0]) == ("2 câu hỏi", "không giới hạn thời gian làm bài", "không giới hạn số lượt")


# --- what an organizer may add ---


def test_a_contest_password_is_asked_for_and_never_told():
    found = spec(entry={"password": "thicchc2025"})
    assert str(words.PASSWORD) in told(found, "who")
    assert "thicchc" not in whole(found)
    assert str(words.PASSWORD) not in told(spec(), "who")


def test_who_lives_elsewhere_is_told_before_filling_in_the_form():
    assert str(words.RESIDENCES["inside"]) in told(spec(entry={"residence": "inside"}), "who")
    assert not any("danh mục của cuộc thi" in text for text in told(spec(), "who"))


def test_false_data_has_its_consequence_told():
    assert any("vẫn được đếm trong số người dự thi nhưng không xếp hạng" in text for text in told(spec(), "who"))


ESSAY = {
    "key": "chung-ket",
    "label": "Chung kết viết",
    "opens_at": "2022-05-10T00:00+07:00",
    "closes_at": "2022-05-11T00:00+07:00",
    "paper": {"mode": "marked", "points": 100},
    "ranking": {"keys": ["score"]},
    "promote": {"round": "tuan-1", "top": 10},
}


def test_a_round_marked_by_hand_is_told_as_what_it_is():
    found = spec(rounds=[round_data(), round_data(**ESSAY)])
    paper = told(found, "paper")
    assert "Không làm bài trên trang này: Ban Tổ chức nhận bài, chấm tay và nhập điểm, từ 0 đến 100 điểm." in paper
    assert "Mỗi người được chấm một bài." in told(found, "attempts")
    assert " 0 câu" not in whole(found)
    assert round_facts(found.rounds[1]) == ("Ban Tổ chức nhận bài và chấm điểm", "thang điểm 100")


def test_who_reaches_a_later_round_is_told():
    rounds = [round_data(), round_data(**ESSAY)]
    assert (
        "Chung kết viết dành cho 10 người đứng đầu kết quả đã công bố của Tuần 1; những người cùng hạng cuối đều được "
        "vào thi."
    ) in told(spec(rounds=rounds), "who")
    groups = [{"key": "A", "label": "Bảng A"}]
    divided = spec(rounds=rounds, groups=groups, entry={"fields": {**FIELDS, "group": "required"}})
    assert any("10 người đứng đầu mỗi bảng" in text for text in told(divided, "who"))


def test_a_guess_about_the_whole_contest_says_that_papers_alone_are_counted():
    guess = round_data(prediction={"metric": "people", "scope": "contest"})
    sealed = {"publication": {"live": "hidden_until_close"}}
    note = "Số cần đoán trên cả cuộc thi không tính vòng thi chấm tay."
    assert note in told(spec(rounds=[guess, round_data(**ESSAY)], **sealed), "prediction")
    assert note not in told(spec(rounds=[guess], **sealed), "prediction")


def test_everybody_counts_for_the_guess():
    found = spec(rounds=[round_data(prediction={"metric": "people"})], publication={"live": "hidden_until_close"})
    assert "người có phiếu dự thi không được công nhận" in " ".join(told(found, "prediction"))


@pytest.mark.parametrize(
    ("public", "words_of_it"),
    [("no", None), ("before", "từ khi cuộc thi được khởi động"), ("with_open", "lúc vòng thi mở")],
)
def test_questions_that_may_be_read_beforehand_are_told(public, words_of_it):
    paper = {"mode": "fixed", "questions": ["a"]}
    text = " ".join(told(spec(rounds=[round_data(paper=paper, questions_public=public)]), "paper"))
    assert (words_of_it is None and "được công khai" not in text) or (words_of_it and "không kèm đáp án, từ" in text)
    assert words_of_it is None or words_of_it in text


@pytest.mark.parametrize(("fallback", "word"), [("next_score", "Xếp sau là"), ("leave_unawarded", "để trống")])
def test_a_least_score_is_told_with_its_number(fallback, word):
    ranking = {"gate": "min_score", "min_score": 1500, "keys": ["duration"], "fallback": fallback}
    text = " ".join(told(spec(rounds=[round_data(ranking=ranking)]), "ranking"))
    assert "những người đạt từ 1.500 điểm trở lên" in text
    assert word in text


def test_rounds_with_different_least_scores_are_told_apart():
    rounds = [
        round_data(key=key, label=key, ranking={"gate": "min_score", "min_score": least, "keys": ["score"]})
        for key, least in (("a", 10), ("b", 20))
    ]
    assert {"a", "b"} <= set(told(spec(rounds=rounds), "ranking"))


def test_prizes_by_hand_say_whose_choice_they_are():
    prizes = [*PRIZES, {"name": "Lan tỏa", "count": 10, "amount": 500_000, "by": "hand"}]
    found = told(spec(rounds=[round_data(prizes=prizes)]), "prizes")
    assert "Lan tỏa: 10 giải, mỗi giải 500.000 đồng, do Ban Tổ chức xét chọn và nêu lý do." in found
    assert "Nhất: 1 giải, mỗi giải 1.500.000 đồng." in found


def test_an_overall_ranking_says_what_it_adds_up_and_in_which_order():
    rounds = [round_data(), round_data(key="b", label="Tuần 2"), round_data(key="c", label="Tuần 3")]
    overall = {"keys": ["score", "duration", "rounds"], "rounds": ["b", "tuan-1"], "prizes": PRIZES}
    found = told(spec(rounds=rounds, overall=overall), "overall")
    assert found[0].startswith("Xếp hạng chung cộng kết quả được tính của mỗi người ở các vòng: Tuần 1, Tuần 2.")
    assert found[2:5] == [str(words.OVERALL_KEYS[key]) for key in overall["keys"]]
    assert found[5:] == ["Giải toàn cuộc thi:", "Nhất: 1 giải, mỗi giải 1.500.000 đồng.", "Khuyến khích: 10 giải."]
    # The cap and the lots hold for overall prizes as well.
    assert str(words.LOT) in told(spec(rounds=rounds, overall=overall), "prizes")
    every = told(spec(rounds=rounds, overall={"prizes": PRIZES}), "overall")[0]
    assert "Tuần 1, Tuần 2, Tuần 3" in every
    assert told(spec(rounds=rounds), "overall") == []


def collective(**changes):
    one = {"level": "district", "metric": "people", "prizes": PRIZES, **changes}
    return told(spec(rounds=[round_data(prizes=PRIZES)], collectives=[one]), "collectives")


def test_a_collective_ranking_says_what_decides_next_and_who_is_left_out():
    found = collective(then=["prizes", "people_all_correct"], min_people=1200)
    assert "Bằng nhau thì xét tiếp lần lượt: số giải cá nhân đạt được, số người trả lời đúng tất cả các câu." in found
    assert "Chỉ xếp hạng đơn vị có từ 1.200 người dự thi trở lên." in found
    assert str(words.AREA_LOT) in found
    assert not any("Bằng nhau thì" in text or "Chỉ xếp hạng" in text for text in collective())


@pytest.mark.parametrize(
    ("changes", "asks"),
    [
        ({"metric": "rate"}, True),
        ({"then": ["rate"]}, True),
        ({"metric": "weighted", "weights": {"mean_rate": 100}}, True),
        ({"metric": "weighted", "weights": {"people": 1}}, False),
        ({}, False),
    ],
)
def test_a_rate_is_a_share_of_what_the_organizer_entered(changes, asks):
    found = collective(**changes)
    assert any("số người của đơn vị" in text for text in found) == asks
    assert (str(words.SIZES) in found) == asks
    assert not any("chỉ tiêu" in text for text in found)


def test_a_weighted_ranking_tells_its_whole_formula():
    weights = {"mean_rate": 100, "rate": 0, "people": 2, "mean_score": 3, "prizes": 1}
    found = collective(metric="weighted", weights=weights, prize_points={"Nhất": 10, "Khuyến khích": 4})
    assert "Điểm tổng hợp của đơn vị là tổng của:" in found
    assert str(words.WEIGHTS["mean_rate"]) % {"weight": "100"} in found
    assert "2 điểm cho mỗi người dự thi." in found
    assert "3 lần điểm trung bình của các lượt thi được tính." in found
    assert "Điểm cho mỗi giải cá nhân của người thuộc đơn vị: Nhất 10, Khuyến khích 4; giải khác 1." in found
    assert not any("lượt thi." in text and text.endswith("mỗi lượt thi.") for text in found)
    plain = collective(metric="weighted", weights={"prizes": 5})
    assert "5 điểm cho mỗi giải cá nhân của người thuộc đơn vị." in plain


def test_every_weight_multiplies_its_points():
    found = collective(metric="weighted", weights={"prizes": 3}, prize_points={"Nhất": 10})
    assert "Điểm cho mỗi giải cá nhân của người thuộc đơn vị: Nhất 30; giải khác 3." in found


def test_a_collective_that_is_chosen_has_no_formula_and_no_lots():
    found = collective(metric="manual")
    assert "kết quả xét chọn của Ban Tổ chức" in found[0]
    assert str(words.AREA_LOT) not in found


@pytest.mark.parametrize("two", [True, False])
@pytest.mark.parametrize("records", choices(Publication, "records"))
def test_how_a_result_becomes_final_and_who_may_check_it(two, records):
    found = told(spec(publication={"two_persons": two, "records": records}), "publication")
    assert ("hai người của Ban Tổ chức" in " ".join(found)) == two
    assert ("mọi người tải được dữ liệu gốc" in " ".join(found)) == (records == "public")
    assert str(words.QUESTIONS_GONE_WRONG) in found
