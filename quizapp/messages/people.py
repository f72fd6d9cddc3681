"""What is said about people: who may enter, lists and marks that are uploaded, refused entries, more time for one."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

ELIGIBILITY: dict[str, LazyString] = {
    "contest_password_wrong": _l("Mật khẩu dự thi chưa đúng; hãy xem lại trên thể lệ hoặc thư mời của Ban Tổ chức."),
    "not_eligible_residence": _l(
        "Theo thể lệ, cuộc thi dành cho người thuộc các đơn vị có trong danh sách; hãy chọn đơn vị."
    ),
    "not_eligible_not_listed": _l(
        "Không có đồng chí trong danh sách được dự thi. Hãy xem lại các mục đã điền, hoặc liên hệ đơn vị lập danh sách."
    ),
    "not_eligible_entry_required": _l("Đồng chí hãy điền phiếu dự thi trước."),
    "not_eligible_not_promoted": _l("Vòng này dành cho những người được chọn từ vòng trước theo thể lệ."),
    "round_is_marked": _l("Vòng này không làm bài trên hệ thống; Ban Tổ chức chấm và nhập điểm."),
}

CSV_FILES: dict[str, LazyString] = {
    "column_missing": _l("Dòng đầu phải có cột “%(column)s”."),
    "column_twice": _l("Cột “%(column)s” có hai lần."),
    "too_many_lines": _l("Tệp có quá nhiều dòng (tối đa %(maximum)s)."),
    "too_many_columns": _l("Dòng này có quá nhiều cột (tối đa %(maximum)s)."),
    "bad_csv": _l("Từ dòng này, tệp không đọc được theo dạng bảng (CSV); hãy xem lại các dấu nháy kép."),
    "cell_missing": _l("Cột “%(column)s” còn trống."),
}

ROSTER: dict[str, LazyString] = {
    "listed_twice": _l("Người này đã có ở dòng %(first_line)s."),
    "roster_not_used": _l("Cuộc thi này không dùng danh sách được dự thi."),
}

MARKS: dict[str, LazyString] = {
    "mark_person_unknown": _l("Không có người dự thi nào của vòng này mang mã “%(value)s”."),
    "mark_twice": _l("Người này đã có điểm ở dòng %(first_line)s."),
    "mark_invalid": _l("“%(value)s” không phải là điểm: điểm là số nguyên từ 0 đến %(points)s."),
    "round_not_marked": _l("Vòng này làm bài trên hệ thống, không nhập điểm chấm."),
    "marks_too_early": _l("Vòng này chưa mở, nên chưa nhập điểm được."),
    "marks_final": _l("Kết quả vòng này đang được chốt hoặc đã chốt, nên không nhập điểm được nữa."),
}

PERSONAL_DATA: dict[str, LazyString] = {
    "correction_closed": _l("Cuộc thi đã kết thúc; muốn sửa thì hãy gửi yêu cầu tới Ban Tổ chức."),
    "request_open": _l("Đồng chí đã gửi yêu cầu này và đang chờ trả lời."),
    "request_not_found": _l("Không có yêu cầu này."),
    "request_decided": _l("Yêu cầu này đã được trả lời."),
    "identity_taken": _l("Sửa như vậy thì trùng với một người dự thi khác của cuộc thi này."),
    "answer_missing": _l("Từ chối thì phải nêu lý do để người dự thi biết."),
    "erase_too_early": _l("Chỉ xóa dữ liệu của cả cuộc thi sau khi đã công bố kết quả."),
}

ACTS_ON_PEOPLE: dict[str, LazyString] = {
    "participant_not_found": _l("Không có người dự thi này."),
    "entry_refused_already": _l("Phiếu dự thi này đã không được công nhận từ trước."),
    "entry_not_refused": _l("Phiếu dự thi này đang được công nhận."),
    "extra_time_invalid": _l("Mỗi lần thêm được từ %(min)s đến %(max)s phút."),
    "extra_time_past_close": _l(
        "Thêm chừng ấy thì bài thi dài quá giờ đóng vòng thi. Hãy thêm ít hơn, hoặc gia hạn cả vòng thi."
    ),
}

PEOPLE: dict[str, LazyString] = {
    **ELIGIBILITY,
    **CSV_FILES,
    **ROSTER,
    **MARKS,
    **PERSONAL_DATA,
    **ACTS_ON_PEOPLE,
}
