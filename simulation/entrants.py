"""Made-up people: names, telephones and whatever else an entry form asks. Nobody real."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

from simulation.site import Site

_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Rơ Châm", "Ksor", "Siu", "Y", "A")
_MIDDLE = ("Thử", "Mẫu", "Thị Thử", "Văn Thử", "Diễn", "Tập", "Thí", "Nghiệm")
_GIVEN = (
    "An",
    "Bình",
    "Chi",
    "Dũng",
    "Giang",
    "Hà",
    "Khánh",
    "Lan",
    "Minh",
    "Nga",
    "Phúc",
    "Quỳnh",
    "Sơn",
    "Uyên",
    "Yến",
)
_UNITS = ("Chi bộ thôn", "Trường THCS số", "Chi đoàn", "Tổ dân phố")


async def area_codes(site: Site, tree: str, *, most: int = 200) -> list[str]:
    """Codes of the areas below the top of a tree, down to the last level, at most `most` of them."""
    found: list[str] = []
    waiting: list[str | None] = [None]
    while waiting and len(found) < most:
        parent = waiting.pop(0)
        query = f"?tree={tree}" + (f"&parent={parent}" if parent else "")
        reply = await site.get(f"/api/v1/areas{query}", kind="areas")
        for area in reply.body if reply.ok else []:
            found.append(area["code"])
            if area["has_children"]:
                waiting.append(area["code"])
    return found[:most]


def make_fields(
    contest: Mapping[str, Any], areas: Sequence[str], rng: random.Random, *, password: str | None = None
) -> dict[str, Any]:
    """An entry form for `contest` (as the API shows it), with whatever it requires filled in."""
    asked: Mapping[str, str] = contest["entry"]["fields"]
    number = rng.randint(0, 10**8 - 1)
    age = contest["entry"]["age"]
    born_in = int(contest["opens_at"][:4]) - ((age.get("min") or 16) + (age.get("max") or 60)) // 2
    everything = {
        "full_name": f"{rng.choice(_FAMILY)} {rng.choice(_MIDDLE)} {rng.choice(_GIVEN)} {number % 10_000}",
        "date_of_birth": f"{rng.randint(1, 28)}/{rng.randint(1, 12)}/{born_in}",
        "gender": rng.choice(("female", "male")),
        "phone": f"09{number:08d}",
        "email": f"thu{number}@example.com",
        "citizen_id": f"{rng.randint(0, 10**12 - 1):012d}",
        "address": f"Số {rng.randint(1, 400)}",
        "area": rng.choice(areas) if areas else "",
        "unit": f"{rng.choice(_UNITS)} {rng.randint(1, 9)}",
        "group": rng.choice(contest["groups"])["key"] if contest["groups"] else "",
    }
    fields: dict[str, Any] = {name: value for name, value in everything.items() if asked.get(name) == "required"}
    consent: dict[str, Any] = {"version": contest["entry"]["consent_version"]}
    guarded = contest["entry"].get("guardian_below")
    if guarded is not None and int(contest["opens_at"][:4]) - born_in <= guarded:
        consent["guardian"] = {"name": f"{rng.choice(_FAMILY)} {rng.choice(_MIDDLE)} {rng.choice(_GIVEN)}"}
    fields["consent"] = consent
    if password is not None:
        fields["contest_password"] = password
    return fields
