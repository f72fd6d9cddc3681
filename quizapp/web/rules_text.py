"""The rules of a contest in words, generated from its configuration, so that what is promised is what is done."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime

from flask_babel import gettext, ngettext

from quizapp.clock import local_date
from quizapp.contests.rules import full_score, questions_in
from quizapp.contests.spec import Age, ContestSpec, Prediction, RoundSpec
from quizapp.web import rules_words as words
from quizapp.web.entry_words import FIELD_LABELS, field_name
from quizapp.web.filters import closing, day, duration, moment, number
from quizapp.web.rules_parts import Part, Section, by_rounds, in_time, joined, settings
from quizapp.web.rules_prizes import collectives_parts, overall_parts, prizes_parts


def rules_text(spec: ContestSpec, level_labels: Mapping[str, str]) -> tuple[Section, ...]:
    """The rules as sections in the reader's language. `level_labels`: level key -> what the tree calls it."""
    sections = (
        Section("who", gettext("Ai được dự thi"), _who(spec)),
        Section("entry", gettext("Phiếu dự thi"), _entry(spec)),
        Section("rounds", gettext("Thời gian"), _rounds(spec)),
        Section("paper", gettext("Bài thi"), by_rounds(spec, _paper_settings, _paper)),
        Section("attempts", gettext("Lượt thi"), by_rounds(spec, _attempt_settings, _attempts)),
        Section("prediction", gettext("Câu dự đoán"), _predictions(spec)),
        Section("ranking", gettext("Xếp hạng"), _ranking(spec)),
        Section("prizes", gettext("Giải cá nhân"), prizes_parts(spec)),
        Section("overall", gettext("Xếp hạng chung và giải toàn cuộc thi"), overall_parts(spec)),
        Section("collectives", gettext("Giải tập thể"), collectives_parts(spec, level_labels)),
        Section("publication", gettext("Công bố kết quả"), _publication(spec)),
    )
    return tuple(section for section in sections if section.parts)


def prediction_words(prediction: Prediction) -> tuple[str, str]:
    """(the question that is asked, what exactly is counted)."""
    question, counted = words.PREDICTIONS[prediction.metric, prediction.scope]
    everybody = gettext(
        "Mọi người dự thi đều được đếm, kể cả người không xếp hạng và người có phiếu dự thi không được công nhận."
    )
    return str(question), f"{counted} {everybody}"


def round_facts(round_: RoundSpec) -> tuple[str, ...]:
    """What somebody wants to know before starting: how many questions, how long, how often (or who marks)."""
    if round_.paper.mode == "marked":
        points = number(full_score(round_))
        return (gettext("Ban Tổ chức nhận bài và chấm điểm"), gettext("thang điểm %(points)s", points=points))
    count, limit = questions_in(round_), round_.attempts
    seconds = round_.paper.time_limit_seconds
    often = {
        "round": gettext("tối đa %(max)s lượt trong vòng thi"),
        "day": gettext("tối đa %(max)s lượt mỗi ngày"),
        "contest": gettext("tối đa %(max)s lượt trong cả cuộc thi"),
    }
    return (
        ngettext("%(num)d câu hỏi", "%(num)d câu hỏi", count),
        gettext("không giới hạn thời gian làm bài") if seconds is None else _whole_time(seconds),
        gettext("không giới hạn số lượt") if limit.max is None else often[limit.per] % {"max": number(limit.max)},
    )


# --- who, entry, times --------------------------------------------------------------------------------------------


def _who(spec: ContestSpec) -> tuple[Part, ...]:
    entry = spec.entry
    first_day = local_date(min(round_.opens_at for round_ in spec.rounds))
    sentences = [str(words.ENTRY_MODES[entry.mode])]
    if entry.password is not None:
        sentences.append(str(words.PASSWORD))
    residence = words.RESIDENCES[entry.residence]
    sentences += [str(residence)] if residence else []
    sentences.append(_age_sentence(entry.age))
    if _has_limit(entry.age) or any(_has_limit(group.age) for group in spec.groups):
        sentences.append(gettext("Tuổi tính đến ngày %(day)s, ngày mở vòng thi đầu tiên.", day=day(first_day)))
    if entry.excluded.people:
        sentences.append(str(words.EXCLUSIONS[entry.excluded.mode]))
    identity = _names(entry.identity)
    sentences.append(gettext("Hai phiếu dự thi trùng %(fields)s được coi là của một người.", fields=identity))
    proof = [*entry.identity, *(["date_of_birth"] if "date_of_birth" not in entry.identity else [])]
    sentences.append(str(words.RESUMES[entry.resume]) % {"fields": _names(proof)})
    sentences += [str(words.REFUSED_ENTRIES), *_promotions(spec)]
    parts = [Part(tuple(sentences))]
    if spec.groups:
        groups = tuple(_group_line(group.label, group.age) for group in spec.groups)
        parts.append(Part((gettext("Cuộc thi có các bảng, mỗi bảng xếp hạng và trao giải riêng:"),), groups))
    return tuple(parts)


