"""The rules of a contest in words, generated from its configuration, so that what is promised is what is done."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext, ngettext

from quizapp.clock import local_date
from quizapp.contests.rules import full_score, questions_in
from quizapp.contests.spec import Age, Collective, ContestSpec, Prediction, Prize, RoundSpec
from quizapp.web import rules_words as words
from quizapp.web.entry_words import FIELD_LABELS, field_name
from quizapp.web.filters import closing, day, duration, moment, money, number

# What of a round a section tells: rounds that are equal in it share one part of the section.
Aspect = Callable[[RoundSpec], Hashable]


@dataclass(frozen=True)
class Part:
    """Sentences, then a list (numbered when `ordered`), then closing sentences; `heading` names the rounds meant."""

    sentences: tuple[str, ...]
    items: tuple[str, ...] = ()
    ordered: bool = False
    after: tuple[str, ...] = ()
    heading: str | None = None


@dataclass(frozen=True)
class Section:
    """One heading of the rules."""

    key: str
    title: str
    parts: tuple[Part, ...]


def rules_text(spec: ContestSpec, level_labels: Mapping[str, str]) -> tuple[Section, ...]:
    """The rules as sections in the reader's language. `level_labels`: level key -> what the tree calls it."""
    sections = (
        Section("who", gettext("Ai được dự thi"), _who(spec)),
        Section("entry", gettext("Phiếu dự thi"), _entry(spec)),
        Section("rounds", gettext("Thời gian"), _rounds(spec)),
        Section("paper", gettext("Bài thi"), _by_rounds(spec, _paper_settings, _paper)),
        Section(
            "attempts", gettext("Lượt thi"), _by_rounds(spec, lambda r: _settings(r.attempts, r.counted), _attempts)
        ),
        Section("prediction", gettext("Câu dự đoán"), _predictions(spec)),
        Section("ranking", gettext("Xếp hạng"), _ranking(spec)),
        Section("prizes", gettext("Giải cá nhân"), _prizes(spec)),
        Section("collectives", gettext("Giải tập thể"), _collectives(spec, level_labels)),
        Section("publication", gettext("Công bố kết quả"), _publication(spec)),
    )
    return tuple(section for section in sections if section.parts)


def prediction_words(prediction: Prediction) -> tuple[str, str]:
    """(the question that is asked, what exactly is counted)."""
    question, counted = words.PREDICTIONS[prediction.metric, prediction.scope]
    everybody = gettext("Mọi người dự thi đều được đếm, kể cả người không xếp hạng.")
    return str(question), f"{counted} {everybody}"


def round_facts(round_: RoundSpec) -> tuple[str, ...]:
    """What somebody wants to know before starting: how many questions, how long, how often."""
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
    sentences = [str(words.ENTRY_MODES[entry.mode]), _age_sentence(entry.age)]
    if _has_limit(entry.age) or any(_has_limit(group.age) for group in spec.groups):
        sentences.append(gettext("Tuổi tính đến ngày %(day)s, ngày mở vòng thi đầu tiên.", day=day(first_day)))
    if entry.excluded.people:
        sentences.append(str(words.EXCLUSIONS[entry.excluded.mode]))
    identity = _names(entry.identity)
    sentences.append(gettext("Hai phiếu dự thi trùng %(fields)s được coi là của một người.", fields=identity))
    proof = [*entry.identity, *(["date_of_birth"] if "date_of_birth" not in entry.identity else [])]
    sentences.append(str(words.RESUMES[entry.resume]) % {"fields": _names(proof)})
    parts = [Part(tuple(sentences))]
    if spec.groups:
        groups = tuple(_group_line(group.label, group.age) for group in spec.groups)
        parts.append(Part((gettext("Cuộc thi có các bảng, mỗi bảng xếp hạng và trao giải riêng:"),), groups))
    return tuple(parts)


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
        for round_ in _in_time(spec)
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
    return (*shape, _settings(paper.shuffle), round_.key_public)


def _paper(round_: RoundSpec) -> Part:
    paper, count = round_.paper, questions_in(round_)
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
    sentences.append(
        gettext(
            "Mỗi câu đúng được %(points)s điểm, câu sai hoặc bỏ trống không có điểm; điểm tối đa là %(full)s.",
            points=number(paper.points),
            full=number(full_score(round_)),
        )
    )
    sentences.append(gettext("Câu có nhiều phương án đúng thì phải chọn đủ và chỉ chọn các phương án đúng."))
    return Part((*sentences, str(words.KEYS_PUBLIC[round_.key_public])))


