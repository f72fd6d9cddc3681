"""The words for each setting of a contest: one sentence for each value that a contest file may hold."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

ENTRY_MODES: dict[str, LazyString] = {
    "form": _l("Người dự thi điền phiếu dự thi ngay trên trang này rồi vào thi, không cần lập tài khoản."),
    "account": _l("Người dự thi cần có tài khoản và đăng nhập trước khi vào thi."),
    "roster": _l("Chỉ người có tên trong danh sách do Ban Tổ chức lập trước mới được dự thi."),
}

RESUMES: dict[str, LazyString] = {
    "code": _l("Muốn thi tiếp trên máy khác, người dự thi nhập mã dự thi đã được cấp."),
    "details": _l(
        "Muốn thi tiếp trên máy khác, người dự thi nhập mã dự thi đã được cấp, hoặc khai lại đúng như lần đầu các mục: "
        "%(fields)s."
    ),
    "otp": _l("Muốn thi tiếp trên máy khác, người dự thi xác nhận bằng mã gửi đến số điện thoại đã khai."),
}

EXCLUSIONS: dict[str, LazyString] = {
    "block": _l("Người thuộc diện loại trừ do Ban Tổ chức quy định thì không dự thi."),
    "unranked": _l(
        "Người thuộc diện loại trừ do Ban Tổ chức quy định được làm bài nhưng không xếp hạng và không nhận giải."
    ),
}

PASSWORD: LazyString = _l("Muốn dự thi phải có mật khẩu dự thi do Ban Tổ chức cung cấp.")

RESIDENCES: dict[str, LazyString | None] = {
    "any": None,
    "inside": _l("Chỉ người thuộc các đơn vị, địa phương trong danh mục của cuộc thi mới được dự thi."),
}

REFUSED_ENTRIES: LazyString = _l(
    "Phiếu dự thi khai sai sự thật thì Ban Tổ chức không công nhận: người ấy vẫn được đếm trong số người dự thi nhưng "
    "không xếp hạng và không nhận giải."
)

# with groups or without
PROMOTIONS: dict[bool, LazyString] = {
    False: _l(
        "%(label)s dành cho %(top)s người đứng đầu kết quả đã công bố của %(source)s; những người cùng hạng cuối đều "
        "được vào thi."
    ),
    True: _l(
        "%(label)s dành cho %(top)s người đứng đầu mỗi bảng trong kết quả đã công bố của %(source)s; những người cùng "
        "hạng cuối đều được vào thi."
    ),
}

# (questions mixed, options mixed) -> sentence
SHUFFLES: dict[tuple[bool, bool], LazyString | None] = {
    (True, True): _l("Thứ tự câu hỏi và thứ tự phương án được xáo trộn riêng cho từng lượt thi."),
    (True, False): _l("Thứ tự câu hỏi được xáo trộn riêng cho từng lượt thi."),
    (False, True): _l("Thứ tự phương án được xáo trộn riêng cho từng lượt thi."),
    (False, False): None,
}

MARKED: LazyString = _l(
    "Không làm bài trên trang này: Ban Tổ chức nhận bài, chấm tay và nhập điểm, từ 0 đến %(full)s điểm."
)

QUESTIONS_PUBLIC: dict[str, LazyString | None] = {
    "no": None,
    "before": _l(
        "Câu hỏi được công khai, không kèm đáp án, từ khi cuộc thi được khởi động để mọi người tìm hiểu trước."
    ),
    "with_open": _l("Câu hỏi được công khai, không kèm đáp án, từ lúc vòng thi mở."),
}

KEYS_PUBLIC: dict[str, LazyString] = {
    "after_close": _l("Đáp án được công bố sau khi vòng thi đóng."),
    "never": _l("Đáp án không được công bố."),
}

ATTEMPT_LIMITS: dict[str, LazyString] = {
    "round": _l("Mỗi người được thi tối đa %(max)s lượt trong mỗi vòng thi."),
    "day": _l("Mỗi người được thi tối đa %(max)s lượt trong một ngày, tính từ 0 giờ đến 24 giờ theo giờ Việt Nam."),
    "contest": _l("Mỗi người được thi tối đa %(max)s lượt trong cả cuộc thi."),
}

COUNTED: dict[str, LazyString] = {
    "best": _l("Thi nhiều lượt trong một vòng thì tính lượt tốt nhất, so sánh theo đúng cách xếp hạng của cuộc thi."),
    "best_earliest": _l(
        "Thi nhiều lượt trong một vòng thì tính lượt có điểm cao nhất; nhiều lượt cùng điểm cao nhất thì tính lượt "
        "nộp sớm nhất."
    ),
    "first_perfect": _l(
        "Thi nhiều lượt trong một vòng thì tính lượt đầu tiên trả lời đúng tất cả các câu; chưa có lượt nào như vậy "
        "thì tính lượt có điểm cao nhất, cùng điểm thì tính lượt nộp sớm nhất."
    ),
    "first": _l("Thi nhiều lượt trong một vòng thì chỉ tính lượt nộp đầu tiên."),
    "last": _l("Thi nhiều lượt trong một vòng thì chỉ tính lượt nộp cuối cùng."),
}

# What is to be guessed, and exactly what is counted. Keys: metric, scope.
PREDICTIONS: dict[tuple[str, str], tuple[LazyString, LazyString]] = {
    ("people_all_correct", "round"): (
        _l("Có bao nhiêu người trả lời đúng tất cả các câu hỏi của vòng thi này?"),
        _l("Số đúng là số người có lượt thi được tính trả lời đúng tất cả các câu; mỗi người chỉ đếm một lần."),
    ),
    ("people_all_correct", "contest"): (
        _l("Trong cả cuộc thi, có bao nhiêu người trả lời đúng tất cả các câu hỏi của ít nhất một vòng thi?"),
        _l(
            "Số đúng là số người có lượt thi được tính trả lời đúng tất cả các câu ở ít nhất một vòng thi; "
            "mỗi người chỉ đếm một lần trong cả cuộc thi."
        ),
    ),
    ("attempts_all_correct", "round"): (
        _l("Có bao nhiêu lượt thi trả lời đúng tất cả các câu hỏi của vòng thi này?"),
        _l("Số đúng là số lượt thi đã nộp trả lời đúng tất cả các câu; một người có thể có nhiều lượt."),
    ),
    ("attempts_all_correct", "contest"): (
        _l("Trong cả cuộc thi, có bao nhiêu lượt thi trả lời đúng tất cả các câu hỏi?"),
        _l("Số đúng là số lượt thi đã nộp trả lời đúng tất cả các câu, cộng qua mọi vòng thi."),
    ),
    ("people", "round"): (
        _l("Có bao nhiêu người dự thi vòng thi này?"),
        _l("Số đúng là số người đã nộp ít nhất một lượt thi trong vòng thi; mỗi người chỉ đếm một lần."),
    ),
    ("people", "contest"): (
        _l("Có bao nhiêu người dự thi trong cả cuộc thi?"),
        _l("Số đúng là số người đã nộp ít nhất một lượt thi; mỗi người chỉ đếm một lần trong cả cuộc thi."),
    ),
    ("attempts", "round"): (
        _l("Có bao nhiêu lượt thi trong vòng thi này?"),
        _l("Số đúng là số lượt thi đã nộp trong vòng thi; một người có thể có nhiều lượt."),
    ),
    ("attempts", "contest"): (
        _l("Có bao nhiêu lượt thi trong cả cuộc thi?"),
        _l("Số đúng là số lượt thi đã nộp, cộng qua mọi vòng thi; một người có thể có nhiều lượt."),
    ),
    ("percent_all_correct", "round"): (
        _l("Bao nhiêu phần trăm số người dự thi vòng thi này trả lời đúng tất cả các câu hỏi?"),
        _l(
            "Số đúng là số người có lượt thi được tính trả lời đúng tất cả các câu chia cho số người đã nộp ít nhất "
            "một lượt thi trong vòng thi, tính bằng phần trăm đến 5 chữ số sau dấu phẩy."
        ),
    ),
    ("percent_all_correct", "contest"): (
        _l(
            "Bao nhiêu phần trăm số người dự thi trong cả cuộc thi trả lời đúng tất cả các câu hỏi của ít nhất "
            "một vòng thi?"
        ),
        _l(
            "Số đúng là số người có lượt thi được tính trả lời đúng tất cả các câu ở ít nhất một vòng thi chia cho số "
            "người đã nộp ít nhất một lượt thi trong cả cuộc thi, tính bằng phần trăm đến 5 chữ số sau dấu phẩy."
        ),
    ),
}

RANKING_KEYS: dict[str, LazyString] = {
    "score": _l("Điểm cao hơn xếp trước."),
    "prediction_gap": _l(
        "Dự đoán gần số đúng hơn xếp trước; đoán thừa hay thiếu cùng một khoảng thì như nhau; "
        "không dự đoán thì xếp sau cùng."
    ),
    "submitted_at": _l("Nộp bài sớm hơn xếp trước, tính theo đồng hồ máy chủ đến phần nghìn giây."),
    "duration": _l(
        "Làm bài nhanh hơn xếp trước, tính từ lúc mở đề đến lúc nộp theo đồng hồ máy chủ, đến phần nghìn giây."
    ),
    "started_at": _l("Bắt đầu làm bài sớm hơn xếp trước, tính theo đồng hồ máy chủ."),
    "perfect_attempts": _l("Nhiều lượt thi đúng tất cả các câu hơn xếp trước."),
}

# (gate, fallback) -> the sentences before the keys; without a gate there is nothing to fall back from.
GATES: dict[tuple[str, str], tuple[LazyString, ...]] = {
    ("all_correct", "next_score"): (
        _l("Xếp trước là những người trả lời đúng tất cả các câu."),
        _l("Xếp sau là những người còn lại, điểm cao hơn xếp trước; thiếu người đúng tất cả thì giải được trao tiếp "
           "cho những người này."),
        _l("Giữa những người như nhau, xét lần lượt:"),
    ),
    ("all_correct", "leave_unawarded"): (
        _l("Chỉ xếp hạng những người trả lời đúng tất cả các câu; giải không có người đạt thì để trống."),
        _l("Giữa những người này, xét lần lượt:"),
    ),
    ("min_score", "next_score"): (
        _l("Xếp trước là những người đạt từ %(min_score)s điểm trở lên."),
        _l("Xếp sau là những người còn lại, điểm cao hơn xếp trước; thiếu người đạt mức này thì giải được trao tiếp "
           "cho những người còn lại."),
        _l("Giữa những người như nhau, xét lần lượt:"),
    ),
    ("min_score", "leave_unawarded"): (
        _l("Chỉ xếp hạng những người đạt từ %(min_score)s điểm trở lên; giải không có người đạt thì để trống."),
        _l("Giữa những người này, xét lần lượt:"),
    ),
    ("none", "next_score"): (_l("Xét lần lượt các tiêu chí; tiêu chí sau chỉ dùng khi các tiêu chí trước bằng nhau:"),),
    ("none", "leave_unawarded"): (
        _l("Xét lần lượt các tiêu chí; tiêu chí sau chỉ dùng khi các tiêu chí trước bằng nhau:"),
    ),
}  # fmt: skip

PRIZE_CAPS: dict[str, LazyString] = {
    "none": _l("Một người có thể nhận giải ở nhiều vòng thi."),
    "one_per_round": _l("Trong mỗi vòng thi, mỗi người chỉ nhận một giải."),
    "one_per_contest": _l("Trong cả cuộc thi, mỗi người chỉ nhận một giải, là giải cao nhất đạt được."),
}

LOT: LazyString = _l(
    "Những người bằng nhau ở mọi tiêu chí mà không đủ giải cho tất cả thì bốc thăm công khai bằng số ngẫu nhiên, có "
    "lưu khóa để ai cũng bốc lại được và ra đúng kết quả ấy."
)

AREA_LOT: LazyString = _l(
    "Những đơn vị bằng nhau ở mọi tiêu chí mà không đủ giải cho tất cả thì bốc thăm công khai, có lưu khóa."
)

SUBSTITUTION: LazyString = _l(
    "Người từ chối giải hoặc không đủ điều kiện nhận giải vẫn giữ hạng; giải được trao cho người kế tiếp, lý do ghi "
    "trong biên bản."
)

OVERALL_KEYS: dict[str, LazyString] = {
    "score": _l("Tổng điểm cao hơn xếp trước."),
    "duration": _l("Tổng thời gian làm bài ngắn hơn xếp trước."),
    "submitted_at": _l("Nộp bài sớm hơn ở lượt được tính cuối cùng xếp trước."),
    "perfect_attempts": _l("Tổng số lượt thi đúng tất cả các câu nhiều hơn xếp trước."),
    "rounds": _l("Dự thi nhiều vòng hơn xếp trước."),
}

COLLECTIVE_METRICS: dict[str, LazyString] = {
    "people": _l("số người dự thi"),
    "attempts": _l("số lượt thi"),
    "people_all_correct": _l("số người trả lời đúng tất cả các câu"),
    "rate": _l("tỷ lệ giữa số người dự thi và số người của đơn vị"),
    "mean_score": _l("điểm trung bình của các lượt thi được tính"),
    "prizes": _l("số giải cá nhân đạt được"),
    "weighted": _l("điểm tổng hợp tính theo công thức dưới đây"),
    "manual": _l("kết quả xét chọn của Ban Tổ chức"),
}

COLLECTIVE_SCOPES: dict[str, LazyString] = {
    "round": _l("Giải tập thể cấp “%(level)s”, xét trong từng vòng thi theo %(metric)s."),
    "contest": _l("Giải tập thể cấp “%(level)s”, xét trong cả cuộc thi theo %(metric)s."),
}

SIZES: LazyString = _l(
    "Số người của mỗi đơn vị do Ban Tổ chức nhập; đơn vị chưa có số này thì không xếp hạng được theo tỷ lệ."
)

# In the order in which they are told.
WEIGHTS: dict[str, LazyString] = {
    "mean_rate": _l(
        "%(weight)s điểm nhân với tỷ lệ giữa số người dự thi và số người của đơn vị, lấy trung bình qua các vòng thi."
    ),
    "rate": _l("%(weight)s điểm nhân với tỷ lệ giữa số người dự thi và số người của đơn vị."),
    "people": _l("%(weight)s điểm cho mỗi người dự thi."),
    "attempts": _l("%(weight)s điểm cho mỗi lượt thi."),
    "people_all_correct": _l("%(weight)s điểm cho mỗi người trả lời đúng tất cả các câu."),
    "mean_score": _l("%(weight)s lần điểm trung bình của các lượt thi được tính."),
    "prizes": _l("%(weight)s điểm cho mỗi giải cá nhân của người thuộc đơn vị."),
}

LIVE: dict[str, LazyString] = {
    "full": _l("Trong khi vòng thi mở, bảng xếp hạng và số người dự thi được cập nhật liên tục để mọi người theo dõi."),
    "coarse": _l(
        "Trong khi vòng thi mở, bảng xếp hạng được cập nhật liên tục để mọi người theo dõi; số người dự thi chỉ nêu "
        "tròn đến hàng trăm."
    ),
    "hidden_until_close": _l(
        "Trong khi vòng thi mở, điểm, số người dự thi và bảng xếp hạng đều được giữ kín; sau khi vòng thi đóng mới "
        "công bố."
    ),
}

MASK_PHONE: dict[bool, LazyString] = {
    True: _l("Danh sách đạt giải nếu có số điện thoại thì chỉ nêu một phần của số."),
    False: _l("Danh sách đạt giải có thể nêu đủ số điện thoại."),
}

TWO_PERSONS: dict[bool, LazyString] = {
    False: _l("Kết quả mỗi vòng thi được Ban Tổ chức duyệt trước khi công bố."),
    True: _l(
        "Kết quả mỗi vòng thi được hai người của Ban Tổ chức duyệt trước khi công bố: một người đề nghị, một người "
        "khác xác nhận."
    ),
}

QUESTIONS_GONE_WRONG: LazyString = _l(
    "Câu hỏi hoặc đáp án có sai sót thì Ban Tổ chức xử lý như nhau cho mọi người trước khi duyệt kết quả, và công khai "
    "cách xử lý."
)

LATE_ANSWERS: LazyString = _l(
    "Câu trả lời đến máy chủ muộn hơn hạn nộp quá 3 giây thì không được tính. Nếu bài hết giờ mà chưa nộp, những gì "
    "đến trong 24 giờ sau hạn được giữ lại; trước khi duyệt kết quả, Ban Tổ chức có thể chấp nhận bằng một quyết định "
    "ghi rõ lý do, và người dự thi xem được quyết định ấy."
)

RECEIPTS: LazyString = _l(
    "Mỗi bài đã nộp có một biên nhận. Sau khi vòng thi đóng và số liệu không còn phải giữ kín, danh sách biên nhận "
    "được công khai, không kèm họ tên và điểm, để ai cũng kiểm tra được bài của mình có trong đó."
)

RECORDS: dict[str, LazyString] = {
    "organizer": _l("Dữ liệu gốc của các lượt thi do Ban Tổ chức lưu giữ để kiểm tra khi cần."),
    "public": _l(
        "Sau khi công bố, mọi người tải được dữ liệu gốc của các lượt thi, không kèm họ tên và thông tin cá nhân, để "
        "tự kiểm tra kết quả."
    ),
}