def _promotions(spec: ContestSpec) -> list[str]:
    labels = {round_.key: round_.label for round_ in spec.rounds}
    wording = words.PROMOTIONS[bool(spec.groups)]
    return [
        str(wording)
        % {
            "label": round_.label,
            "top": number(round_.promote.top),
            "source": labels.get(round_.promote.round, round_.promote.round),
        }
        for round_ in in_time(spec)
        if round_.promote is not None
    ]


def _age_sentence(age: Age) -> str:
    if not _has_limit(age):
        return gettext("Không giới hạn tuổi.")
    return gettext("Người dự thi %(age)s.", age=_age_words(age))


def _age_words(age: Age) -> str:
    if age.min is not None and age.max is not None:
        return gettext("từ đủ %(min)s tuổi đến dưới %(below)s tuổi", min=age.min, below=age.max + 1)
    if age.min is not None:
        return gettext("từ đủ %(min)s tuổi trở lên", min=age.min)
    return gettext("dưới %(below)s tuổi", below=(age.max or 0) + 1)


def _has_limit(age: Age) -> bool:
    return age.min is not None or age.max is not None


def _group_line(label: str, age: Age) -> str:
    if not _has_limit(age):
        return gettext("%(label)s.", label=label)
    return gettext("%(label)s: %(age)s.", label=label, age=_age_words(age))


def _entry(spec: ContestSpec) -> tuple[Part, ...]:
    fields = spec.entry.fields
    required = [name for name in FIELD_LABELS if fields.rule(name) == "required"]
    optional = [name for name in FIELD_LABELS if fields.rule(name) == "optional"]
    sentences = [gettext("Phải điền: %(fields)s.", fields=_names(required))]
    if optional:
        sentences.append(gettext("Có thể điền thêm: %(fields)s.", fields=_names(optional)))
    return (Part(tuple(sentences)),)


def _rounds(spec: ContestSpec) -> tuple[Part, ...]:
    lines = tuple(
        gettext(
            "%(label)s: mở lúc %(opens)s, đóng lúc %(closes)s.",
            label=round_.label,
            opens=moment(round_.opens_at),
            closes=_closing(round_.closes_at),
        )
        for round_ in in_time(spec)
    )
    return (Part((gettext("Giờ nêu ở đây là giờ Việt Nam."),), lines),)


def _closing(closes_at: datetime) -> str:
    """The moment; midnight both as a moment and as the end of the day before."""
    told = closing(closes_at)
    exact = moment(closes_at)
    return exact if told == exact else gettext("%(moment)s (%(end)s)", moment=exact, end=told)


# --- paper, attempts, prediction, ranking -------------------------------------------------------------------------


def _paper_settings(round_: RoundSpec) -> Hashable:
    paper = round_.paper
    shape = (paper.mode, questions_in(round_), paper.points, paper.time_limit_seconds)
    return (*shape, settings(paper.shuffle), round_.questions_public, round_.key_public)


def _paper(round_: RoundSpec) -> Part:
    paper, count = round_.paper, questions_in(round_)
    if paper.mode == "marked":
        return Part((str(words.MARKED) % {"full": number(full_score(round_))},))
    if paper.mode == "random":
        made = ngettext(
            "Mỗi bài thi có %(num)d câu hỏi trắc nghiệm, rút ngẫu nhiên từ ngân hàng câu hỏi, riêng cho từng lượt thi.",
            "Mỗi bài thi có %(num)d câu hỏi trắc nghiệm, rút ngẫu nhiên từ ngân hàng câu hỏi, riêng cho từng lượt thi.",
            count,
        )
    else:
        made = ngettext(
            "Mỗi bài thi có %(num)d câu hỏi trắc nghiệm, giống nhau cho mọi người.",
            "Mỗi bài thi có %(num)d câu hỏi trắc nghiệm, giống nhau cho mọi người.",
            count,
        )
    sentences = [made]
    mixed = words.SHUFFLES[paper.shuffle.questions, paper.shuffle.options]
    if mixed is not None:
        sentences.append(str(mixed))
    if paper.time_limit_seconds is None:
        sentences.append(
            gettext(
                "Không giới hạn thời gian làm bài, miễn là nộp trước giờ đóng vòng thi; đến giờ đóng, bài đang làm "
                "được nộp tự động với những câu đã lưu."
            )
        )
    else:
        sentences.append(
            gettext(
                "Thời gian làm bài là %(time)s kể từ khi mở đề, nhưng không quá giờ đóng vòng thi; hết giờ, bài được "
                "nộp tự động với những câu đã lưu.",
                time=_whole_time(paper.time_limit_seconds),
            )
        )
    sentences.append(str(words.LATE_ANSWERS))
    sentences.append(
        gettext(
            "Mỗi câu đúng được %(points)s điểm, câu sai hoặc bỏ trống không có điểm; điểm tối đa là %(full)s.",
            points=number(paper.points),
            full=number(full_score(round_)),
        )
    )
    sentences.append(gettext("Câu có nhiều phương án đúng thì phải chọn đủ và chỉ chọn các phương án đúng."))
    shown = words.QUESTIONS_PUBLIC[round_.questions_public]
    sentences += [str(shown)] if shown else []
    return Part((*sentences, str(words.KEYS_PUBLIC[round_.key_public])))


