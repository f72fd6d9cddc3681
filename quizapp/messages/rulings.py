"""Sentences of rulings on questions, and what the kinds of rulings and the figures of questions are called."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

RULINGS: dict[str, LazyString] = {
    "question_not_in_round": _l("Không có câu hỏi này trong đề của vòng thi."),
    "regrade_not_found": _l("Không có quyết định này."),
    "regrade_invalid": _l("Quyết định về câu hỏi có chỗ chưa hợp lệ. Đồng chí hãy kiểm tra lại."),
    "regrade_kind_unknown": _l("Hãy chọn một cách xử lý."),
    "regrade_needs_answer": _l("Hãy chọn đáp án đúng cho câu hỏi này."),
    "regrade_names_no_answer": _l("Cách xử lý này không kèm đáp án; hãy bỏ chọn các phương án."),
    "regrade_one_option": _l(
        "Câu hỏi này chỉ cho chọn một phương án, nên mỗi lần chỉ nêu được một đáp án. Muốn chấp nhận nhiều đáp án, "
        "hãy ra từng quyết định “Chấp nhận thêm một đáp án”."
    ),
    "regrade_changes_nothing": _l("Câu hỏi đang được chấm đúng như vậy, nên không có gì thay đổi."),
    "regrade_of_void": _l(
        "Câu hỏi này hiện không chấm theo đáp án. Hãy khôi phục đáp án gốc hoặc sửa đáp án trước khi chấp nhận thêm."
    ),
    "regrade_decided": _l("Quyết định này đã được áp dụng hoặc hủy trước đó."),
    "regrade_unfinished": _l("Quyết định này chưa tính xong; hãy tính tiếp hoặc hủy."),
    "regrade_outdated": _l(
        "Điểm của vài bài thi đã khác lúc tính thử. Hãy hủy bản tính thử này và tính lại; chưa có gì thay đổi."
    ),
    "regrade_other_round": _l(
        "Quyết định này làm đổi giá trị đúng của câu dự đoán ở %(round)s, nhưng kết quả vòng đó không còn ở bước "
        "rà soát."
    ),
    "reason_too_long": _l("Lý do dài quá 500 ký tự."),
    "public_note_missing": _l("Hãy ghi nội dung sẽ thông báo công khai."),
    "public_note_too_long": _l("Nội dung thông báo dài quá 1.000 ký tự."),
}

KINDS: dict[str, LazyString] = {
    "accept": _l("Chấp nhận thêm một đáp án"),
    "rekey": _l("Sửa đáp án"),
    "void_all": _l("Cho đủ điểm mọi bài có câu này"),
    "void_answered": _l("Cho đủ điểm bài đã trả lời câu này"),
    "drop": _l("Loại câu này, không tính điểm"),
    "restore": _l("Khôi phục đáp án gốc"),
}

STATES: dict[str, LazyString] = {
    "staged": _l("Đang tính thử"),
    "applied": _l("Đã áp dụng"),
    "cancelled": _l("Đã hủy"),
}

VOIDS: dict[str, LazyString] = {
    "all": _l("Mọi bài có câu này đều được đủ điểm"),
    "answered": _l("Bài nào trả lời câu này đều được đủ điểm"),
    "drop": _l("Câu này đã được loại, không tính điểm"),
}

VERDICTS: dict[str, LazyString] = {
    "key_doubtful": _l("Có thể sai đáp án"),
    "very_weak": _l("Phân biệt rất yếu"),
    "weak": _l("Phân biệt yếu"),
    "fair": _l("Phân biệt khá"),
    "good": _l("Phân biệt tốt"),
    "undefined": _l("Không tính được"),
}
