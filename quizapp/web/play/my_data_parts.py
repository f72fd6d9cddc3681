"""The parts of the page of one's own data: the fields, who of the staff has seen them, and all of it for programs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext

from quizapp.accounts import queries as accounts
from quizapp.areas import queries as areas
from quizapp.areas.rules import Tree
from quizapp.attempts import queries as attempts
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo
from quizapp.entries import consents, requests
from quizapp.entries import queries as entries
from quizapp.entries.queries import ParticipantInfo
from quizapp.messages.staff import ROLES, TABLE_TITLES
from quizapp.results import lookup
from quizapp.results.lookup import Person
from quizapp.web.entry_words import FIELD_LABELS
from quizapp.web.own_data import shown_value

_FIELDS = tuple(FIELD_LABELS)


@dataclass(frozen=True)
class Looked:
    """A member of staff took or looked at this person's data: the role, never the name."""

    at: datetime
    role: str
    what: str
    why: str


def fields_in_words(contest: ContestInfo, found: Person) -> dict[str, str]:
    """name -> value in words of everything that the contest asks."""
    stored = {"area": found.area_id, "group": found.group_key}
    return {
        name: shown_value(contest, name, stored.get(name, getattr(found, name, None)))
        for name in _FIELDS
        if contest.spec.entry.fields.rule(name) != "off"
    }


def looked_at(contest: ContestInfo, found: Person) -> list[Looked]:
    """Who of the staff took tables in which the person may stand, or looked at what is masked; newest first."""
    tree = areas.get_tree_by_id(contest.tree_id)
    own = _names_above(tree, found.area_id)
    roles = {each.login: str(ROLES[each.role]) for each in accounts.list_staff()}
    lines = []
    for act in contests.list_acts(contest.id):
        if act.act == "view_personal_data" and act.reason.startswith(f"{found.public_id}: "):
            what, why = gettext("Xem thông tin liên hệ đầy đủ"), act.reason.partition(": ")[2]
        elif act.act == "export" and act.at >= found.entered_at:
            table, _, area = act.reason.partition(": ")
            if area and area not in own:
                continue
            title = TABLE_TITLES.get(table.partition(",")[0])
            what, why = gettext("Tải bảng: %(table)s", table=title or table), ""
        else:
            continue
        lines.append(Looked(act.at, roles.get(act.actor, gettext("Cán bộ")), what, why))
    return lines


def _names_above(tree: Tree, area_id: int | None) -> set[str]:
    """The names of the areas of the contest's tree in which somebody of that area is."""
    if area_id is None or not tree.subtree_contains(tree.root.id, area_id):
        return {tree.root.name}
    node = tree.node(area_id)
    return {each.name for each in (*tree.ancestors(node), node)}


def everything(contest: ContestInfo, me: ParticipantInfo) -> dict[str, Any]:
    """What the page shows, for programs."""
    found = lookup.get_person(me.id)
    papers = attempts.list_attempts(me.id)
    return {
        "contest": contest.slug,
        "participant": found.public_id,
        "fields": {
            name: _plain(getattr(found, {"area": "area_id", "group": "group_key"}.get(name, name)))
            for name in _FIELDS
            if contest.spec.entry.fields.rule(name) != "off"
        }
        | {"area": fields_in_words(contest, found).get("area")},
        "guardian": found.guardian_name,
        "entered_at": _plain(found.entered_at),
        "consents": [
            {"kind": "entry", "version": found.consent_version, "given": True, "at": _plain(found.consented_at)}
        ]
        + [
            {"kind": each.kind, "version": each.version, "given": each.is_given, "at": _plain(each.at)}
            for each in consents.list_records(me.id)
        ],
        "attempts": [
            {
                "attempt": paper.public_id,
                "round": contest.round_by_id(paper.round_id).key,
                "number": paper.number,
                "started_at": _plain(paper.started_at),
                "submitted_at": _plain(paper.submitted_at),
            }
            for paper in papers
        ],
        "came_back_at": [_plain(each) for each in entries.list_resumptions(me.id)],
        "looked_at": [
            {"at": _plain(each.at), "role": each.role, "what": each.what, "why": each.why}
            for each in looked_at(contest, found)
        ],
        "requests": [
            {
                "request": each.public_id,
                "kind": each.kind,
                "field": each.field,
                "value": each.value,
                "asked_at": _plain(each.asked_at),
                "accepted": each.is_accepted,
                "answer": each.answer,
            }
            for each in requests.list_of_person(me.id)
        ],
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
