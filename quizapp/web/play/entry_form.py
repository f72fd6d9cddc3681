"""The entry form, built from what the contest asks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    HiddenField,
    RadioField,
    SearchField,
    SelectField,
    StringField,
    TelField,
)
from wtforms.fields.choices import SelectChoice

from quizapp.areas.rules import Tree
from quizapp.contests.spec import ContestSpec
from quizapp.entries.rules import GENDERS, GUARDIAN_BELOW, Guardian
from quizapp.entries.service import CONSENT_VERSION
from quizapp.messages import text_of
from quizapp.web.entry_words import FIELD_LABELS, GENDER_LABELS, birth_date_text
from quizapp.web.forms import BaseForm
from quizapp.web.play.area_choice import area_options, found_options, outside_options
from quizapp.web.work import Work

CONSENT = _l("Tôi đã đọc thông báo trên và đồng ý để Ban Tổ chức xử lý thông tin của tôi cho cuộc thi này.")
GUARDIAN_CONSENT = _l(
    "Tôi là cha, mẹ hoặc người giám hộ; tôi đã đọc thông báo trên và đồng ý cho người dự thi tham gia cuộc thi này."
)
PUBLISH_NAME = _l(
    "Tôi và người dự thi đồng ý để danh sách công khai nêu đầy đủ họ tên, trường, lớp. "
    "Không chọn thì chỉ nêu chữ cái đầu của họ và tên đệm."
)
_GUARDIAN_BOXES = ("guardian_consent", "publish_name")


@dataclass(frozen=True)
class Look:
    """How a field is shown: hint, and what browsers and phones are told about it."""

    hint: str | None = None
    autocomplete: str | None = None
    inputmode: str | None = None
    width: str | None = None


class EntryForm(BaseForm):
    """What every entry form has; the contest's own fields are added to a subclass."""

    entry_code = StringField(_l("Mã dự thi"))
    # Typed by people who do not find their area in the list, and sent by a button of its own; then what was found.
    area_search = SearchField(_l("Tên xã, phường, đơn vị"))
    area_found = RadioField(_l("Kết quả tìm"), choices=[], coerce=str, validate_choice=False)
    # What an entry costs while very many come from one address (web/work.py); empty at all other times.
    work_challenge = HiddenField(filters=[])
    work_answer = HiddenField(filters=[])
    consent: BooleanField
    # Which text was shown above the box.
    consent_text = HiddenField()
    asked: tuple[str, ...] = ()

    @property
    def searches_area(self) -> bool:
        """True when the button of the search was pressed with something to search for."""
        return request.method == "POST" and "find" in request.form and bool(self.area_search.data)

    @property
    def consent_version(self) -> str | None:
        """The notice that was shown and agreed to; None when it was not."""
        return self.typed("consent_text") if self.consent.data else None

    @property
    def guardian(self) -> Guardian | None:
        """Who agrees for somebody under age; None where nothing was filled in."""
        agrees, publishes = ("guardian_consent" in self and self[name].data for name in _GUARDIAN_BOXES)
        name = self.typed("guardian_name")
        return Guardian(name, bool(agrees), bool(publishes)) if name or agrees else None

    @property
    def has_two_areas(self) -> bool:
        """True when a place inside and one outside were chosen: nobody can say which one is meant."""
        return bool(self.typed("area") and self.typed("outside"))

    @property
    def brought(self) -> Work | None:
        """What was computed or waited for; None where nothing was asked."""
        challenge = self.typed("work_challenge")
        return Work(challenge, self.typed("work_answer")) if challenge else None

    def typed(self, name: str) -> str:
        """The text of a field; "" when the form does not have it or nothing was typed."""
        return str(self[name].data or "") if name in self else ""

    def entry(self) -> dict[str, str]:
        """Everything as `entries.service.enter` takes it."""
        values = {name: self.typed(name) for name in (*self.asked, "contest_password")}
        values["area"] = values.get("area") or self.typed("outside")
        if "date_of_birth" in values:
            values["date_of_birth"] = birth_date_text(values["date_of_birth"])
        return values

    def shown(self) -> Iterator[tuple[str, Field]]:
        """(name, field) of the contest's own fields in the order of the form."""
        return ((name, self[name]) for name in self.asked)

    def refuse(self, codes: Mapping[str, str]) -> None:
        """Put refusals on their fields, told by the field's own name where the sentence needs it."""
        for name, code in codes.items():
            if code in ("field_missing", "field_too_long") and name in self:
                sentence = text_of(f"{code}_named", field=str(self[name].label.text))
                self[name].errors = [*self[name].errors, sentence]
            else:
                self.add_errors({name: code})


