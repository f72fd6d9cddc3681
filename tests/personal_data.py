"""A contest that asks for everything that can be asked, and a person whose every field can be found again anywhere."""

from datetime import datetime

from quizapp.contests.queries import ContestInfo
from tests import factories

FIELDS = {
    "full_name": "required", "date_of_birth": "required", "gender": "optional", "phone": "required",
    "email": "optional", "citizen_id": "optional", "address": "optional", "area": "required", "unit": "optional",
}  # fmt: skip
CANARIES = {
    "full_name": "Trịnh Thị Chim Hoàng Yến", "phone": "0907141592", "email": "thu.65358@thu.vn",
    "citizen_id": "079093238462", "address": "Số 64338 đường X", "unit": "Chi bộ Canary 27182",
}  # fmt: skip
# What is sealed at rest, and masked even for staff.
SEALED = {name: CANARIES[name] for name in ("phone", "email", "citizen_id", "address")}


def asking_contest(now: datetime, *, identity: tuple[str, str] = ("phone", "full_name"), **fields: str) -> ContestInfo:
    """A running contest; `fields` changes which are required."""
    entry = {"mode": "form", "fields": {**FIELDS, **fields}, "identity": list(identity), "resume": "details"}
    return factories.make_contest(now, entry=entry)
