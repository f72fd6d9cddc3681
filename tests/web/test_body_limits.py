"""What a request may bring along: told by its length before it is read, and by what arrives where no length is told."""

import io

import pytest

from quizapp.web import body_limits
from tests import factories

FILES = {
    "organize.new_contest", "organize.edit", "organize.amend", "organize.import_bank", "organize.marks",
    "organize.roster", "organize.sizes", "api.put_bank", "api.put_contest",
}  # fmt: skip


class Watched(io.BytesIO):
    """A body that knows how much of it was read."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self.taken += len(data)
        return data

    def readinto(self, buffer):
        size = super().readinto(buffer)
        self.taken += size
        return size


def test_only_views_that_take_files_take_much(app):
    found = {
        name
        for name, view in app.view_functions.items()
        if body_limits._limit(name.partition(".")[0], view) == body_limits.FILE
    }
    assert found == FILES


@pytest.mark.parametrize(
    ("path", "kind", "most"),
    [
        ("/api/v1/session", "application/json", body_limits.PLAIN),
        ("/api/v1/contests/a/entries", "application/json", body_limits.PLAIN),
        ("/tai-khoan/dang-nhap", "application/x-www-form-urlencoded", body_limits.PLAIN),
        ("/cuoc-thi/a/dang-ky", "multipart/form-data; boundary=x", body_limits.PLAIN),
        ("/to-chuc/a/khoi-dong", "application/x-www-form-urlencoded", body_limits.FORM),
        ("/to-chuc/ngan-hang/nhap", "multipart/form-data; boundary=x", body_limits.FILE),
        ("/khong-co", "application/x-www-form-urlencoded", body_limits.PLAIN),
    ],
)
def test_a_body_that_is_too_large_is_not_read(app, path, kind, most):
    body = Watched(b"x" * (most + 1))
    answer = app.test_client().post(path, input_stream=body, content_length=most + 1, content_type=kind)
    assert answer.status_code in (403, 404, 405, 413), answer.status_code
    assert body.taken == 0


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
def test_a_body_without_a_length_is_read_up_to_the_limit(app, now, kind):
    """As gunicorn hands over what comes in pieces."""
    contest = factories.make_contest(now)
    head = b'--x\r\nContent-Disposition: form-data; name="full_name"\r\n\r\n' if "multipart" in kind else b"full_name="
    body = Watched(head + b"a" * (body_limits.FILE + 1))
    answer = app.test_client().post(
        f"/cuoc-thi/{contest.slug}/dang-ky",
        input_stream=body,
        content_type=kind,
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code in (403, 413)
    assert body.taken <= body_limits.PLAIN + 64 * 1024
    assert answer.headers["Content-Type"].startswith("text/html")


def test_the_answer_says_what_to_do(app):
    answer = app.test_client().post("/tai-khoan/dang-nhap", data={"login": "x" * (body_limits.PLAIN + 1)})
    assert answer.status_code == 413
    assert "chọn tệp nhỏ hơn hoặc chia tệp ra rồi gửi lại" in answer.get_data(as_text=True)
