"""Sentences of awards: what stands in the way of a decision, and the words of sheets and minutes."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

AWARDS: dict[str, LazyString] = {
    "lots_open": _l(
        "Còn giải phải bốc thăm vì có người bằng nhau ở mọi tiêu chí. Hãy bốc thăm ở trang “Giải thưởng” rồi công bố."
    ),
    "other_round_waits": _l(
        "Kết quả %(round)s có phiên bản mới đã duyệt mà chưa công bố; hãy công bố phiên bản đó trước, hoặc lùi lại."
    ),
    "ranking_not_found": _l("Không có bảng xếp hạng này, hoặc bảng này không có giải."),
    "prize_not_found": _l("Không có giải này, hoặc giải này được trao theo thứ hạng."),
    "participant_not_found": _l("Không có người dự thi này."),
    "refusal_not_found": _l("Quyết định này không còn hiệu lực."),
    "hand_award_not_found": _l("Quyết định trao giải này không còn hiệu lực."),
    "prize_already_refused": _l("Người này đã có quyết định không trao giải."),
    "no_lot_needed": _l("Không có giải nào phải bốc thăm ở thứ hạng này."),
    "hand_already_given": _l("Giải này đã được trao cho người hoặc đơn vị ấy."),
    "hand_prizes_given": _l("Giải này chỉ có %(count)s suất và đã trao hết."),
    "person_unranked": _l("Người này không được xếp hạng, nên không được nhận giải."),
}

# States of a place.
AWARD_STATES: dict[str, LazyString] = {
    "awarded": _l("Đã xét"),
    "vacant": _l("Không có người đạt"),
    "lot_needed": _l("Chờ bốc thăm"),
    "hand_needed": _l("Chưa trao"),
}

# Keys of rankings, by the names in `awards.rules.Candidate.keys`.
KEY_NAMES: dict[str, LazyString] = {
    "gate": _l("Đạt điều kiện xếp hạng"),
    "score": _l("Điểm"),
    "prediction_gap": _l("Độ lệch dự đoán"),
    "submitted_at": _l("Thời điểm nộp bài"),
    "duration": _l("Thời gian làm bài"),
    "started_at": _l("Thời điểm bắt đầu"),
    "perfect_attempts": _l("Số lượt đúng tất cả"),
    "rounds": _l("Số vòng đã thi"),
}

# The acts after which a sheet of awards was made.
SHEET_CAUSES: dict[str, LazyString] = {
    "finalize_round": _l("Duyệt kết quả vòng thi"),
    "reopen_round": _l("Lùi kết quả vòng thi về rà soát"),
    "publish_round": _l("Công bố kết quả vòng thi"),
    "publish": _l("Công bố kết quả cuộc thi"),
    "publish_awards": _l("Công bố giải thưởng"),
    "refuse_prize": _l("Không trao giải cho một người"),
    "lift_prize_refusal": _l("Bỏ quyết định không trao giải"),
    "draw_lot": _l("Bốc thăm"),
    "give_award": _l("Trao giải do Ban Tổ chức xét"),
    "withdraw_award": _l("Rút giải do Ban Tổ chức xét"),
    "refuse_entry": _l("Không công nhận phiếu dự thi"),
    "lift_refusal": _l("Công nhận lại phiếu dự thi"),
    "set_sizes": _l("Nhập quy mô đơn vị"),
    "amend": _l("Sửa đổi thể lệ"),
    "data_request": _l("Yêu cầu về dữ liệu cá nhân được chấp nhận"),
}
