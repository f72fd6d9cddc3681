"""Who may enter and who is whom: checking an entry form, identity, age, exclusion. Pure."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from quizapp.contests.spec import Age, ContestSpec, Group
from quizapp.text import clean, identity_form

MAX_LENGTH = {"full_name": 100, "address": 300, "unit": 200, "email": 254}
GENDERS = ("female", "male", "other")
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