def _whole_time(seconds: int) -> str:
    """ "10 phút" where `duration` would say "10 phút 0 giây"."""
    if seconds % 3600 == 0:
        return ngettext("%(num)d giờ", "%(num)d giờ", seconds // 3600)
    if seconds % 60 == 0:
        return ngettext("%(num)d phút", "%(num)d phút", seconds // 60)
    return duration(seconds * 1000)


def _attempt_settings(round_: RoundSpec) -> Hashable:
    return _settings(round_.attempts, round_.counted)


def _attempts(round_: RoundSpec) -> Part:
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
    return _by_rounds(spec, lambda r: r.prediction and _settings(r.prediction), _prediction)


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
        before = tuple(str(sentence) for sentence in words.GATES[ranking.gate, ranking.fallback])
        return Part(before, tuple(str(words.RANKING_KEYS[key]) for key in ranking.keys), ordered=True, after=(same,))

    return _by_rounds(spec, lambda r: (r.ranking.gate, r.ranking.fallback, tuple(r.ranking.keys)), describe)


# --- prizes, publication ------------------------------------------------------------------------------------------


def _prizes(spec: ContestSpec) -> tuple[Part, ...]:
    if not any(round_.prizes for round_ in spec.rounds):
        return ()

    def describe(round_: RoundSpec) -> Part:
        if not round_.prizes:
            return Part((gettext("Không có giải cá nhân."),))
        intro = gettext("Giải của mỗi vòng thi, cho từng bảng:") if spec.groups else gettext("Giải của mỗi vòng thi:")
        return Part((intro,), _prize_lines(round_.prizes))

    parts = _by_rounds(spec, lambda r: tuple(_settings(prize) for prize in r.prizes), describe)
    return (*parts, Part((str(words.PRIZE_CAPS[spec.prize_cap]),)))


def _prize_lines(prizes: Sequence[Prize]) -> tuple[str, ...]:
    lines = []
    for prize in prizes:
        count = ngettext("%(num)d giải", "%(num)d giải", prize.count)
        if prize.amount is None:
            lines.append(gettext("%(name)s: %(count)s.", name=prize.name, count=count))
        else:
            amount = money(prize.amount)
            lines.append(
                gettext("%(name)s: %(count)s, mỗi giải %(amount)s.", name=prize.name, count=count, amount=amount)
            )
    return tuple(lines)


def _collectives(spec: ContestSpec, level_labels: Mapping[str, str]) -> tuple[Part, ...]:
    return tuple(_collective(collective, level_labels) for collective in spec.collectives)


def _collective(collective: Collective, level_labels: Mapping[str, str]) -> Part:
    level = level_labels.get(collective.level, collective.level)
    metric = str(words.COLLECTIVE_METRICS[collective.metric])
    sentence = str(words.COLLECTIVE_SCOPES[collective.scope]) % {"level": level, "metric": metric}
    return Part((sentence,), _prize_lines(collective.prizes))


def _publication(spec: ContestSpec) -> tuple[Part, ...]:
    sentences = [
        str(words.LIVE[spec.publication.live]),
        gettext("Kết quả theo đơn vị được công bố khi Ban Tổ chức công bố kết quả cuộc thi."),
        gettext(
            "Bảng xếp hạng trên trang này chỉ nêu họ tên, đơn vị và kết quả; không nêu ngày sinh, số điện thoại, "
            "địa chỉ hay giấy tờ của người dự thi."
        ),
    ]
    if spec.entry.fields.phone != "off":
        sentences.append(str(words.MASK_PHONE[spec.publication.mask_phone]))
    return (Part(tuple(sentences)),)


# --- rounds of equal settings -------------------------------------------------------------------------------------


def _in_time(spec: ContestSpec) -> list[RoundSpec]:
    return sorted(spec.rounds, key=lambda round_: round_.opens_at)


def _by_rounds(spec: ContestSpec, aspect: Aspect, describe: Callable[[RoundSpec], Part]) -> tuple[Part, ...]:
    """One part for all rounds with equal settings; with several parts, each names its rounds."""
    groups: dict[Hashable, list[RoundSpec]] = {}
    for round_ in _in_time(spec):
        groups.setdefault(aspect(round_), []).append(round_)
    parts = []
    for rounds in groups.values():
        part = describe(rounds[0])
        heading = ", ".join(round_.label for round_ in rounds) if len(groups) > 1 else None
        parts.append(Part(part.sentences, part.items, part.ordered, part.after, heading))
    return tuple(parts)


def _settings(*blocks: object) -> Hashable:
    """Blocks of a spec in a form that can be compared."""
    return tuple(block.model_dump_json() if hasattr(block, "model_dump_json") else block for block in blocks)


def _names(fields: Sequence[str]) -> str:
    return ", ".join(field_name(name) for name in fields)
