"""The forms of rulings on questions."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from quizapp.attempts.rules import NAMES_ANSWER
from quizapp.contests.rules import SnapshotQuestion
from quizapp.messages.rulings import KINDS
from quizapp.web.forms import BaseForm


class RulingForm(BaseForm):
    """A ruling as it is asked for; what it needs is checked where it is worked out."""

    kind = RadioField(_l("Cách xử lý"), choices=[SelectChoice(*each) for each in KINDS.items()], validate_choice=False)
    options = SelectMultipleField(
        _l("Đáp án đúng"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), filters=[]
    )
    reason = TextAreaField(_l("Lý do"))
    public_note = TextAreaField(_l("Nội dung thông báo công khai"))

    def offer(self, question: SnapshotQuestion) -> "RulingForm":
        """The same form with the question's options to choose from."""
        self.options.choices = [SelectChoice(key, f"{key}. {text}") for key, text in question.options]
        return self

    def answers(self) -> Sequence[Sequence[str]]:
        """The right sets that are named; an option that was ticked for a kind that names none stays unread."""
        chosen = self.options.data or []
        return [chosen] if self.kind.data in NAMES_ANSWER and chosen else []


class ApplyForm(BaseForm):
    """The organizer has looked at what changes."""

    confirm = BooleanField(
        _l("Tôi đã xem những thay đổi về điểm, thứ hạng và giải thưởng nêu trên."),
        validators=[InputRequired(_l("Hãy đánh dấu xác nhận trước khi áp dụng."))],
    )
