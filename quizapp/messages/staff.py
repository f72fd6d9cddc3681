"""What the pages of organizers and district staff refuse, and what they call acts and tables."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

STAFF_REFUSALS: dict[str, LazyString] = {
    "table_not_found": _l("Không có bảng số liệu này."),
    "target_not_a_number": _l("%(area)s: chỉ tiêu phải là số nguyên từ 1 trở lên, hoặc để trống."),
    "contest_exists": _l("Mã cuộc thi “%(slug)s” đã được dùng. Hãy chọn mã khác ở dòng “contest:”."),
    "other_contest": _l("Tệp này là của cuộc thi “%(typed)s”, không phải “%(slug)s”. Hãy giữ nguyên mã cuộc thi."),
    "tree_not_own": _l("Danh mục đơn vị “%(tree)s” không thuộc địa bàn của đồng chí."),
    "file_or_text_missing": _l("Hãy chọn một tệp hoặc dán nội dung vào ô bên dưới."),
}

ACTS: dict[str, LazyString] = {
    "launch": _l("Khởi động cuộc thi"),
    "close_round": _l("Đóng vòng thi trước hạn"),
    "extend_round": _l("Gia hạn vòng thi"),
    "amend": _l("Sửa đổi thể lệ"),
    "publish": _l("Công bố kết quả"),
    "finalize_round": _l("Duyệt kết quả vòng thi"),
    "propose_round": _l("Đề nghị duyệt kết quả vòng thi"),
    "reopen_round": _l("Lùi kết quả vòng thi về rà soát"),
    "publish_round": _l("Công bố kết quả vòng thi"),
    "supersede_round": _l("Lập phiên bản kết quả thay thế"),
    "publish_awards": _l("Công bố danh sách giải"),
    "refuse_prize": _l("Không trao giải cho một người"),
    "lift_prize_refusal": _l("Bỏ quyết định không trao giải"),
    "draw_lot": _l("Bốc thăm"),
    "give_award": _l("Trao giải do Ban Tổ chức xét"),
    "withdraw_award": _l("Rút giải do Ban Tổ chức xét"),
    "set_target": _l("Giao chỉ tiêu"),
    "set_sizes": _l("Nhập quy mô đơn vị"),
    "export": _l("Tải số liệu về"),
    "import_roster": _l("Nhập danh sách được dự thi"),
    "refuse_entry": _l("Không công nhận phiếu dự thi"),
    "lift_refusal": _l("Công nhận lại phiếu dự thi"),
    "extend_attempt": _l("Thêm giờ cho một bài thi"),
    "accept_late": _l("Chấp nhận câu trả lời đến muộn"),
    "refuse_late": _l("Không chấp nhận câu trả lời đến muộn"),
    "upload_marks": _l("Nhập điểm chấm"),
    "stage_regrade": _l("Tính thử quyết định về câu hỏi"),
    "apply_regrade": _l("Áp dụng quyết định về câu hỏi"),
    "cancel_regrade": _l("Hủy bản tính thử về câu hỏi"),
}

TABLE_TITLES: dict[str, LazyString] = {
    "summary": _l("Tổng hợp theo vòng thi"),
    "areas": _l("Thống kê theo đơn vị"),
    "participants": _l("Danh sách người dự thi"),
    "attempts": _l("Danh sách lượt thi"),
    "winners": _l("Danh sách đạt giải"),
    "scores": _l("Số người theo mức điểm"),
    "questions": _l("Thống kê câu hỏi"),
    "collectives": _l("Biểu đề nghị khen thưởng tập thể"),
}

ROLES: dict[str, LazyString] = {
    "admin": _l("Quản trị hệ thống"),
    "organizer": _l("Ban Tổ chức"),
    "district": _l("Cán bộ theo dõi đơn vị"),
}

DIFFICULTIES: dict[str, LazyString] = {
    "nhan-biet": _l("Nhận biết"),
    "thong-hieu": _l("Thông hiểu"),
    "van-dung": _l("Vận dụng"),
}
