"""The navigation of staff as data: which entries there are, for whom, and on which pages each is the current one."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from quizapp.accounts.rules import Actor
from quizapp.web.identity import current_actor


@dataclass(frozen=True)
class Entry:
    """An entry leads to `endpoint` and is the current one there and on the pages `covers`."""

    label: LazyString
    endpoint: str
    covers: tuple[str, ...] = ()
    for_organizers: bool = False


ENTRIES = (
    Entry(
        _l("Cuộc thi"),
        "organize.home",
        (
            "organize.contest",
            "organize.edit",
            "organize.new_contest",
            "organize.close_round",
            "organize.launch",
            "organize.round_page",
            "organize.round_step",
            "organize.roster",
            "organize.marks",
            "organize.people",
            "organize.awards",
            "organize.refuse_prize",
            "organize.lift_prize_refusal",
            "organize.draw_lot",
            "organize.withdraw_award",
            "organize.give_award",
            "organize.person",
            "organize.contact",
            "organize.data_requests",
            "organize.data_request",
            "organize.refuse_entry",
            "organize.lift_refusal",
            "organize.extend_attempt",
            "organize.amend",
            "organize.extend_round",
            "organize.late_papers",
            "organize.late_answers",
            "organize.rulings",
            "organize.new_ruling",
            "organize.ruling",
            "organize.sizes",
            "organize.collectives",
            "organize.contest_log",
        ),  # fmt: skip
        for_organizers=True,
    ),
    Entry(_l("Bộ câu hỏi"), "organize.banks", ("organize.bank", "organize.import_bank"), for_organizers=True),
    Entry(
        _l("Tài khoản cán bộ"),
        "organize.staff",
        ("organize.staff_member", "organize.hand_over_link", "organize.change_staff", "organize.installation_log"),
        for_organizers=True,
    ),
    Entry(
        _l("Kết quả theo đơn vị"),
        "district.home",
        ("district.contest", "district.people", "district.targets"),
    ),
    Entry(_l("Đơn vị cơ sở"), "district.units", ("district.units_of", "district.unit")),
)


def nav_items(actor: Actor | None, endpoint: str | None) -> list[tuple[str, str, bool]]:
    """(label, address, current) of what the member of staff may open; nothing for anybody else."""
    if actor is None:
        return []
    return [
        (str(entry.label), url_for(entry.endpoint), endpoint in (entry.endpoint, *entry.covers))
        for entry in ENTRIES
        if actor.is_organizer or not entry.for_organizers
    ]


def template_nav() -> dict[str, Any]:
    """What layouts/staff.html shows; a context processor of the blueprints of staff."""
    return {"nav_items": nav_items(current_actor(), request.endpoint)}
