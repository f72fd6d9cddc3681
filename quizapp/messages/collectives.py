"""Sentences about collective rankings and how many people areas have."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

COLLECTIVES: dict[str, LazyString] = {
    "size_area_unknown": _l("Danh mục không có đơn vị nào là “%(value)s”."),
    "size_area_ambiguous": _l("Có nhiều đơn vị tên là “%(value)s”. Hãy ghi mã của đơn vị, chẳng hạn %(choices)s."),
    "size_area_missing": _l("Dòng này chưa ghi mã hoặc tên đơn vị."),
    "size_twice": _l("Đơn vị “%(area)s” đã có ở dòng %(first_line)s."),
    "size_not_a_number": _l("“%(value)s” không phải là số người: phải là số nguyên từ 1 đến %(maximum)s."),
    "size_invalid": _l("%(area)s: số người phải là số nguyên từ 1 đến 100.000.000."),
    "sizes_missing": _l("Chưa có số người của đơn vị nào."),
}

# What areas are compared by.
METRICS: dict[str, LazyString] = {
    "people": _l("Số người dự thi"),
    "attempts": _l("Số lượt thi"),
    "people_all_correct": _l("Số người đúng tất cả"),
    "rate": _l("Tỷ lệ dự thi so với số người của đơn vị"),
    "mean_rate": _l("Tỷ lệ dự thi bình quân các vòng"),
    "mean_score": _l("Điểm trung bình"),
    "prizes": _l("Số giải cá nhân"),
    "weighted": _l("Tổng điểm quy đổi"),
    "manual": _l("Ban Tổ chức xét chọn"),
}
