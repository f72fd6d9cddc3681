#!/usr/bin/env python3
"""Kiểm chứng kết quả một cuộc thi từ các tệp đã công bố.

    python3 kiem-chung.py records.zip
    python3 kiem-chung.py THƯ-MỤC                     (có raw.jsonl, rules.json; nếu có: key.json, ranking-*.csv)
    python3 kiem-chung.py THƯ-MỤC --ghi THƯ-MỤC-MỚI   (ghi lại các bảng xếp hạng vừa tính)
    python3 kiem-chung.py records.zip --bien-nhan bien-nhan.json   (đối chiếu một tệp biên nhận với raw.jsonl)
    python3 kiem-chung.py records.zip --khoa "1a2b 3c4d ..."       (chữ ký phải là của khóa có dấu vân tay này)

Chương trình tính lại mọi thứ suy ra được từ các tệp: rút lại từng đề từ số bí mật, chấm lại từng bài, chọn lại lượt thi
được tính, đếm lại con số dự đoán, xếp hạng lại; rồi so với những gì đã công bố. Đúng hết thì in "ĐÚNG" (mã thoát 0);
khác thì in chỗ khác đầu tiên (mã thoát 1). Nếu các tệp có chữ ký (manifest.sig), chương trình kiểm tra chữ ký và in dấu
vân tay của khóa: hãy so với dấu vân tay đã công bố ở nơi khác, hoặc nêu nó với --khoa. Với --bien-nhan, chương trình
chỉ tìm bài thi của biên nhận, tính lại mã băm của đề và của các câu trả lời, rồi so từng mục của biên nhận. Chỉ cần
Python 3.9 trở lên; không cần mạng, không cài gì.
"""

import hashlib
import hmac
import io
import json
import os
import re
import sys
import zipfile
import zlib
from datetime import datetime, timedelta, timezone

COLUMNS = "rank,group,participant,area,score,perfect,prediction,gap,submitted_at,started_at,duration_ms,"
COLUMNS += "perfect_attempts,attempt"
POLICIES = ("best", "best_earliest", "first_perfect", "first", "last")
CHAIN_KEYS = ("score", "prediction_gap", "submitted_at", "duration", "started_at", "perfect_attempts")
TIME_FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Sai(Exception):
    """Chỗ khác đầu tiên: tệp, dòng (đếm từ 1), mục, giá trị tính lại được, giá trị trong tệp, và vì sao."""

    def __init__(self, why, file, line, field, expected="", found=""):
        super().__init__(why)
        self.why, self.file, self.line, self.field = why, file, line, field
        self.expected, self.found = expected, found

    def sentence(self):
        """Một câu cho người đọc."""
        place = self.file + (f", dòng {self.line}" if self.line else "") + (f", mục {self.field}" if self.field else "")
        text = f"SAI: {place}: {self.why}"
        if self.expected != "" or self.found != "":
            text += f"\n  tính lại được: {write(self.expected)}\n  trong tệp:     {write(self.found)}"
        return text


def write(value):
    """Giá trị để in ra."""
    return value if isinstance(value, str) else canonical(value)


