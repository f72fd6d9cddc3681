"""Sentences of records: why something may not be taken yet, and what the check of the records found."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

RECORDS: dict[str, LazyString] = {
    "records_not_public": _l("Dữ liệu gốc của phần này không công khai, hoặc chưa đến lúc công khai."),
    "key_not_public": _l("Chưa có đáp án nào được công bố."),
    "ranking_not_final": _l("Kết quả của vòng này chưa được chốt, nên chưa có bảng xếp hạng để tải."),
    "verify_place": _l("%(file)s: mục %(field)s: %(why)s"),
    "verify_line": _l("%(file)s, dòng %(line)s, mục %(field)s: %(why)s"),
    "verify_values": _l("tính lại được: %(expected)s; trong tệp: %(found)s"),
    "verify_missing": _l("thiếu tệp này"),
    "verify_unreadable": _l("không đúng định dạng"),
    "verify_contest": _l("tệp này là của cuộc thi khác"),
    "verify_commitment": _l("số bí mật không khớp với mã cam kết đã công bố từ đầu"),
    "verify_round": _l("không có vòng thi này"),
    "verify_twice": _l("đã có ở một dòng trên"),
    "verify_person": _l("khác với dòng trên của cùng một người"),
    "verify_version": _l("không phải phiên bản thể lệ của vòng thi"),
    "verify_paper": _l("đề khác với đề rút lại được"),
    "verify_answer": _l("câu trả lời không có trong đề"),
    "verify_time": _l("thời gian không hợp lý"),
    "verify_key": _l("key.json không có đáp án của câu này"),
    "verify_points": _l("điểm chấm lại khác với điểm đã ghi"),
    "verify_prediction": _l("vòng này không hỏi con số dự đoán, hoặc dự đoán là số âm"),
    "verify_attempt_missing": _l("thiếu một lượt thi của người này"),
    "verify_count": _l("con số đã công bố khác với con số đếm lại"),
    "verify_actual": _l("con số phải dự đoán đếm lại khác với con số đã công bố"),
    "verify_ranking": _l("bảng xếp hạng khác với bảng tính lại"),
    "verify_unlisted": _l("tệp này không có trong danh mục"),
    "verify_unsigned": _l("các tệp này không có chữ ký"),
    "verify_signature": _l("chữ ký không khớp với manifest.json"),
    "verify_signer": _l("chữ ký là của một khóa khác"),
    "verify_signed": _l("Chữ ký đúng; dấu vân tay của khóa: %(key)s"),
    "verify_not_signed": _l("Các tệp này không có chữ ký."),
    "verify_digest": _l("nội dung tệp khác với mã SHA-256 trong danh mục"),
    "verify_round_figures": _l(
        "%(round)s: %(attempts)s lượt thi, %(people)s người, %(people_all_correct)s người đúng tất cả; "
        "rút lại đúng %(redrawn)s đề"
    ),
    "verify_graded": _l("%(round)s: đã chấm lại mọi bài theo đáp án"),
    "verify_not_graded": _l("%(round)s: chưa có đáp án nên chưa chấm lại"),
    "verify_actual_recounted": _l("%(round)s: con số dự đoán đếm lại đúng là %(actual)s"),
    "verify_actual_taken": _l("%(round)s: con số dự đoán là %(actual)s, các tệp này chưa đủ để đếm lại"),
    "verify_ranking_made": _l("%(round)s: xếp hạng lại được %(ranked)s người, SHA-256 %(sha256)s"),
    "verify_ranking_matched": _l("%(round)s: khớp từng byte với %(files)s"),
    "verify_no_ranking": _l("%(round)s: chưa xếp hạng được (còn bài đang làm hoặc chưa có con số dự đoán)"),
    "verify_left_out": _l("%(round)s: các tệp này không có lượt thi nào của vòng, bỏ qua"),
    "verify_ok": _l("OK: %(contest)s"),
}