def _whole_time(seconds: int) -> str:
    """ "10 phút" where `duration` would say "10 phút 0 giây"."""
    if seconds % 3600 == 0:
        return ngettext("%(num)d giờ", "%(num)d giờ", seconds // 3600)
    if seconds % 60 == 0:
        return ngettext("%(num)d phút", "%(num)d phút", seconds // 60)
    return duration(seconds * 1000)


def _attempt_settings(round_: RoundSpec) -> Hashable:
    return (round_.paper.mode == "marked", settings(round_.attempts, round_.counted))


def _attempts(round_: RoundSpec) -> Part:
    if round_.paper.mode == "marked":
        return Part((gettext("Mỗi người được chấm một bài."),))
    limit = round_.attempts
    if limit.max is None:
        return Part((gettext("Không giới hạn số lượt thi."), str(words.COUNTED[round_.counted])))
    allowed = str(words.ATTEMPT_LIMITS[limit.per]) % {"max": number(limit.max)}
    used = gettext("Đã mở đề là đã dùng một lượt, kể cả khi không nộp bài.")
    # A single attempt in all leaves nothing to choose from.
    counted = [] if limit.max == 1 and limit.per != "day" else [str(words.COUNTED[round_.counted])]
    return Part((allowed, used, *counted))


def _predictions(spec: ContestSpec) -> tuple[Part, ...]:
    if all(round_.prediction is None for round_ in spec.rounds):
        return ()
    parts = by_rounds(spec, lambda r: r.prediction and settings(r.prediction), _prediction)
    whole = any(round_.prediction and round_.prediction.scope == "contest" for round_ in spec.rounds)
    if whole and any(round_.paper.mode == "marked" for round_ in spec.rounds):
        return (*parts, Part((gettext("Số cần đoán trên cả cuộc thi không tính vòng thi chấm tay."),)))
    return parts


def _prediction(round_: RoundSpec) -> Part:
    if round_.prediction is None:
        return Part((gettext("Không có câu dự đoán."),))
    question, counted = prediction_words(round_.prediction)
    asked = gettext("Mỗi bài thi có thêm một câu dự đoán: “%(question)s”", question=question)
    own = gettext("Mỗi lượt thi mang số dự đoán của riêng lượt đó. Câu dự đoán không tính điểm.")
    return Part((asked, counted, own))


def _ranking(spec: ContestSpec) -> tuple[Part, ...]:
    same = gettext("Bằng nhau ở mọi tiêu chí thì đồng hạng và hạng kế tiếp được bỏ qua, chẳng hạn 1, 2, 2, 4.")

    def describe(round_: RoundSpec) -> Part:
        ranking = round_.ranking
        least = {"min_score": number(ranking.min_score or 0)}
        before = tuple(str(sentence) % least for sentence in words.GATES[ranking.gate, ranking.fallback])
        return Part(before, tuple(str(words.RANKING_KEYS[key]) for key in ranking.keys), ordered=True, after=(same,))

    return by_rounds(spec, lambda r: settings(r.ranking), describe)


# --- publication ---------------------------------------------------------------------------------------------------


def _publication(spec: ContestSpec) -> tuple[Part, ...]:
    sentences = [
        str(words.LIVE[spec.publication.live]),
        str(words.TWO_PERSONS[spec.publication.two_persons]),
        str(words.QUESTIONS_GONE_WRONG),
        gettext("Kết quả theo đơn vị được công bố khi Ban Tổ chức công bố kết quả cuộc thi."),
        gettext(
            "Bảng xếp hạng trên trang này chỉ nêu họ tên, đơn vị và kết quả; không nêu ngày sinh, số điện thoại, "
            "địa chỉ hay giấy tờ của người dự thi."
        ),
    ]
    if spec.entry.fields.phone != "off":
        sentences.append(str(words.MASK_PHONE[spec.publication.mask_phone]))
    if any(round_.paper.mode != "marked" for round_ in spec.rounds):
        sentences.append(str(words.RECEIPTS))
    sentences.append(str(words.RECORDS[spec.publication.records]))
    return (Part(tuple(sentences)),)


def _names(fields: Sequence[str]) -> str:
    return joined([field_name(name) for name in fields])
