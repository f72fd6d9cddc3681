"""A copy of a contest whose dates surround the present, to try the product with. Pure."""

from datetime import datetime, timedelta

import yaml

from quizapp.contests.spec import ContestSpec

SUFFIX = "-demo"
TITLE_SUFFIX = " (chạy thử)"


def slug_of(slug: str) -> str:
    """The slug of the copy; still at most 64 characters long."""
    return slug[: 64 - len(SUFFIX)] + SUFFIX


def surround(spec: ContestSpec, now: datetime) -> ContestSpec:
    """The spec under another slug and title, moved by whole days so that its second round (or its only one) is open.

    Hours of the day and the lengths of rounds and gaps stay as they are.
    """
    rounds = sorted(spec.rounds, key=lambda round_: round_.opens_at)
    chosen = rounds[min(1, len(rounds) - 1)]
    into = (chosen.closes_at - chosen.opens_at) / 3
    days = (now - chosen.opens_at - into).days
    shift = timedelta(days=days)
    if not chosen.opens_at + shift <= now < chosen.closes_at + shift:
        shift += timedelta(days=1)
    return spec.model_copy(
        update={
            "contest": slug_of(spec.contest),
            "title": spec.title + TITLE_SUFFIX,
            "rounds": [
                round_.model_copy(update={"opens_at": round_.opens_at + shift, "closes_at": round_.closes_at + shift})
                for round_ in spec.rounds
            ],
        }
    )


def to_yaml(spec: ContestSpec) -> str:
    """The spec as a contest file."""
    data = spec.model_dump(mode="json", exclude_none=True)
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=120)
