"""What a contest file cannot say together, and what stands in the way of a contest's steps and amendments."""

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
    "residence_needs_area": _l(
        "Chỉ nhận người trong địa bàn (residence: inside) thì phiếu dự thi phải bắt buộc chọn đơn vị (area: required), "
        "nếu không thì không biết ai ở trong địa bàn."
    ),
    "min_score_missing": _l("Xếp hạng theo mức điểm tối thiểu (gate: min_score) thì phải ghi mức điểm đó (min_score)."),
    "min_score_unused": _l(
        "Mức điểm tối thiểu (min_score) không có tác dụng khi gate là “%(gate)s”; hãy đổi thành gate: min_score hoặc "
        "bỏ min_score."
    ),
    "min_score_unreachable": _l(
        "Mức điểm tối thiểu %(min_score)s cao hơn điểm tối đa %(full)s của một bài, nên không ai đạt được."
    ),
    "guess_decides_its_count": _l(
        "Dự đoán gần nhất được xét trước số câu đúng để chọn lượt thi của mỗi người, mà số cần đoán lại đếm những "
        "người đúng tất cả: biết số đó rồi thì người được đếm có thể thay đổi. Hãy đặt điểm số (score) trước "
        "prediction_gap, chỉ xếp hạng người đúng tất cả (gate: all_correct), hoặc chọn cách tính lượt khác (counted)."
    ),
    "marked_has_no_paper": _l(
        "Vòng thi chấm tay (mode: marked) không có ai làm bài trên trang này, nên mục “%(field)s” không thực hiện "
        "được; hãy bỏ mục này."
    ),
    "marked_has_no_right_answers": _l(
        "Vòng thi chấm tay không có câu đúng, câu sai; muốn có mức sàn thì dùng gate: min_score."
    ),
    "marked_ranks_by_score": _l("Vòng thi chấm tay chỉ có điểm, nên chỉ xếp hạng được theo score; hãy bỏ “%(key)s”."),
    "public_questions_are_fixed": _l(
        "Chỉ công khai trước được câu hỏi của đề cố định (mode: fixed); đề rút ngẫu nhiên mỗi lượt một khác và lộ cả "
        "ngân hàng câu hỏi."
    ),
    "unknown_round": _l("Cuộc thi không có vòng thi “%(key)s”. Các vòng có: %(known)s."),
    "promotes_itself": _l("Một vòng thi không thể chọn người từ kết quả của chính nó."),
    "promotes_too_early": _l(
        "Vòng “%(source)s” phải đóng trước khi vòng “%(key)s” mở, vì người vào vòng sau được chọn từ kết quả vòng "
        "trước."
    ),
    "promotion_waits_for_guess": _l(
        "Câu dự đoán của vòng “%(source)s” tính trên cả cuộc thi, nên kết quả vòng này chỉ có khi mọi bài thi đã xong, "
        "không kịp để chọn người vào vòng sau. Hãy dùng dự đoán theo vòng (scope: round) hoặc để vòng sau chấm tay."
    ),
    "prize_name_twice": _l("Hai giải cùng tên “%(name)s” trong một danh sách; hãy gộp lại bằng count hoặc đổi tên."),
    "overall_rewards_absence": _l(
        "Xếp hạng chung bắt đầu bằng “%(key)s” thì người thi ít vòng nhất sẽ đứng đầu; hãy đặt score, perfect_attempts "
        "hoặc rounds lên trước."
    ),
    "overall_without_rounds": _l("Xếp hạng chung phải tính ít nhất một vòng thi; bỏ mục rounds thì tính mọi vòng."),
    "overall_round_twice": _l("Xếp hạng chung nêu vòng “%(key)s” hai lần, nên điểm vòng ấy sẽ bị cộng hai lần."),
    "hand_prize_in_ranking": _l(
        "Giải “%(name)s” do Ban Tổ chức chọn (by: hand) nhưng giải tập thể này xếp theo số liệu; hãy chuyển giải này "
        "sang một mục có metric: manual."
    ),
    "manual_is_not_ranked": _l(
        "Giải tập thể do Ban Tổ chức xét chọn (metric: manual) không xếp hạng, nên không có then."
    ),
    "collective_metric_twice": _l(
        "Tiêu chí “%(metric)s” của giải tập thể được nêu hai lần, lần sau không có tác dụng."
    ),
    "collective_without_prizes_to_count": _l(
        "Giải tập thể tính theo số giải cá nhân, nhưng cuộc thi không có giải cá nhân nào."
    ),
    "weights_missing": _l("Tính điểm tổng hợp (metric: weighted) thì phải ghi hệ số của từng số liệu (weights)."),
    "weights_unused": _l(
        "Hệ số (weights) chỉ dùng với metric: weighted, không có tác dụng với “%(metric)s”; hãy bỏ hoặc đổi metric."
    ),
    "weights_all_zero": _l("Mọi hệ số đều bằng 0, nên mọi đơn vị bằng nhau; hãy ghi ít nhất một hệ số lớn hơn 0."),
    "prize_points_unused": _l(
        "Điểm theo giải (prize_points) chỉ có tác dụng khi điểm tổng hợp có hệ số của số giải (weights: {prizes: …})."
    ),
    "unknown_prize": _l("Cuộc thi không có giải cá nhân tên “%(name)s”. Các giải có: %(known)s."),
    "prize_points_out_of_range": _l("Điểm của một giải phải từ 0 đến %(max)s."),
    "records_tell_the_key": _l(
        "Dữ liệu gốc công khai (records: public) cho biết câu nào được điểm, tức là lộ đáp án, nhưng vòng “%(key)s” "
        "không công bố đáp án (key_public: never); hãy đổi một trong hai."
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
    "contest_launched": _l(
        "Cuộc thi “%(slug)s” đã khởi động nên không thay tệp như bản nháp được; hãy dùng “Sửa đổi thể lệ”."
    ),
    "already_launched": _l("Cuộc thi đã được khởi động trước đó."),
    "launch_refused": _l("Chưa khởi động được cuộc thi:"),
    "entry_mode_unavailable": _l("Hình thức đăng ký “%(mode)s” chưa được hỗ trợ; hãy dùng “form” hoặc “roster”."),
    "roster_empty": _l("Cuộc thi chỉ nhận người trong danh sách, nhưng chưa có danh sách nào được tải lên."),
    "otp_unavailable": _l("Chưa gửi được mã xác nhận qua tin nhắn; hãy chọn cách vào lại khác (resume)."),
    "all_rounds_over": _l("Mọi vòng thi đều đã qua thời gian."),
    "reason_missing": _l("Hãy ghi lý do."),
    "not_closed": _l("Còn vòng thi chưa đóng, nên chưa công bố được kết quả."),
    "already_published": _l("Kết quả đã được công bố trước đó."),
    "target_invalid": _l("Chỉ tiêu phải là số người từ 1 trở lên."),
    "redis_down": _l("Redis chưa hoạt động, nên chưa dựng lại được bảng xếp hạng."),
}

