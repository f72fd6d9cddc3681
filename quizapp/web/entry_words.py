"""What the fields of an entry form are called, on the form, in the rules and in refusals."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

FIELD_LABELS: dict[str, LazyString] = {
    "full_name": _l("Họ và tên"),
    "date_of_birth": _l("Ngày sinh"),
    "gender": _l("Giới tính"),
    "phone": _l("Số điện thoại"),
    "email": _l("Thư điện tử"),
    "citizen_id": _l("Số căn cước công dân"),
    "address": _l("Địa chỉ"),
    "area": _l("Đơn vị, địa phương"),
    "unit": _l("Nơi công tác, học tập"),
    "group": _l("Bảng dự thi"),
}

GENDER_LABELS: dict[str, LazyString] = {
    "female": _l("Nữ"),
    "male": _l("Nam"),
    "other": _l("Khác"),
}


def field_name(key: str) -> str:
    """A field's label inside of a sentence: "số điện thoại"."""
    label = str(FIELD_LABELS[key])
    return label[:1].lower() + label[1:]


def show_entry_code(code: str) -> str:
    """The code in two halves, to be read aloud: "ABCDE-12345"."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"


def birth_date_text(typed: str) -> str:
    """A date typed on a keyboard of digits, 19051990 or 19 5 1990, with the slashes that such a keyboard lacks."""
    digits = typed.strip()
    if digits.isascii() and digits.isdigit() and len(digits) == 8:
        return f"{digits[:2]}/{digits[2:4]}/{digits[4:]}"
    return "/".join(digits.split())
