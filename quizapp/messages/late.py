"""Sentences about answers that came late, and what is decided about them."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

LATE: dict[str, LazyString] = {
    "late_answer_not_found": _l("Không có câu trả lời đến muộn này."),
    "late_none_chosen": _l("Hãy chọn ít nhất một mục."),
    "late_decided": _l("Có mục đã được quyết định trước đó. Hãy tải lại trang rồi chọn lại."),
    "late_outdated": _l("Có mục cũ hơn câu trả lời đang được tính nên không chấp nhận được. Hãy bỏ chọn mục đó."),
    "result_stands": _l(
        "Kết quả %(round)s đã được đề nghị, duyệt hoặc công bố. Hãy đưa kết quả về bước rà soát trước khi chấp nhận."
    ),
}

VERDICTS: dict[str | None, LazyString] = {
    None: _l("Chưa quyết định"),
    "accepted": _l("Được chấp nhận"),
    "refused": _l("Không được chấp nhận"),
}
