"""What a contest file cannot say together, and what stands in the way of a contest's steps."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

CONTEST_PROBLEMS: dict[str, LazyString] = {
    "unknown_tree": _l("Không có cây đơn vị “%(tree)s”."),
    "unknown_level": _l("Cây đơn vị không có cấp “%(level)s”. Các cấp có: %(levels)s."),
    "unknown_field": _l("Phiếu dự thi không có mục “%(field)s”."),
    "round_key_twice": _l("Hai vòng thi cùng mang mã “%(key)s”."),
    "group_key_twice": _l("Hai bảng cùng mang mã “%(key)s”."),
    "bad_group_key": _l("Mã bảng “%(value)s” chỉ được gồm chữ không dấu, chữ số và dấu gạch nối (tối đa 20 ký tự)."),
    "identity_not_required": _l(
        "Mục “%(field)s” dùng để nhận ra một người, nên trong phiếu dự thi mục này phải là bắt buộc (required)."
    ),
    "resume_needs_birth_date": _l(
        "Cho phép vào lại bằng thông tin cá nhân thì phiếu dự thi phải bắt buộc khai ngày sinh; "
        "chỉ biết tên và số điện thoại thì chưa đủ."
    ),
    "age_needs_birth_date": _l("Có quy định độ tuổi thì phiếu dự thi phải bắt buộc khai ngày sinh."),
    "age_range_empty": _l("Tuổi từ %(min)s đến %(max)s: không ai có thể dự thi."),
    "excluded_without_identity": _l("Người trong danh sách loại trừ thiếu mục “%(field)s”, nên không nhận ra được."),
    "groups_need_the_field": _l("Có chia bảng thì phiếu dự thi phải bắt buộc chọn bảng (group: required)."),
    "closes_before_opening": _l("Vòng “%(key)s” đóng trước hoặc đúng lúc mở."),
    "fixed_needs_questions": _l("Đề cố định (fixed) cần danh sách câu hỏi (questions) và không có mục rút đề (draw)."),
    "random_needs_draw": _l("Đề ngẫu nhiên (random) cần mục rút đề (draw) và không có danh sách câu hỏi (questions)."),
    "score_too_large": _l("Tổng điểm của một bài vượt quá %(max)s."),
    "ranking_key_twice": _l("Một tiêu chí xếp hạng được nêu hai lần."),
    "gap_without_prediction": _l("Xếp hạng theo độ lệch dự đoán (prediction_gap) nhưng vòng này không có câu dự đoán."),
    "score_must_lead": _l(
        "Tiêu chí đầu tiên là “%(key)s”: người làm sai nhiều nhưng nhanh sẽ đứng đầu. Hãy đặt điểm số (score) "
        "hoặc độ lệch dự đoán lên đầu, hoặc chỉ xếp hạng người trả lời đúng tất cả (gate: all_correct)."
    ),
    "live_leaks_prediction": _l(
        "Có câu dự đoán thì số liệu phải giữ kín đến khi đóng vòng (live: hidden_until_close); “%(live)s” để lộ đáp số."
    ),
    "unknown_bank": _l("Chưa có bộ câu hỏi “%(bank)s” trong hệ thống."),
    "unknown_topic": _l("Bộ câu hỏi “%(bank)s” không có chủ đề “%(topic)s”."),
    "unknown_question": _l("Không tìm thấy câu hỏi “%(question)s”."),
    "question_in_many_banks": _l("Câu hỏi “%(question)s” có trong nhiều bộ (%(banks)s); hãy viết dạng bộ/mã."),
    "question_twice": _l("Câu hỏi “%(question)s” được nêu hai lần trong một đề."),
    "too_few_questions": _l("Cần %(wanted)s câu nhưng chỉ còn %(available)s câu để rút."),
}

CONTEST_REFUSALS: dict[str, LazyString] = {
    "contest_not_found": _l("Không có cuộc thi này."),
    "round_not_found": _l("Không có vòng thi này."),
    "contest_not_launched": _l("Cuộc thi chưa được khởi động."),
    "contest_launched": _l("Cuộc thi “%(slug)s” đã khởi động: thể lệ và đề thi không thể thay bằng tệp khác."),
    "already_launched": _l("Cuộc thi đã được khởi động trước đó."),
    "launch_refused": _l("Chưa khởi động được cuộc thi:"),
    "entry_mode_unavailable": _l("Hình thức đăng ký “%(mode)s” chưa được hỗ trợ; hãy dùng “form”."),
    "otp_unavailable": _l("Chưa gửi được mã xác nhận qua tin nhắn; hãy chọn cách vào lại khác (resume)."),
    "all_rounds_over": _l("Mọi vòng thi đều đã qua thời gian."),
    "reason_missing": _l("Hãy ghi lý do."),
    "not_closed": _l("Còn vòng thi chưa đóng, nên chưa công bố được kết quả."),
    "already_published": _l("Kết quả đã được công bố trước đó."),
    "target_invalid": _l("Chỉ tiêu phải là số người từ 1 trở lên."),
    "redis_down": _l("Redis chưa hoạt động, nên chưa dựng lại được bảng xếp hạng."),
}
