"""Who may enter and who is whom: checking an entry form, identity, age, exclusion. Pure."""

import hashlib
import hmac
import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from quizapp.contests.spec import Age, ContestSpec, Group
from quizapp.text import clean, identity_form

MAX_LENGTH = {"full_name": 100, "address": 300, "unit": 200, "email": 254}
GENDERS = ("female", "male", "other")
# Below so many years the father, the mother or the guardian has to agree as well.
GUARDIAN_BELOW = 16
# What stands in the place of a name whose data has been erased.
ERASED_NAME = "Người dự thi đã xóa dữ liệu"
# What stands in public lists for somebody who does not want to be named there.
UNNAMED = "Người dự thi không nêu tên"
_PHONE = re.compile(r"0\d{8,10}")
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s.,;]{2,}")
_CITIZEN_ID = re.compile(r"\d{9}|\d{12}")
_DATE_FORMS = (re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
               re.compile(r"(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>\d{4})"))  # fmt: skip


@dataclass(frozen=True)
class Details:
    """A checked entry form. Text is cleaned, `phone` in the form 0…, `area` still a reference."""

    full_name: str
    date_of_birth: date | None = None
    gender: str | None = None
    phone: str | None = None
    email: str | None = None
    citizen_id: str | None = None
    address: str | None = None
    area: str | None = None
    unit: str | None = None
    group: str | None = None


@dataclass(frozen=True)
class Guardian:
    """Who agrees for somebody under age, and whether public lists may say the whole name, the school and the class."""

    name: str
    agrees: bool
    publish_name: bool


def needs_guardian(birth: date | None, today: date) -> bool:
    """True for somebody of a known age below that at which one agrees alone."""
    return birth is not None and age_on(birth, today) < GUARDIAN_BELOW


def guardian_problems(guardian: Guardian | None) -> dict[str, str]:
    """{field: error code} of what is missing of a guardian's consent."""
    problems: dict[str, str] = {}
    name = clean(guardian.name) if guardian else ""
    if not name:
        problems["guardian_name"] = "guardian_missing"
    elif len(name) > MAX_LENGTH["full_name"] or not any(char.isalpha() for char in name):
        problems["guardian_name"] = "guardian_name_invalid"
    if guardian is None or not guardian.agrees:
        problems["guardian_consent"] = "guardian_consent_missing"
    return problems


def initials(full_name: str) -> str:
    """A name as public lists show it of children whose guardians have not agreed to more: "N. T. Bé"."""
    *before, given = clean(full_name).split(" ")
    return " ".join([*(f"{word[0].upper()}." for word in before), given])


def normalize_phone(typed: str) -> str | None:
    """A Vietnamese number as 0 and 8 to 10 digits more; None when it cannot be one."""
    digits = re.sub(r"[\s.()-]", "", typed)
    if digits.startswith("+84"):
        digits = "0" + digits[3:]
    elif digits.startswith("84") and len(digits) >= 11:
        digits = "0" + digits[2:]
    return digits if digits.isascii() and _PHONE.fullmatch(digits) else None


def mask_phone(phone: str) -> str:
    """A stored number with its middle hidden: 0912345094 as "09xx xxx 094"."""
    hidden = phone[:2] + "x" * (len(phone) - 5) + phone[-3:]
    return f"{hidden[:-6]} {hidden[-6:-3]} {hidden[-3:]}"


def mask_citizen_id(number: str) -> str:
    """A stored number with all but its end hidden: 064090000123 as "xxxxxxxxx123"."""
    return "x" * (len(number) - 3) + number[-3:]


def mask_email(address: str) -> str:
    """An address with all but its first letter and its host hidden: "t…@donvi.vn"."""
    name, _, host = address.partition("@")
    return f"{name[:1]}…@{host}"


def parse_birth_date(typed: str, today: date) -> date | None:
    """19/5/1990, 19-5-1990 or 1990-05-19; None when it is no day between 1900 and `today`."""
    for form in _DATE_FORMS:
        match = form.fullmatch(typed.strip()) if typed.isascii() else None
        if match:
            try:
                day = date(int(match["y"]), int(match["m"]), int(match["d"]))
            except ValueError:
                return None
            return day if date(1900, 1, 1) <= day <= today else None
    return None


def check_form(spec: ContestSpec, typed: Mapping[str, str], today: date) -> tuple[Details | None, dict[str, str]]:
    """(the details, {}) or (None, {field: error code}); every error at once. Fields that are off are ignored."""
    errors: dict[str, str] = {}
    values: dict[str, object] = {}
    for name in Details.__dataclass_fields__:
        rule = spec.entry.fields.rule(name)
        text = clean(typed.get(name) or "") if rule != "off" else ""
        if not text:
            if rule == "required":
                errors[name] = "field_missing"
            continue
        value, code = check_field(name, text, spec, today)
        if code:
            errors[name] = code
        values[name] = value
    return (None, errors) if errors else (Details(**values), {})  # type: ignore[arg-type]


