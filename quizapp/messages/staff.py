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
    "otp_required": _l("Tài khoản này cần thêm mã xác thực."),
    "otp_wrong": _l("Mã chưa đúng hoặc đã dùng rồi. Hãy đợi ứng dụng hiện mã mới, hoặc dùng một mã khôi phục."),
    "first_otp_wrong": _l(
        "Mã chưa đúng. Hãy đợi ứng dụng hiện mã mới rồi nhập lại; nếu vẫn chưa đúng, xem giờ trên điện thoại có đúng "
        "không."
    ),
    "new_password_required": _l("Mật khẩu này do người khác đặt. Đồng chí hãy đổi mật khẩu trước khi làm việc."),
    "given_password_over": _l(
        "Mật khẩu do người khác đặt đã quá hạn nên không dùng được nữa. Hãy xin người quản lý tài khoản một đường dẫn "
        "đặt mật khẩu."
    ),
    "password_given": _l("Hãy chọn mật khẩu khác với mật khẩu đã được giao."),
    "second_factor_required": _l("Tài khoản này phải bật xác thực hai lớp trước khi làm việc."),
    "recent_sign_in_required": _l("Việc này cần xác nhận lại mật khẩu: hãy đăng nhập lại rồi làm tiếp."),
    "nothing_pending": _l("Chưa có khóa nào chờ xác nhận. Hãy bắt đầu lại."),
    "present_password_wrong": _l("Mật khẩu hiện nay chưa đúng."),
    "password_is_login": _l("Mật khẩu không được trùng với tên đăng nhập."),
    "password_names_product": _l("Mật khẩu không được chứa tên của hệ thống này."),
    "password_common": _l("Mật khẩu này quá nhiều người dùng nên rất dễ đoán. Hãy chọn một câu của riêng đồng chí."),
    "link_dead": _l("Đường dẫn này đã dùng rồi hoặc đã quá 30 phút."),
    "last_administrator": _l("Đây là người quản trị cuối cùng, nên không khóa và không đổi vai trò được."),
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
    "view_personal_data": _l("Xem thông tin liên hệ đầy đủ của một người"),
    "correct_entry": _l("Sửa phiếu dự thi theo yêu cầu"),
    "erase_entry": _l("Xóa dữ liệu của một người theo yêu cầu"),
    "refuse_request": _l("Từ chối một yêu cầu về dữ liệu"),
    "erase_personal_data": _l("Xóa dữ liệu cá nhân khi hết hạn lưu giữ"),
    "papers": _l("Niêm phong các bài đã nộp"),
    "import_bank": _l("Nhập bộ câu hỏi"),
    "replace_bank": _l("Thay bộ câu hỏi"),
    "create_staff": _l("Tạo tài khoản"),
    "invite_staff": _l("Mời cán bộ bằng đường dẫn"),
    "hand_over_link": _l("Cấp đường dẫn đặt lại mật khẩu"),
    "reset_password": _l("Đặt mật khẩu bằng đường dẫn"),
    "change_password": _l("Đổi mật khẩu"),
    "change_role": _l("Đổi vai trò hoặc đơn vị"),
    "deactivate_staff": _l("Khóa tài khoản"),
    "reactivate_staff": _l("Mở lại tài khoản"),
    "end_sessions": _l("Chấm dứt mọi phiên đăng nhập"),
    "enrol_second_factor": _l("Bật xác thực hai lớp"),
    "renew_recovery_codes": _l("Lấy mã khôi phục mới"),
    "drop_second_factor": _l("Tắt xác thực hai lớp"),
    "recovery_code_used": _l("Dùng một mã khôi phục"),
    "create_token": _l("Cấp mã truy cập cho chương trình"),
    "end_token": _l("Thu hồi mã truy cập của chương trình"),
    "sign_in_paused": _l("Tạm dừng đăng nhập vì nhập sai nhiều lần"),
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
