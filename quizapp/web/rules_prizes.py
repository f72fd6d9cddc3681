"""The rules in words about prizes: of rounds, of all rounds together, of areas."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext, ngettext

from quizapp.contests.contradictions import individual_prizes
from quizapp.contests.spec import Collective, ContestSpec, Prize, RoundSpec
from quizapp.web import rules_words as words
from quizapp.web.filters import money, number
from quizapp.web.rules_parts import Part, by_rounds, in_time, joined, settings


def prizes_parts(spec: ContestSpec) -> tuple[Part, ...]:
    """The prizes of the rounds, and what holds for every prize of a person; () without any."""
    if not individual_prizes(spec):
        return ()

    def describe(round_: RoundSpec) -> Part:
        if not round_.prizes:
            return Part((gettext("Không có giải cá nhân."),))
        intro = gettext("Giải của mỗi vòng thi, cho từng bảng:") if spec.groups else gettext("Giải của mỗi vòng thi:")
        return Part((intro,), _prize_lines(round_.prizes))

    of_rounds: tuple[Part, ...] = ()
    if any(round_.prizes for round_ in spec.rounds):
        of_rounds = by_rounds(spec, lambda r: tuple(settings(prize) for prize in r.prizes), describe)
    return (*of_rounds, Part((str(words.PRIZE_CAPS[spec.prize_cap]), str(words.LOT), str(words.SUBSTITUTION))))


def overall_parts(spec: ContestSpec) -> tuple[Part, ...]:
    """The ranking over several rounds and its prizes; () without one."""
    overall = spec.overall
    if overall is None:
        return ()
    summed = [r.label for r in in_time(spec) if overall.rounds is None or r.key in overall.rounds]
    what = gettext(
        "Xếp hạng chung cộng kết quả được tính của mỗi người ở các vòng: %(rounds)s. Vòng nào không dự thi thì không "
        "có gì để cộng.",
        rounds=joined(summed),
    )
    order = gettext("Xét lần lượt các tiêu chí; tiêu chí sau chỉ dùng khi các tiêu chí trước bằng nhau:")
    intro = gettext("Giải toàn cuộc thi, cho từng bảng:") if spec.groups else gettext("Giải toàn cuộc thi:")
    keys = tuple(str(words.OVERALL_KEYS[key]) for key in overall.keys)
    return Part((what, order), keys, ordered=True), Part((intro,), _prize_lines(overall.prizes))


def collectives_parts(spec: ContestSpec, level_labels: Mapping[str, str]) -> tuple[Part, ...]:
    """Each ranking of areas; () without any."""
    names = tuple(dict.fromkeys(prize.name for prize in individual_prizes(spec)))
    parts = [part for collective in spec.collectives for part in _collective(collective, level_labels, names)]
    if any(collective.metric != "manual" and collective.prizes for collective in spec.collectives):
        parts.append(Part((str(words.AREA_LOT),)))
    return tuple(parts)


def _prize_lines(prizes: Sequence[Prize]) -> tuple[str, ...]:
    return tuple(_prize_line(prize) for prize in prizes)


def _prize_line(prize: Prize) -> str:
    told = [ngettext("%(num)d giải", "%(num)d giải", prize.count)]
    if prize.amount is not None:
        told.append(gettext("mỗi giải %(amount)s", amount=money(prize.amount)))
    if prize.by == "hand":
        told.append(gettext("do Ban Tổ chức xét chọn và nêu lý do"))
    return gettext("%(name)s: %(told)s.", name=prize.name, told=joined(told))


def _collective(
    collective: Collective, level_labels: Mapping[str, str], prize_names: Sequence[str]
) -> tuple[Part, ...]:
    level = level_labels.get(collective.level, collective.level)
    metric = str(words.COLLECTIVE_METRICS[collective.metric])
    sentences = [str(words.COLLECTIVE_SCOPES[collective.scope]) % {"level": level, "metric": metric}]
    if collective.then:
        following = joined([str(words.COLLECTIVE_METRICS[each]) for each in collective.then])
        sentences.append(gettext("Bằng nhau thì xét tiếp lần lượt: %(metrics)s.", metrics=following))
    if collective.min_people > 1:
        people = number(collective.min_people)
        sentences.append(gettext("Chỉ xếp hạng đơn vị có từ %(people)s người dự thi trở lên.", people=people))
    if _shares(collective):
        sentences.append(str(words.SIZES))
    weighed = _weights(collective, prize_names)
    if not weighed:
        return (Part(tuple(sentences), _prize_lines(collective.prizes)),)
    formula = Part((*sentences, gettext("Điểm tổng hợp của đơn vị là tổng của:")), weighed)
    prizes = Part((gettext("Giải của đơn vị:"),), _prize_lines(collective.prizes))
    return (formula, prizes) if collective.prizes else (formula,)


def _shares(collective: Collective) -> bool:
    """True when the size of an area decides."""
    weights = collective.weights
    weighed = collective.metric == "weighted" and weights is not None and (weights.rate or weights.mean_rate)
    return "rate" in (collective.metric, *collective.then) or bool(weighed)


def _weights(collective: Collective, prize_names: Sequence[str]) -> tuple[str, ...]:
    if collective.metric != "weighted" or collective.weights is None:
        return ()
    lines = []
    for name, sentence in words.WEIGHTS.items():
        weight = getattr(collective.weights, name)
        if weight and name == "prizes" and collective.prize_points:
            points = {each: collective.prize_points[each] for each in prize_names if each in collective.prize_points}
            lines.append(_prize_points(weight, points))
        elif weight:
            lines.append(str(sentence) % {"weight": number(weight)})
    return tuple(lines)


def _prize_points(weight: int, points: Mapping[str, int]) -> str:
    each = joined([f"{name} {number(value * weight)}" for name, value in points.items()])
    return gettext(
        "Điểm cho mỗi giải cá nhân của người thuộc đơn vị: %(each)s; giải khác %(other)s.",
        each=each,
        other=number(weight),
    )