AMENDMENTS: dict[str, LazyString] = {
    "amendment_refused": _l("Không sửa đổi được thể lệ như vậy:"),
    "amendment_keeps": _l("%(field)s: không đổi được nữa, vì người dự thi đã đăng ký và làm bài theo quy định này."),
    "amendment_changes_begun": _l("%(field)s: %(round)s đã mở, nên giữ nguyên mọi quy định và câu hỏi."),
    "amendment_drops_begun": _l("%(field)s: %(round)s đã mở, nên không bỏ được."),
    "amendment_opens_too_soon": _l(
        "%(field)s: %(round)s phải mở sau thời điểm này ít nhất một phút, để mọi người cùng thi theo một thể lệ."
    ),
    "amendment_after_draws": _l(
        "%(field)s: không thêm được %(round)s, vì vòng cuối cùng đã đóng và số bí mật để rút đề được công khai từ "
        "lúc đó."
    ),
    "amendment_moves_guess": _l(
        "%(field)s: có vòng đã mở hỏi dự đoán trên cả cuộc thi; thêm hoặc bỏ một vòng làm bài thì số cần đoán không "
        "còn là số mà mọi người đã đoán."
    ),
    "round_begun_meanwhile": _l("Một vòng thi vừa mở trong lúc sửa đổi. Chưa có gì thay đổi; hãy xem lại và gửi lại."),
    "extension_not_later": _l("Giờ đóng mới phải sau giờ đóng hiện tại."),
    "closing_time_invalid": _l("Hãy ghi ngày và giờ đóng mới, ví dụ 27/05/2022 15:00."),
    "round_not_extendable": _l("Vòng thi đã đóng thì không gia hạn được nữa."),
    "round_changed_meanwhile": _l("Giờ đóng của vòng thi vừa được thay đổi ở nơi khác. Hãy xem lại rồi gửi lại."),
    "extension_past_promotion": _l(
        "%(label)s lấy người từ kết quả của vòng này, nên vòng này phải đóng trước khi %(label)s mở."
    ),
}
