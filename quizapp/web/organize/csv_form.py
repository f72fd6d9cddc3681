"""The form of a page that takes a list made in a spreadsheet."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from quizapp.web.forms import BaseForm


class CsvForm(BaseForm):
    """One file."""

    upload = FileField(_l("Tệp danh sách (CSV)"), validators=[FileRequired(_l("Hãy chọn một tệp."))])

    def content(self) -> bytes:
        """The bytes of the file; "" when none was sent."""
        data: bytes = self.upload.data.read() if self.upload.data else b""
        return data