def check_field(name: str, text: str, spec: ContestSpec, today: date) -> tuple[object, str | None]:
    """(the value of a field that is not empty, None) or (anything, error code)."""
    if len(text) > MAX_LENGTH.get(name, 120):
        return None, "field_too_long"
    if name == "full_name":
        return text, None if any(ch.isalpha() for ch in text) else "name_invalid"
    if name == "phone":
        phone = normalize_phone(text)
        return phone, None if phone else "phone_invalid"
    if name == "date_of_birth":
        day = parse_birth_date(text, today)
        return day, None if day else "date_invalid"
    if name == "email":
        return text, None if _EMAIL.fullmatch(text) else "email_invalid"
    if name == "citizen_id":
        return text, None if text.isascii() and _CITIZEN_ID.fullmatch(text) else "citizen_id_invalid"
    if name == "gender":
        return text, None if text in GENDERS else "choice_unknown"
    if name == "group":
        return text, None if any(group.key == text for group in spec.groups) else "choice_unknown"
    return text, None


def password_problem(spec: ContestSpec, typed: str) -> str | None:
    """The error code of a contest password as typed, or None: case, blanks and the place of a tone do not matter."""
    if spec.entry.password is None:
        return None
    if not clean(typed):
        return "field_missing"
    wanted, given = (identity_form(text).replace(" ", "").encode() for text in (spec.entry.password, typed))
    return None if hmac.compare_digest(wanted, given) else "contest_password_wrong"


def identity_hash(spec: ContestSpec, details: Details) -> str:
    """What makes two entries the same person in this contest: SHA-256 over the identity fields in one form each."""
    parts = []
    for name in spec.entry.identity:
        value = getattr(details, name)
        parts.append(f"{name}={identity_form(str(value)) if value is not None else ''}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def age_on(birth: date, day: date) -> int:
    """Whole years completed on `day`; who was born on 29 February completes a year on 1 March of common years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def age_allowed(age: Age, birth: date | None, day: date) -> bool:
    """True when no limit is set, or the age on `day` lies within both ends; an unknown birth date fails a limit."""
    if age.min is None and age.max is None:
        return True
    if birth is None:
        return False
    years = age_on(birth, day)
    return (age.min is None or years >= age.min) and (age.max is None or years <= age.max)


# What a request about personal data has to be answered within, and when it becomes pressing.
ANSWER_DAYS = 15
PRESSING_DAYS = 10


def days_left(asked: date, today: date) -> int:
    """How many days remain to answer a request of that Vietnamese day; negative when it is late."""
    return ANSWER_DAYS - (today - asked).days


def pressure(asked: date, today: date) -> str:
    """late, pressing or calm."""
    left = days_left(asked, today)
    if left < 0:
        return "late"
    return "pressing" if left <= ANSWER_DAYS - PRESSING_DAYS else "calm"


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a month that is too short."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    return first.replace(day=min(day.day, monthrange(first.year, first.month)[1]))


def find_group(spec: ContestSpec, key: str | None) -> Group | None:
    """The division of that key."""
    return next((group for group in spec.groups if group.key == key), None)


def is_excluded(spec: ContestSpec, details: Details, today: date) -> bool:
    """True for a person of the contest's list of excluded people (compared by the identity fields)."""
    own = identity_hash(spec, details)
    for person in spec.entry.excluded.people:
        listed = Details(full_name=clean(person.get("full_name", "")), **_listed_identity(person, today))
        if identity_hash(spec, listed) == own:
            return True
    return False


def _listed_identity(person: Mapping[str, str], today: date) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, text in person.items():
        if name == "phone":
            values[name] = normalize_phone(text)
        elif name == "date_of_birth":
            values[name] = parse_birth_date(text, today)
        elif name in Details.__dataclass_fields__ and name != "full_name":
            values[name] = clean(text)
    return values


def same_details(stored: Mapping[str, object], details: Details, identity: tuple[str, ...]) -> bool:
    """True when every identity field and the birth date are the stored ones; the birth date must be known."""
    if stored.get("date_of_birth") is None or stored["date_of_birth"] != details.date_of_birth:
        return False
    return all(
        identity_form(str(stored.get(name))) == identity_form(str(getattr(details, name)))
        for name in identity
        if name != "area"
    )