LOOKS: dict[str, Look] = {
    "full_name": Look(autocomplete="name"),
    "date_of_birth": Look(
        hint=_l("Ngày/tháng/năm, chẳng hạn 19/05/1990."), autocomplete="bday", inputmode="numeric", width="short"
    ),
    "gender": Look(),
    "phone": Look(hint=_l("Chẳng hạn 0912 345 678."), autocomplete="tel", inputmode="tel", width="short"),
    "email": Look(hint=_l("Chẳng hạn ten@donvi.vn."), autocomplete="email", inputmode="email"),
    # Browsers of shared computers must not offer it to the next person.
    "citizen_id": Look(hint=_l("12 chữ số trên thẻ căn cước."), autocomplete="off", inputmode="numeric", width="short"),
    "address": Look(autocomplete="address-line1"),
    "unit": Look(hint=_l("Chẳng hạn chi bộ, cơ quan, trường, thôn, làng."), autocomplete="organization"),
    "group": Look(),
}


def entry_form(spec: ContestSpec, tree: Tree, outside: Tree | None) -> EntryForm:
    """The form of the contest with whatever has been typed; `outside` is the tree of people from elsewhere.

    They are not asked where they are from when the contest is not for them.
    """
    asked = tuple(name for name in FIELD_LABELS if spec.entry.fields.rule(name) != "off")
    fields: dict[str, object] = {name: _field(name, spec) for name in asked}
    if "area" in asked and outside is not None and spec.entry.residence == "any":
        provinces = outside_options(tree, outside)
        fields["outside"] = SelectField(_l("Tỉnh, thành phố"), choices=provinces, coerce=str, validate_choice=False)
    if spec.entry.password is not None:
        fields["contest_password"] = StringField(_l("Mật khẩu dự thi"))
    # Made last, because errors are listed in the order in which fields are made.
    if "date_of_birth" in asked and (spec.entry.age.min or 0) < GUARDIAN_BELOW:
        fields["guardian_name"] = StringField(_l("Họ và tên cha, mẹ hoặc người giám hộ"))
        fields["guardian_consent"] = BooleanField(GUARDIAN_CONSENT)
        fields["publish_name"] = BooleanField(PUBLISH_NAME)
    fields["consent"] = BooleanField(CONSENT)
    form: EntryForm = type("ContestEntryForm", (EntryForm,), {**fields, "asked": asked})()
    for name in asked:
        form[name].flags.required = spec.entry.fields.rule(name) == "required"
    for name in ("contest_password", "consent"):
        if name in form:
            form[name].flags.required = True
    if "area" in asked:
        _offer_areas(form, tree)
    if form.consent_version != CONSENT_VERSION:
        # Another text stands above the box now than when it was ticked; it is to be read first.
        form["consent"].data = False
    form.consent_text.data = CONSENT_VERSION
    return form


def _offer_areas(form: EntryForm, tree: Tree) -> None:
    if form.searches_area:
        form.area_found.choices = found_options(tree, form.typed("area_search"))
    elif form.typed("area_found"):
        form["area"].data = form.typed("area_found")
    form["area"].choices = area_options(tree, form.typed("area"))


def _field(name: str, spec: ContestSpec) -> Field:
    label = FIELD_LABELS[name]
    if name == "gender":
        choices = [SelectChoice(gender, str(GENDER_LABELS[gender])) for gender in GENDERS]
        if spec.entry.fields.gender == "optional":
            # A radio button that is chosen cannot be given back, so "no answer" is an answer.
            choices.append(SelectChoice("", gettext("Không nêu")))
        return RadioField(label, choices=choices, coerce=str, validate_choice=False)
    if name == "area":
        return SelectField(label, choices=[], coerce=str, validate_choice=False)
    if name == "group":
        groups = [SelectChoice(group.key, group.label) for group in spec.groups]
        return RadioField(label, choices=groups, coerce=str, validate_choice=False)
    kinds = {"phone": TelField, "email": EmailField}
    return kinds.get(name, StringField)(label)