def canonical(value):
    """JSON với các khóa xếp theo thứ tự, không có dấu cách."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


# --- mở tệp -------------------------------------------------------------------------------------------------------


class Files:
    """Các tệp theo tên, trong một tệp zip hay một thư mục."""

    def __init__(self, path):
        self.zip = None
        self.where = {}
        if os.path.isfile(path) and path.lower().endswith(".zip"):
            try:
                self.zip = zipfile.ZipFile(path)
            except zipfile.BadZipFile:
                raise Sai("không phải là tệp zip", os.path.basename(path), None, "zip") from None
            self.names = sorted(self.zip.namelist())
            for name, after in zip(self.names, self.names[1:]):
                if name == after:
                    raise Sai("tệp nén có hai tệp cùng tên này", name, None, "")
            return
        folder = path if os.path.isdir(path) else os.path.dirname(os.path.abspath(path))
        for name in os.listdir(folder):
            if name in ("raw.jsonl", "rules.json", "key.json", "manifest.json", "manifest.sig") or is_ranking(name):
                self.where[name] = os.path.join(folder, name)
        if os.path.isfile(path):
            self.choose(path)
        self.names = sorted(self.where)

    def choose(self, path):
        """Tệp được nêu đích danh thay cho tệp cùng loại trong thư mục."""
        name = os.path.basename(path)
        if name.endswith(".jsonl"):
            self.where["raw.jsonl"] = path
        elif name.endswith(".csv"):
            self.where = {other: place for other, place in self.where.items() if not is_ranking(other)}
            self.where[name if is_ranking(name) else "ranking-" + name] = path

    def open(self, name):
        if name not in self.names:
            raise Sai("thiếu tệp này", name, None, "")
        return self.zip.open(name) if self.zip else open(self.where[name], "rb")

    def read(self, name):
        with self.open(name) as file:
            return file.read()


def is_ranking(name):
    return name.startswith("ranking") and name.endswith(".csv")


def round_in_name(name):
    """ "tuan-1" của "ranking-tuan-1.csv"."""
    middle = name[len("ranking") : -len(".csv")]
    return middle[1:] if middle.startswith("-") else middle


# --- đọc dữ liệu --------------------------------------------------------------------------------------------------


class Row:
    """Một đối tượng JSON cùng chỗ của nó, để khi thiếu hay sai kiểu thì nói được ở đâu."""

    def __init__(self, data, file, line=None, path=""):
        if not isinstance(data, dict):
            raise Sai("không đúng định dạng", file, line, path or "json")
        self.data, self.file, self.line, self.path = data, file, line, path

    def place(self, name):
        return f"{self.path}.{name}" if self.path else name

    def fail(self, name, why, expected="", found=""):
        raise Sai(why, self.file, self.line, self.place(name), expected, found)

    def get(self, name, *kinds):
        """Giá trị của mục; `kinds`: các kiểu được phép, None là cho phép null."""
        if name not in self.data:
            self.fail(name, "thiếu mục này")
        value = self.data[name]
        for kind in kinds:
            if kind is None and value is None:
                return value
            # Với Python, True cũng là một số nguyên; trong JSON thì không.
            if kind is not None and isinstance(value, kind) and (kind is bool or not isinstance(value, bool)):
                return value
        return self.fail(name, "không đúng định dạng", "", value)

    def one_of(self, name, allowed):
        value = self.get(name, str, None)
        if value not in allowed:
            self.fail(name, "không phải là giá trị được dùng ở đây", "", value)
        return value

    def row(self, name):
        return Row(self.get(name, dict), self.file, self.line, self.place(name))

    def maybe_row(self, name):
        return None if self.get(name, dict, None) is None else self.row(name)

    def texts(self, name):
        value = self.get(name, list)
        if not all(isinstance(each, str) for each in value):
            self.fail(name, "không đúng định dạng", "", value)
        return value

    def time(self, name):
        """Thời điểm tính bằng mili giây từ 1970; None khi là null."""
        text = self.get(name, str, None)
        if text is None:
            return None
        try:
            if not TIME_FORM.fullmatch(text):
                raise ValueError
            moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
        except ValueError:
            self.fail(name, "không phải là thời điểm UTC có mili giây", "", text)
        return (moment - EPOCH) // timedelta(milliseconds=1)


def read_json(data, file, line=None):
    try:
        return Row(json.loads(data.decode("utf-8")), file, line)
    except ValueError:
        raise Sai("không đúng định dạng JSON", file, line, "json") from None


def read_rules(files):
    """rules.json: (mã cuộc thi, cam kết, {khóa vòng: vòng})."""
    top = read_json(files.read("rules.json"), "rules.json")
    if top.get("format", str) != "rules-1":
        top.fail("format", "chương trình này không biết định dạng ấy", "rules-1", top.data["format"])
    rounds = {}
    for index, data in enumerate(top.get("rounds", list)):
        row = Row(data, "rules.json", None, f"rounds.{index}")
        rounds[row.get("key", str)] = read_round(row)
    return top.get("contest", str), top.get("commitment", str), rounds


def read_round(row):
    """Một vòng, dưới dạng dict đơn giản."""
    ranking, shuffle = row.row("ranking"), row.row("shuffle")
    prediction, result = row.maybe_row("prediction"), row.maybe_row("result")
    keys = ranking.texts("keys")
    if not set(keys) <= set(CHAIN_KEYS):
        ranking.fail("keys", "có tiêu chí lạ", "", keys)
    return {
        "key": row.get("key", str),
        "opens": row.time("opens_at"),
        "closes": row.time("closes_at"),
        "version": row.get("rules_version", int),
        "mode": row.one_of("mode", ("fixed", "random", "marked")),
        "points": row.get("points", int),
        "limit": row.get("time_limit_seconds", int, None),
        "shuffle_questions": shuffle.get("questions", bool),
        "shuffle_options": shuffle.get("options", bool),
        "counted": row.one_of("counted", POLICIES),
        "metric": prediction.get("metric", str) if prediction else None,
        "scope": prediction.one_of("scope", ("round", "contest")) if prediction else None,
        "gate": ranking.one_of("gate", ("none", "all_correct", "min_score")),
        "min_score": ranking.get("min_score", int, None) or 0,
        "chain": keys,
        "strict_gate": ranking.one_of("fallback", ("next_score", "leave_unawarded")) == "leave_unawarded",
        "actual": row.get("actual", int, None),
        "result": result.data if result else None,
        "blueprint": row.get("blueprint", list, None),
        "questions": row.get("questions", dict, None),
    }


def read_key(files, contest, commitment):
    """key.json: (số bí mật hay None, {khóa vòng: {câu: (các tập đáp án đúng, cách hủy)}})."""
    if "key.json" not in files.names:
        return None, {}
    top = read_json(files.read("key.json"), "key.json")
    if top.get("format", str) != "key-1":
        top.fail("format", "chương trình này không biết định dạng ấy", "key-1", top.data["format"])
    same_contest(top, contest)
    seed = top.get("seed", str, None)
    if seed is not None:
        try:
            seed = bytes.fromhex(seed)
        except ValueError:
            top.fail("seed", "không phải là số viết theo cơ số 16", "", seed)
        found = hashlib.sha256(b"seed-v1|" + seed).hexdigest()
        if found != commitment:
            top.fail("seed", "số bí mật không khớp với mã cam kết công bố từ đầu", commitment, found)
    keys = {}
    rounds = top.row("rounds")
    for name in rounds.data:
        questions = rounds.row(name).row("questions")
        keys[name] = {}
        for ref in questions.data:
            each = questions.row(ref)
            right = [frozenset(options) for options in each.get("right", list)]
            keys[name][ref] = (right, each.one_of("void", (None, "all", "answered", "drop")))
    return seed, keys


def same_contest(row, contest):
    if row.get("contest", str) != contest:
        row.fail("contest", "tệp này là của cuộc thi khác", contest, row.data["contest"])


# --- rút đề -------------------------------------------------------------------------------------------------------


def draw(seed, label, rnd):
    """Đề của một lượt thi: [[mã câu, [phương án theo thứ tự hiện ra]], ...]."""
    words = random_words(seed, label)
    chosen = []
    for stratum in rnd["blueprint"]:
        left = [ref for ref in stratum["pool"] if ref not in chosen]
        if stratum["count"] == len(stratum["pool"]) and len(left) == stratum["count"]:
            chosen += left  # lấy cả nhóm thì không cần rút
        else:
            chosen += pick(words, left, stratum["count"])
    if rnd["shuffle_questions"]:
        chosen = pick(words, chosen, len(chosen))
    return [[ref, order_options(words, rnd["questions"][ref], rnd["shuffle_options"])] for ref in chosen]


def random_words(seed, label):
    """Dãy số 32 bit: HMAC-SHA256(số bí mật, nhãn + "|" + số thứ tự khối viết bằng 4 byte), cắt từng 4 byte."""
    block = 0
    while True:
        digest = hmac.new(seed, label.encode("utf-8") + b"|" + block.to_bytes(4, "big"), hashlib.sha256).digest()
        for at in range(0, 32, 4):
            yield int.from_bytes(digest[at : at + 4], "big")
        block += 1


def below(words, limit):
    """Một số từ 0 đến limit - 1, mọi số đều có cơ hội như nhau: bỏ các số ở phần lẻ cuối cùng của 2^32."""
    usable = 2**32 - 2**32 % limit
    for word in words:
        if word < usable:
            return word % limit
    raise AssertionError  # dãy số không bao giờ hết


def pick(words, items, count):
    """`count` phần tử khác nhau, theo thứ tự ngẫu nhiên (Fisher-Yates từng phần)."""
    items = list(items)
    if count > len(items):
        raise ValueError("không đủ câu để rút")
    for here in range(count):
        there = here + below(words, len(items) - here)
        items[here], items[there] = items[there], items[here]
    return items[:count]


def order_options(words, question, shuffled):
    """Các phương án theo thứ tự hiện ra; phương án ghim ("Cả A, B, C"...) giữ nguyên chỗ."""
    keys = question["options"]
    if not shuffled or question["keep_order"]:
        return list(keys)
    free = [key for key in keys if key not in question["pinned"]]
    mixed = pick(words, free, len(free))
    return [key if key in question["pinned"] else mixed.pop(0) for key in keys]


# --- từng dòng của raw.jsonl ---------------------------------------------------------------------------------------


def read_raw(files, contest, rounds, seed, keys):
    """Đọc và kiểm tra từng dòng; trả về {khóa vòng: những gì cần để xếp hạng}."""
    books = {key: {"sat": {}, "numbers": {}, "people": {}, "open": 0, "redrawn": 0} for key in rounds}
    seen = set()
    with files.open("raw.jsonl") as file:
        for number, text in enumerate(file, start=1):
            row = read_json(text, "raw.jsonl", number)
            key = row.get("round", str)
            if key not in rounds:
                row.fail("round", "không có vòng thi này", ", ".join(rounds), key)
            code = row.get("attempt", str)
            if code in seen:
                row.fail("attempt", "lượt thi này đã có ở dòng trên", "", code)
            seen.add(code)
            enter(row, books[key])
            check_line(row, contest, rounds[key], seed, keys.get(key), books[key])
    return books


def enter(row, book):
    """Ghi người và số thứ tự lượt; mỗi người phải như nhau ở mọi dòng của một vòng."""
    who, number = row.get("participant", str), row.get("number", int)
    numbers = book["numbers"].setdefault(who, set())
    if number in numbers:
        row.fail("number", "người này đã có lượt thi mang số ấy", "", number)
    numbers.add(number)
    person = {
        "unranked": row.get("unranked", bool),
        "area": row.get("area", str, None),
        "group": row.get("group", str, None),
    }
    before = book["people"].setdefault(who, person)
    for name in person:
        if person[name] != before[name]:
            row.fail(name, "khác với dòng trên của cùng một người", before[name], person[name])


def check_line(row, contest, rnd, seed, key, book):
    """Đề, câu trả lời, thời gian, điểm của một lượt thi."""
    if row.get("rules_version", int) != rnd["version"]:
        row.fail("rules_version", "không phải phiên bản thể lệ của vòng", rnd["version"], row.data["rules_version"])
    paper = read_paper(row)
    check_paper(row, paper, contest, rnd, seed, book)
    answers = check_answers(row, paper)
    if row.one_of("state", ("final", "open")) == "open":
        book["open"] += 1
    else:
        started, submitted = check_times(row, rnd)
        check_points(row, paper, answers, rnd, key)
        keep(row, book, started, submitted)
    guess = row.get("prediction", int, None)
    if guess is not None and (rnd["metric"] is None or guess < 0):
        row.fail("prediction", "vòng này không hỏi, hoặc số âm", "", guess)


def read_paper(row):
    paper = row.get("paper", list)
    for each in paper:
        if not (isinstance(each, list) and len(each) == 2 and isinstance(each[0], str) and is_texts(each[1])):
            row.fail("paper", "không đúng định dạng", "", paper)
    return paper


def is_texts(value):
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def check_paper(row, paper, contest, rnd, seed, book):
    """Đề đúng là đề rút ra từ số bí mật; chưa có số bí mật thì ít ra phải là một đề có thể rút được."""
    if rnd["mode"] == "marked":
        if paper:
            row.fail("paper", "vòng chấm tay không có đề", [], paper)
        return
    if rnd["blueprint"] is None or rnd["questions"] is None:
        return
    if seed is None:
        check_possible(row, paper, rnd)
        return
    label = "{}|{}|{}.{}".format(contest, row.data["participant"], rnd["key"], row.data["number"])
    try:
        drawn = draw(seed, label, rnd)
    except (KeyError, TypeError, ValueError) as error:
        raise Sai(
            f"không rút được đề ({error})", "rules.json", None, "rounds.{}.blueprint".format(rnd["key"])
        ) from None
    if drawn != paper:
        row.fail("paper", "đề khác với đề rút lại từ số bí mật", drawn, paper)
    book["redrawn"] += 1


def check_possible(row, paper, rnd):
    wanted = sum(stratum["count"] for stratum in rnd["blueprint"])
    different = len({ref for ref, _ in paper})
    if len(paper) != wanted or different != wanted:
        row.fail("paper", "số câu khác nhau trong đề", wanted, different)
    for ref, options in paper:
        known = sorted(rnd["questions"][ref]["options"]) if ref in rnd["questions"] else []
        if sorted(options) != known:
            row.fail("paper." + ref, "câu hoặc phương án không có trong vòng này", ",".join(known), ",".join(options))


def check_answers(row, paper):
    shown = {ref: set(options) for ref, options in paper}
    answers = row.row("answers")
    for ref in sorted(answers.data):
        chosen = answers.texts(ref)
        if ref not in shown or len(set(chosen)) != len(chosen) or not set(chosen) <= shown[ref]:
            possible = ",".join(sorted(shown.get(ref, ())))
            answers.fail(ref, "câu trả lời không có trong đề", possible, ",".join(chosen))
    return answers.data


def check_times(row, rnd):
    """(bắt đầu, nộp) tính bằng mili giây, sau khi thấy hợp lý."""
    started, deadline, submitted = row.time("started_at"), row.time("deadline"), row.time("submitted_at")

    def need(name, fits):
        if not fits:
            row.fail(name, "thời gian không hợp lý", "", row.data.get(name) or "")

    need("started_at", started is not None)
    need("deadline", deadline is not None)
    need("submitted_at", submitted is not None and submitted >= started)
    by = row.get("finished_by", str, None)
    need("finished_by", by in ("participant", "deadline", "staff"))
    if rnd["mode"] == "marked":
        return started, submitted
    need("started_at", rnd["opens"] <= started <= rnd["closes"])
    # Vòng đóng sớm thì hạn của bài đã nộp trước đó vẫn giữ nguyên, có thể muộn hơn giờ đóng.
    need("deadline", started <= deadline)
    if rnd["limit"] is not None:
        extra = row.get("extra_seconds", int) if "extra_seconds" in row.data else 0
        need("deadline", deadline <= started + 1000 * (rnd["limit"] + extra))
    need("submitted_at", submitted <= min(deadline, rnd["closes"]))
    if by == "deadline":
        need("submitted_at", submitted == deadline)
    return started, submitted


def check_points(row, paper, answers, rnd, key):
    """Chấm lại: trúng một tập đáp án đúng thì được điểm của câu; câu bị hủy theo cách hủy."""
    points, score, perfect = row.row("points"), row.get("score", int, None), row.get("perfect", bool, None)
    stated = points.data

    def same(name, computed, found):
        if computed != found:
            row.fail(name, "điểm chấm lại khác với điểm đã ghi", computed, found)

    if rnd["mode"] == "marked":
        marks = stated.get("marks")
        if set(stated) != {"marks"} or type(marks) is not int or not 0 <= marks <= rnd["points"]:
            row.fail("points.marks", "điểm chấm tay không hợp lý", "", stated)
        same("score", marks, score)
        same("perfect", marks == rnd["points"], perfect)
        return
    if key is None:
        same("score", sum(points.get(ref, int) for ref in stated), score)
        return
    for ref, _ in paper:
        if ref not in key:
            row.fail("paper." + ref, "key.json không có đáp án của câu này", "", ref)
    computed = {ref: rnd["points"] if earns(key[ref], answers.get(ref, ())) else 0 for ref, _ in paper}
    for ref in [*computed, *sorted(set(stated) - set(computed))]:
        same("points." + ref, computed.get(ref), stated.get(ref))
    total = sum(computed.values())
    counting = sum(key[ref][1] != "drop" for ref in computed)
    same("score", total, score)
    same("perfect", counting > 0 and total == counting * rnd["points"], perfect)


def earns(marking, chosen):
    """Chọn như vậy thì có được điểm của câu không; không chọn gì là chưa trả lời."""
    right, void = marking
    if void is None:
        return frozenset(chosen) in right
    return void == "all" or (void == "answered" and len(chosen) > 0)


def keep(row, book, started, submitted):
    """Giữ lại những gì việc xếp hạng cần đến."""
    sat = {
        "attempt": row.data["attempt"],
        "number": row.data["number"],
        "score": row.data["score"],
        "perfect": bool(row.data["perfect"]),
        "guess": row.get("prediction", int, None),
        "started": started,
        "submitted": submitted,
        "started_at": row.data["started_at"],
        "submitted_at": row.data["submitted_at"],
    }
    book["sat"].setdefault(row.data["participant"], []).append(sat)


# --- lượt được tính, con số dự đoán, xếp hạng ----------------------------------------------------------------------


def passes(rnd, sat):
    if rnd["gate"] == "all_correct":
        return sat["perfect"]
    return rnd["gate"] == "none" or sat["score"] >= rnd["min_score"]


def sort_key(rnd, sat, actual, perfect_attempts):
    """Khóa xếp thứ tự, nhỏ đứng trước: ai không qua điều kiện đứng sau và theo điểm, rồi mới đến các tiêu chí."""
    head = (0, 0) if passes(rnd, sat) else (1, -sat["score"])
    # Không có điều kiện thì ai cũng qua, và phần đầu của khóa như nhau ở mọi người.
    return head + tuple(chain_value(name, sat, actual, perfect_attempts) for name in rnd["chain"])


def chain_value(name, sat, actual, perfect_attempts):
    if name == "score":
        return -sat["score"]
    if name == "prediction_gap":
        # Chưa biết con số thật thì dự đoán chưa phân biệt ai; không dự đoán thì đứng sau mọi dự đoán.
        if actual is None:
            return (0, 0)
        return (1, 0) if sat["guess"] is None else (0, abs(sat["guess"] - actual))
    if name == "submitted_at":
        return sat["submitted"]
    if name == "started_at":
        return sat["started"]
    return sat["submitted"] - sat["started"] if name == "duration" else -perfect_attempts


def counted_of(rnd, own, actual):
    """Lượt được tính của một người trong số các lượt đã xong của họ."""
    policy = rnd["counted"]
    if policy == "best":
        return min(own, key=lambda sat: (sort_key(rnd, sat, actual, 0), sat["submitted"], sat["number"]))
    if policy == "first":
        return min(own, key=lambda sat: (sat["submitted"], sat["number"]))
    if policy == "last":
        return min(own, key=lambda sat: (-sat["submitted"], sat["number"]))
    # best_earliest, first_perfect
    return min(own, key=lambda sat: (not sat["perfect"], -sat["score"], sat["submitted"], sat["number"]))


def count_actual(metric, rounds, books):
    """Con số phải dự đoán, đếm trên các vòng này; mọi người dự thi đều được đếm, kể cả người không xếp hạng."""
    people, right, attempts, perfect = set(), set(), 0, 0
    for rnd in rounds:
        for who, own in books[rnd["key"]]["sat"].items():
            people.add(who)
            attempts += len(own)
            perfect += sum(sat["perfect"] for sat in own)
            if counted_of(rnd, own, None)["perfect"]:
                right.add(who)
    if metric == "percent_all_correct":
        # Tính bằng 0,00001 phần trăm, nửa đơn vị trở lên thì làm tròn lên.
        return (2 * 10_000_000 * len(right) + len(people)) // (2 * len(people)) if people else 0
    figures = {
        "people": len(people),
        "attempts": attempts,
        "people_all_correct": len(right),
        "attempts_all_correct": perfect,
    }
    if metric not in figures:
        raise Sai("không biết con số dự đoán này", "rules.json", None, "prediction.metric", "", metric)
    return figures[metric]


def make_ranking(rnd, book):
    """Các dòng của bảng xếp hạng, chưa kể dòng đầu đề."""
    actual, groups = rnd["actual"], {}
    for who, own in book["sat"].items():
        person = book["people"][who]
        sat = counted_of(rnd, own, actual)
        if person["unranked"] or (rnd["strict_gate"] and not passes(rnd, sat)):
            continue
        perfect_attempts = sum(each["perfect"] for each in own)
        key = sort_key(rnd, sat, actual, perfect_attempts)
        groups.setdefault(person["group"] or "", []).append((key, who, sat, perfect_attempts))
    lines = []
    for group, members in groups.items():
        members.sort(key=lambda member: member[0])
        rank, last = 0, None
        for place, (key, who, sat, perfect_attempts) in enumerate(members, start=1):
            if key != last:
                rank, last = place, key  # bằng nhau ở mọi tiêu chí thì cùng hạng: 1, 2, 2, 4
            guess = sat["guess"]
            gap = "" if guess is None or actual is None else abs(guess - actual)
            cells = [
                rank,
                group,
                who,
                book["people"][who]["area"] or "",
                sat["score"],
                int(sat["perfect"]),
                "" if guess is None else guess,
                gap,
                sat["submitted_at"],
                sat["started_at"],
                sat["submitted"] - sat["started"],
                perfect_attempts,
                sat["attempt"],
            ]
            lines.append(((group, rank, who), ",".join(quote(cell) for cell in cells)))
    return [text for _, text in sorted(lines)]


def quote(cell):
    """Một ô của tệp CSV."""
    text = str(cell)
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\r\n') else text


# --- so với những gì đã công bố ------------------------------------------------------------------------------------


def check_rounds(files, rounds, keys, books, manifest):
    """Kiểm tra từng vòng; trả về [(khóa vòng, các câu tóm tắt, bảng xếp hạng hay None)]."""
    covered = covered_rounds(files, rounds, books, manifest)
    found = []
    for key, rnd in rounds.items():
        if key in covered:
            found.append(check_round(files, rounds, rnd, keys, books, covered))
        else:
            found.append((key, ["các tệp này không có lượt thi nào của vòng, bỏ qua"], None))
    return found


def covered_rounds(files, rounds, books, manifest):
    """Các vòng mà những tệp này có nhiệm vụ chứa lượt thi."""
    if manifest is not None:
        only = manifest.get("round", str, None)
        return set(rounds) if only is None else {only} & set(rounds)
    named = {round_in_name(name) for name in files.names if is_ranking(name)}
    seen = {key for key in rounds if books[key]["numbers"] or key in named}
    return seen or set(rounds)


def check_round(files, rounds, rnd, keys, books, covered):
    key, book = rnd["key"], books[rnd["key"]]
    for who in sorted(book["numbers"]):
        numbers = book["numbers"][who]
        for number in range(1, max(numbers) + 1):
            if number not in numbers:
                raise Sai("thiếu một lượt thi của người này", "raw.jsonl", None, who + ".number", number, "")
    everybody = book["sat"]
    attempts = [sat for own in everybody.values() for sat in own]
    right = sum(counted_of(rnd, own, rnd["actual"])["perfect"] for own in everybody.values())
    notes = [f"{len(attempts)} lượt thi của {len(everybody)} người, {right} người đúng tất cả"]
    if rnd["mode"] != "marked":
        notes.append(f"rút lại đúng {book['redrawn']} đề" if book["redrawn"] else "chưa có số bí mật để rút lại đề")
        notes.append("đã chấm lại mọi bài" if key in keys else "chưa có đáp án để chấm lại")
    if book["open"]:
        return key, [*notes, f"{book['open']} bài còn đang làm, chưa xếp hạng"], None

    def stated(name, computed):
        if rnd["result"] is not None and rnd["result"].get(name) != computed:
            place = f"rounds.{key}.result.{name}"
            raise Sai(
                "con số đã công bố khác với con số đếm lại",
                "rules.json",
                None,
                place,
                computed,
                rnd["result"].get(name),
            )

    stated("people", len(everybody))
    stated("attempts", len(attempts))
    notes += check_actual(rounds, rnd, books, covered)
    stated("attempts_all_correct", sum(sat["perfect"] for sat in attempts))
    stated("people_all_correct", right)
    if rnd["metric"] is not None and rnd["actual"] is None:
        return key, [*notes, "chưa có con số thật nên chưa xếp hạng"], None
    lines = make_ranking(rnd, book)
    stated("ranked", len(lines))
    ranking = "\n".join([COLUMNS, *lines]) + "\n"
    matched = [name for name in files.names if is_ranking(name) and is_about(files, name, rounds, rnd, attempts)]
    for name in matched:
        compare(name, files.read(name), ranking)
    digest = hashlib.sha256(ranking.encode("utf-8")).hexdigest()
    stated("ranking_sha256", digest)
    notes.append(f"xếp hạng {len(lines)} người" + (", khớp từng byte với " + ", ".join(matched) if matched else ""))
    notes.append(f"SHA-256 của bảng xếp hạng: {digest}")
    return key, notes, ranking


def check_actual(rounds, rnd, books, covered):
    if rnd["metric"] is None or rnd["actual"] is None:
        return []
    counts = [rnd] if rnd["scope"] == "round" else [each for each in rounds.values() if each["mode"] != "marked"]
    if not {each["key"] for each in counts} <= covered:
        return [f"con số dự đoán là {rnd['actual']}; các tệp này chưa đủ mọi vòng để đếm lại"]
    computed = count_actual(rnd["metric"], counts, books)
    if computed != rnd["actual"]:
        place = f"rounds.{rnd['key']}.actual"
        raise Sai("con số dự đoán đếm lại khác với con số công bố", "rules.json", None, place, computed, rnd["actual"])
    return [f"con số dự đoán đếm lại đúng là {computed}"]


def is_about(files, name, rounds, rnd, attempts):
    """Bảng xếp hạng này là của vòng này: theo tên tệp, hoặc theo các lượt thi trong đó."""
    named = round_in_name(name)
    if named in rounds:
        return named == rnd["key"]
    if len(rounds) == 1:
        return True
    codes = {sat["attempt"] for sat in attempts}
    text = files.read(name).decode("utf-8", "replace")
    return any(line.split(",")[-1].strip() in codes for line in text.split("\n"))


def compare(name, stated, computed):
    """Hai bảng phải giống nhau từng byte."""
    if stated == computed.encode("utf-8"):
        return
    ours, theirs = computed.split("\n"), stated.decode("utf-8", "replace").split("\n")
    titles = COLUMNS.split(",")
    for at in range(max(len(ours), len(theirs))):
        expected = ours[at] if at < len(ours) else None
        found = theirs[at] if at < len(theirs) else None
        if expected == found:
            continue
        our_cells, their_cells = (expected or "").split(","), (found or "").split(",")
        if len(our_cells) == len(their_cells) == len(titles):
            for title, our, their in zip(titles, our_cells, their_cells):
                if our != their:
                    raise Sai("bảng xếp hạng khác với bảng tính lại", name, at + 1, title, our, their)
        raise Sai("bảng xếp hạng khác với bảng tính lại", name, at + 1, "line", expected or "", found or "")
    raise Sai("bảng xếp hạng không phải là UTF-8", name, None, "line")


def check_manifest(files, manifest):
    """Mọi tệp đúng là tệp mà manifest.json liệt kê, không thừa tệp nào."""
    listed = manifest.row("files")
    for name in sorted(({*files.names} - {"manifest.json", "manifest.sig"}) | {*listed.data}):
        if name not in listed.data:
            raise Sai("tệp này không có trong danh mục", "manifest.json", None, name, "", name)
        digest = hashlib.sha256()
        with files.open(name) as file:
            for piece in iter(lambda: file.read(1 << 16), b""):
                digest.update(piece)
        expected = listed.row(name).get("sha256", str)
        if digest.hexdigest() != expected:
            raise Sai(
                "nội dung tệp khác với mã SHA-256 trong danh mục", name, None, "sha256", expected, digest.hexdigest()
            )


# --- chữ ký -------------------------------------------------------------------------------------------------------
# Ed25519 theo RFC 8032, chỉ phần kiểm tra, để chương trình này không cần cài thêm gì. Điểm của đường cong được viết
# bằng bốn tọa độ (x, y, z, t): hoành độ x/z, tung độ y/z, và t = xy/z.

FIELD = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, FIELD - 2, FIELD) % FIELD


def point_of(data):
    """Điểm viết bằng 32 byte; None nếu không có điểm nào viết như thế."""
    number = int.from_bytes(data, "little")
    odd, y = number >> 255, number & (2**255 - 1)
    over, under = (y * y - 1) % FIELD, (CURVE * y * y + 1) % FIELD
    x = over * pow(under, 3, FIELD) * pow(over * pow(under, 7, FIELD), (FIELD - 5) // 8, FIELD) % FIELD
    if (under * x * x - over) % FIELD:
        x = x * pow(2, (FIELD - 1) // 4, FIELD) % FIELD
    if y >= FIELD or (under * x * x - over) % FIELD or (x == 0 and odd):
        return None
    x = x if x % 2 == odd else FIELD - x
    return x, y, 1, x * y % FIELD


def plus(one, other):
    """Tổng của hai điểm."""
    (x1, y1, z1, t1), (x2, y2, z2, t2) = one, other
    a, b = (y1 - x1) * (y2 - x2) % FIELD, (y1 + x1) * (y2 + x2) % FIELD
    c, d = 2 * CURVE * t1 * t2 % FIELD, 2 * z1 * z2 % FIELD
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % FIELD, g * h % FIELD, f * g % FIELD, e * h % FIELD


def times(factor, point):
    """Điểm cộng với chính nó `factor` lần."""
    found = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            found = plus(found, point)
        point = plus(point, point)
        factor >>= 1
    return found


def is_signed(public, message, signature):
    """Đúng khi chủ của khóa công khai (32 byte) đã ký những byte này."""
    point = point_of(public) if len(public) == 32 and len(signature) == 64 else None
    factor = int.from_bytes(signature[32:], "little")
    if point is None or factor >= ORDER:
        return False
    base = point_of((4 * pow(5, FIELD - 2, FIELD) % FIELD).to_bytes(32, "little"))
    digest = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    x, y, z, t = times(digest, point)
    x, y, z, _ = plus(times(factor, base), (FIELD - x, y, z, FIELD - t))
    x, y = (value * pow(z, FIELD - 2, FIELD) % FIELD for value in (x, y))
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


def fingerprint(public):
    """Dấu vân tay của khóa: 128 bit đầu của SHA-256, tám nhóm bốn chữ số."""
    digits = hashlib.sha256(public).hexdigest()[:32]
    return " ".join(digits[at : at + 4] for at in range(0, 32, 4))


def check_signature(files, manifest, named):
    """Câu nói về chữ ký của manifest.json. `named`: khóa, hay dấu vân tay của khóa, mà chữ ký phải là của nó."""
    if manifest is None or manifest.data.get("key") is None:
        if named is not None:
            raise Sai("các tệp này không có chữ ký", "manifest.json", None, "key", named, "")
        return "các tệp này không có chữ ký"
    public = bytes.fromhex(manifest.get("key", str))
    if not is_signed(public, files.read("manifest.json"), files.read("manifest.sig")):
        raise Sai("chữ ký không khớp với manifest.json", "manifest.sig", None, "")
    digits = "".join((named or public.hex()).split()).lower()
    if digits not in (public.hex(), fingerprint(public).replace(" ", "")):
        raise Sai("chữ ký là của một khóa khác", "manifest.json", None, "key", named, public.hex())
    return f"chữ ký đúng; dấu vân tay của khóa: {fingerprint(public)}"


def verify(path, named=None):
    """Kiểm chứng tất cả; trả về (mã cuộc thi, các vòng, câu nói về chữ ký). Lỗi đầu tiên: Sai."""
    files = Files(path)
    contest, commitment, rounds = read_rules(files)
    seed, keys = read_key(files, contest, commitment)
    manifest = None
    if "manifest.json" in files.names:
        manifest = read_json(files.read("manifest.json"), "manifest.json")
        same_contest(manifest, contest)
    books = read_raw(files, contest, rounds, seed, keys)
    found = check_rounds(files, rounds, keys, books, manifest)
    if manifest is not None:
        check_manifest(files, manifest)
    return contest, found, check_signature(files, manifest, named)


# --- biên nhận ----------------------------------------------------------------------------------------------------


def check_receipt(files, path):
    """So một tệp biên nhận với dòng của bài thi ấy trong raw.jsonl; trả về những điều nên nói thêm. Khác: Sai."""
    with open(path, "rb") as file:
        data = file.read()
    receipt = read_json(data, os.path.basename(path))
    row = find_attempt(files, receipt.get("attempt", str))
    paper = read_paper(row)
    answers, prediction, notes = at_submission(row, check_answers(row, paper))
    computed = {
        "round": row.get("round", str),
        "rules_version": row.get("rules_version", int),
        "started_at": row.get("started_at", str),
        "deadline": row.get("deadline", str),
        "submitted_at": row.get("submitted_at", str, None),
        "finished_by": row.get("finished_by", str, None),
        "questions": len(paper),
        "answered": sum(1 for chosen in answers.values() if chosen),
        "prediction": prediction,
        "paper_hash": sha256(canonical(paper)),
        "answers_hash": sha256(receipt.get("salt", str) + canonical({ref: sorted(answers[ref]) for ref in answers})),
    }
    for name, expected in computed.items():
        if receipt.data.get(name) != expected:
            why = "biên nhận khác với dữ liệu gốc của bài thi này"
            receipt.fail(name, why, write(expected), write(receipt.data.get(name)))
    if "rules.json" in files.names:
        same_contest(receipt, read_rules(files)[0])
    return [*notes, f"mã băm SHA-256 của tệp biên nhận: {hashlib.sha256(data).hexdigest()}"]


def find_attempt(files, code):
    with files.open("raw.jsonl") as file:
        for number, text in enumerate(file, start=1):
            # Đọc lướt trước: tệp có thể có hàng triệu dòng.
            if code.encode("utf-8") in text:
                row = read_json(text, "raw.jsonl", number)
                if row.get("attempt", str) == code:
                    return row
    raise Sai("không có bài thi của biên nhận", "raw.jsonl", None, "attempt", code, "")


def at_submission(row, answers):
    """(câu trả lời, số dự đoán, ghi chú) như lúc nộp bài: những gì được chấp nhận sau đó được đặt lại như trước."""
    answers, prediction, notes = dict(answers), row.get("prediction", int, None), []
    accepted = row.get("late", list) if "late" in row.data else []
    for index in reversed(range(len(accepted))):
        item = Row(accepted[index], row.file, row.line, f"late.{index}")
        ref, replaced = item.get("question", str, None), item.get("replaced", list, int, None)
        if ref is None:
            prediction = replaced
        elif replaced is None:
            answers.pop(ref, None)
        else:
            answers[ref] = replaced
        what = "số dự đoán" if ref is None else f"câu {ref}"
        notes.insert(0, f"{what} đến muộn, được Ban Tổ chức chấp nhận lúc {item.get('accepted_at', str)}")
    return answers, prediction, notes


def sha256(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def main(words):
    # Cửa sổ lệnh của Windows thường không dùng UTF-8.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    options = dict(zip(words[1::2], words[2::2]))
    known = {"--ghi", "--khoa"} if "--bien-nhan" not in options else {"--bien-nhan"}
    if len(words) % 2 == 0 or len(words) != 1 + 2 * len(options) or not options.keys() <= known or words[0][:1] == "-":
        print(__doc__, file=sys.stderr)
        return 2
    receipt = options.get("--bien-nhan")
    missing = [path for path in (words[0], receipt) if path is not None and not os.path.exists(path)]
    if missing:
        print(f"Không có tệp hay thư mục {missing[0]}", file=sys.stderr)
        return 2
    try:
        if receipt is not None:
            report_receipt(words[0], receipt)
        else:
            report_all(words[0], options.get("--ghi"), options.get("--khoa"))
    except Sai as wrong:
        print(wrong.sentence())
        return 1
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
        print(f"SAI: tệp nén bị hỏng ({error})")
        return 1
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        print(f"SAI: tệp không đúng định dạng ({type(error).__name__}: {error})")
        return 1
    return 0


def report_receipt(path, receipt):
    for note in check_receipt(Files(path), receipt):
        print(note)
    print("ĐÚNG: biên nhận khớp với dữ liệu gốc của bài thi")


def report_all(path, folder, named):
    contest, found, signed = verify(path, named)
    for key, notes, ranking in found:
        print(f"{key}: " + "; ".join(notes) + ".")
        if ranking is not None and folder is not None:
            os.makedirs(folder, exist_ok=True)
            with open(os.path.join(folder, f"ranking-{key}.csv"), "w", encoding="utf-8", newline="") as file:
                file.write(ranking)
    print(signed[:1].upper() + signed[1:] + ".")
    print(f"ĐÚNG: {contest}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
