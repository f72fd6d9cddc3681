"""What participants may be told: about the entry form, coming back, attempts, answers; and about signing in."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

ENTRY_FIELDS: dict[str, LazyString] = {
    "field_missing": _l("Mục này chưa được điền."),
    "field_missing_named": _l("Đồng chí chưa điền mục “%(field)s”."),
    "field_too_long": _l("Nội dung quá dài."),
    "field_too_long_named": _l("Mục “%(field)s” quá dài; hãy viết ngắn lại."),
    "name_invalid": _l("Họ và tên phải có chữ cái, chẳng hạn Nguyễn Văn An."),
    "phone_invalid": _l("Số điện thoại chưa đúng; hãy viết đủ 10 chữ số, chẳng hạn 0912 345 678."),
    "date_invalid": _l("Ngày sinh chưa đúng; hãy viết ngày/tháng/năm, chẳng hạn 19/05/1990."),
    "email_invalid": _l("Thư điện tử chưa đúng; hãy viết như ten@donvi.vn."),
    "citizen_id_invalid": _l("Số căn cước có 12 chữ số (chứng minh nhân dân cũ: 9 chữ số)."),
    "choice_unknown": _l("Hãy chọn một trong các mục có sẵn."),
    "area_unknown": _l("Đơn vị này không có trong danh sách; hãy chọn lại."),
    "area_twice": _l("Đồng chí đã chọn cả đơn vị trong tỉnh và nơi ở ngoài tỉnh; hãy chỉ giữ một."),
    "guardian_missing": _l("Người dự thi chưa đủ 16 tuổi: hãy ghi họ và tên cha, mẹ hoặc người giám hộ ở cuối phiếu."),
    "guardian_name_invalid": _l("Họ và tên người giám hộ phải có chữ cái và không quá dài."),
    "guardian_consent_missing": _l("Người dự thi chưa đủ 16 tuổi: cha, mẹ hoặc người giám hộ cần đánh dấu đồng ý."),
    "consent_missing": _l("Đồng chí cần đồng ý cho Ban Tổ chức xử lý thông tin thì mới dự thi được."),
}

ENTRY_REFUSALS: dict[str, LazyString] = {
    "entry_invalid": _l("Phiếu dự thi còn mục chưa đúng."),
    "entry_closed": _l("Cuộc thi đã kết thúc nên không nhận thêm người dự thi."),
    "entry_code_unknown": _l("Không tìm thấy mã dự thi này trong cuộc thi. Hãy xem lại từng chữ, từng số."),
    "entry_code_wrong": _l("Mã dự thi không khớp với người đã khai trên phiếu. Hãy xem lại từng chữ, từng số."),
    "identity_known": _l("Đã có người dự thi với những thông tin này."),
    "not_eligible": _l("Theo thể lệ, đồng chí không thuộc đối tượng dự thi."),
    "not_eligible_age": _l("Theo ngày sinh đã khai, đồng chí chưa đúng độ tuổi quy định trong thể lệ."),
    "not_eligible_group_age": _l("Theo ngày sinh đã khai, đồng chí không ở độ tuổi của bảng này; hãy chọn bảng khác."),
    "not_eligible_excluded": _l("Theo thể lệ, đồng chí thuộc diện không tham gia dự thi."),
}

ATTEMPT_REFUSALS: dict[str, LazyString] = {
    "round_not_open": _l("Vòng thi đang không mở."),
    "attempts_exhausted": _l("Đồng chí đã dùng hết số lượt thi theo thể lệ."),
    "attempts_changed": _l("Lượt thi vừa được nộp ở một nơi khác. Hãy xem lại rồi bắt đầu lượt mới nếu còn lượt."),
    "attempt_not_found": _l("Không có bài thi này, hoặc bài thi không phải của đồng chí."),
    "receipts_not_listed": _l("Vòng thi này chưa có danh sách biên nhận. Danh sách có sau khi vòng thi đóng."),
    "attempt_closed": _l("Bài thi đã kết thúc nên không sửa được nữa. Những câu đã lưu trước đó vẫn được tính."),
    "answers_missing": _l("Một số câu trả lời chưa tới máy chủ. Hãy chờ lưu xong rồi nộp lại."),
    "batch_too_large": _l("Một lần gửi chỉ được tối đa %(max)s câu trả lời."),
    "question_not_in_paper": _l("Câu hỏi này không có trong bài thi."),
    "rev_invalid": _l("Số thứ tự của lần sửa không hợp lệ."),
    "option_unknown": _l("Phương án này không có trong câu hỏi."),
    "option_twice": _l("Một phương án được chọn hai lần."),
    "one_option_only": _l("Câu này chỉ được chọn một phương án."),
    "prediction_not_asked": _l("Vòng thi này không có câu dự đoán."),
    "prediction_invalid": _l("Số dự đoán chưa đúng; hãy viết bằng chữ số, chẳng hạn 3200."),
}

ACCOUNT_REFUSALS: dict[str, LazyString] = {
    "wrong_password": _l("Tên đăng nhập hoặc mật khẩu chưa đúng."),
    "sign_in_paused": _l(
        "Đã nhập sai nhiều lần. Hãy chờ ít phút rồi thử lại, hoặc nhờ người quản trị cấp lại mật khẩu."
    ),
    "login_missing": _l("Hãy nhập tên đăng nhập."),
    "password_missing": _l("Hãy nhập mật khẩu."),
    "login_unknown": _l("Không có tài khoản “%(login)s”."),
    "login_taken": _l("Tên đăng nhập “%(login)s” đã có người dùng."),
    "login_invalid": _l("Tên đăng nhập gồm 2 đến 60 chữ thường không dấu, chữ số, dấu chấm, gạch nối hoặc gạch dưới."),
    "password_too_short": _l("Mật khẩu phải có ít nhất %(min)s ký tự."),
    "password_too_long": _l("Mật khẩu chỉ được dài tối đa %(max)s ký tự."),
    "area_missing": _l("Tài khoản này phải gắn với một đơn vị."),
}

PLAY: dict[str, LazyString] = {**ENTRY_FIELDS, **ENTRY_REFUSALS, **ATTEMPT_REFUSALS, **ACCOUNT_REFUSALS}
