"""How many people areas have: a list uploaded, one area after the other, what is missing."""

import io

from quizapp.areas import queries as areas
from quizapp.contests import queries
from tests import factories

PATH = "/to-chuc/cuoc-thi-mau/quy-mo"
ONE = f"{PATH}/mot-don-vi"
LIST = "Mã;Đơn vị;Số người\n10;;41.160\n;Huyện Ia Thử;9000\n"


def upload(client, text, *, mode="update", status=200):
    data = text.encode() if isinstance(text, str) else text
    return client.post(PATH, {"upload": (io.BytesIO(data), "quy-mo.csv"), "mode": mode}, status=status)


def entered():
    tree = areas.get_tree("tinh-mau")
    found = queries.sizes(queries.get_contest("cuoc-thi-mau").id)
    return {tree.node(area).code: people for area, people in found.items()}


def rate_draft(now):
    factories.make_contest(
        now, launched=False, contest="theo-ty-le", collectives=[{"level": "district", "metric": "rate"}]
    )


def test_a_list_is_stored_as_one_act(people):
    page = upload(people("tinh"), LIST)
    assert "Đã nhập số người của 2 đơn vị." in page.text
    assert "41.160" in page.text
    assert entered() == {"10": 41160, "11": 9000}
    history = people("tinh").get("/to-chuc/cuoc-thi-mau").text
    assert history.count("Nhập quy mô đơn vị") == 1


def test_a_list_updates_or_replaces(people):
    upload(people("tinh"), LIST)
    upload(people("tinh"), "Mã,Số người\n12,500\n")
    assert entered() == {"10": 41160, "11": 9000, "12": 500}
    upload(people("tinh"), "Mã,Số người\n12,700\n", mode="replace")
    assert entered() == {"12": 700}


def test_a_list_with_mistakes_changes_nothing_and_names_them_all(people):
    upload(people("tinh"), LIST)
    page = upload(people("tinh"), "Mã,Số người\n10,nhiều\n77,5\n11,6\n11,7\n", mode="replace", status=422)
    assert "Tệp có 3 chỗ cần sửa." in page.text
    assert "Dòng 2: “nhiều” không phải là số người" in page.text
    assert "Dòng 3: Danh mục không có đơn vị nào là “77”" in page.text
    assert "Dòng 5: Đơn vị “Huyện Ia Thử” đã có ở dòng 4." in page.text
    assert entered() == {"10": 41160, "11": 9000}


def test_no_file_is_a_mistake_of_the_form(people):
    page = people("tinh").post(PATH, {"mode": "update"}, status=422)
    assert "Hãy chọn một tệp." in page.text


def test_one_area_is_entered_by_code_or_name_and_emptied_again(people):
    client = people("tinh")
    assert "Đã lưu số người của Huyện Đak Mẫu." in client.post(ONE, {"area": "10", "people": "1 200"}).text
    client.post(ONE, {"area": "xã hà tam", "people": "300"})
    assert entered() == {"10": 1200, "101": 300}
    client.post(ONE, {"area": "10", "people": ""})
    assert entered() == {"101": 300}


def test_one_area_that_is_unknown_or_no_number_stays_as_typed(people):
    page = people("tinh").post(ONE, {"area": "Huyện Không Có", "people": "nhiều"}, status=422)
    assert "Danh mục không có đơn vị nào là “Huyện Không Có”." in page.text
    assert "“nhiều” không phải là số người" in page.text
    assert page.one("input", id="area").get("value") == "Huyện Không Có"
    assert entered() == {}


def test_the_page_tells_what_is_entered_what_follows_and_what_is_missing(people, now):
    rate_draft(now)
    path = "/to-chuc/theo-ty-le/quy-mo"
    client = people("tinh")
    assert "Còn thiếu quy mô của 3 đơn vị" in client.get(path).text
    client.post(f"{path}/mot-don-vi", {"area": "10", "people": "1200"})
    for commune in ("111", "112"):
        client.post(f"{path}/mot-don-vi", {"area": commune, "people": "50"})
    page = client.get(path)
    assert "Còn thiếu quy mô của 1 đơn vị" in page.text
    assert "Cộng từ các đơn vị trực thuộc" in page.text
    assert "Thị xã An Nghiệm 12 – Còn thiếu" in page.text
    assert "Xã Hà Tam" in client.get(f"{path}?level=commune").text
    assert client.get(f"{path}?area=12").one("input", id="area").get("value") == "12"


def test_the_list_to_fill_in_can_be_sent_back_as_it_is(people):
    upload(people("tinh"), LIST)
    client = people("tinh")
    answer = client.client.get("/to-chuc/cuoc-thi-mau/quy-mo.csv?level=district")
    assert answer.status_code == 200
    text = answer.get_data().decode("utf-8-sig")
    assert text.splitlines()[0] == "Mã,Đơn vị,Số người"
    assert len(text.splitlines()) == 4
    upload(client, answer.get_data(), mode="replace")
    assert entered() == {"10": 41160, "11": 9000}


def test_only_its_organizers_see_sizes(only_for_organizers):
    only_for_organizers(PATH)
    only_for_organizers("/to-chuc/cuoc-thi-mau/quy-mo.csv")
