"""A contest file as checked data: contract section 3, one frozen model a block.

These models say what each block may hold; what cannot work together is found in `rules.check_spec`.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from quizapp.ranking.rules import Chain, Fallback, Gate, Key
from quizapp.strict_yaml import Flag, Integer, Moment, Prose, Slug, refusal

Label = Annotated[Prose, Field(max_length=300)]
FIELD_NAMES = (
    "full_name", "date_of_birth", "gender", "phone", "email", "citizen_id", "address", "area", "unit", "group",
)  # fmt: skip


def _group_key(typed: str) -> str:
    if not (typed.isascii() and typed.replace("-", "").isalnum() and len(typed) <= 20):
        raise refusal("bad_group_key", value=typed)
    return typed


class Block(BaseModel):
    """A mapping of the file: no unknown keys, no change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Organizer(Block):
    """Who runs the contest; `header` chooses the letterhead of official tables."""

    name: Label
    parent: Label | None = None
    header: Literal["party", "state", "custom"] = "party"


class Areas(Block):
    """The tree from which participants choose, and the level that is ranked."""

    tree: Slug
    ranked_level: str


FieldRule = Literal["required", "optional", "off"]


class Fields(Block):
    """What the entry form asks."""

    full_name: Literal["required"] = "required"
    date_of_birth: FieldRule = "off"
    gender: FieldRule = "off"
    phone: FieldRule = "off"
    email: FieldRule = "off"
    citizen_id: FieldRule = "off"
    address: FieldRule = "off"
    area: FieldRule = "required"
    unit: FieldRule = "off"
    group: FieldRule = "off"

    def rule(self, name: str) -> str:
        """required, optional or off."""
        return str(getattr(self, name))


class Age(Block):
    """Whole years on the day the contest's first round opens; both ends included."""

    min: Integer | None = Field(default=None, ge=0, le=120)
    max: Integer | None = Field(default=None, ge=0, le=120)


class Excluded(Block):
    """People who may not win: shut out, or let in without a rank. Each is given by the identity fields."""

    mode: Literal["block", "unranked"] = "unranked"
    people: list[dict[str, str]] = []


IdentityField = Literal["full_name", "date_of_birth", "phone", "email", "citizen_id", "area", "unit"]


class Entry(Block):
    """How people come in."""

    mode: Literal["form", "account", "roster"] = "form"
    fields: Fields = Fields()
    identity: Annotated[list[IdentityField], Field(min_length=1)]
    resume: Literal["code", "details", "otp"] = "code"
    # A word that is printed on the leaflets of the contest; no secret, but it keeps passers-by out.
    password: Annotated[Prose, Field(max_length=100)] | None = None
    # inside = only people who name an area of the contest's own tree
    residence: Literal["any", "inside"] = "any"
    age: Age = Age()
    excluded: Excluded = Excluded()


class Group(Block):
    """A division (bảng A, B, C) with an age range."""

    key: Annotated[str, AfterValidator(_group_key)]
    label: Label
    age: Age = Age()


class Draw(Block):
    """So many questions at random from one bank, narrowed by topic or difficulty."""

    bank: Slug
    topic: Slug | None = None
    difficulty: Literal["nhan-biet", "thong-hieu", "van-dung"] | None = None
    count: Integer = Field(ge=1, le=500)


class Shuffle(Block):
    """What is mixed anew for each attempt."""

    questions: Flag = False
    options: Flag = False


class PaperSpec(Block):
    """How a paper is made: fixed (a list of question ids, `bank/id` or an id that one bank alone has) or drawn.

    marked = no paper at all: an essay, a slogan; marks by hand are uploaded, from 0 to `points`.
    """

    mode: Literal["fixed", "random", "marked"]
    questions: list[str] | None = None
    draw: list[Draw] | None = None
    shuffle: Shuffle = Shuffle()
    time_limit_seconds: Integer | None = Field(default=None, ge=10, le=86_400)
    points: Integer = Field(default=1, ge=1, le=10_000)


class Attempts(Block):
    """How often one person may try; `max` absent = no limit."""

    max: Integer | None = Field(default=None, ge=1, le=10_000)
    per: Literal["round", "day", "contest"] = "round"


Metric = Literal["people_all_correct", "attempts_all_correct", "people", "attempts", "percent_all_correct"]


class Prediction(Block):
    """The guess asked with the paper."""

    metric: Metric
    scope: Literal["round", "contest"] = "round"


class Ranking(Block):
    """Gate, ordered keys, and what follows below the gate; `min_score` goes with the gate of that name."""

    gate: Literal["none", "all_correct", "min_score"] = "none"
    min_score: Integer | None = Field(default=None, ge=1)
    keys: Annotated[
        list[Literal["score", "prediction_gap", "submitted_at", "duration", "started_at", "perfect_attempts"]],
        Field(min_length=1),
    ]
    fallback: Literal["next_score", "leave_unawarded"] = "next_score"

    def chain(self) -> Chain:
        """The same, as the ranking rules take it."""
        keys = tuple(Key(key) for key in self.keys)
        return Chain(Gate(self.gate), keys, Fallback(self.fallback), self.min_score or 0)


class Prize(Block):
    """`count` prizes of one name; `amount` in đồng each. hand = the organizer names who has it, and why."""

    name: Label
    count: Integer = Field(ge=1, le=10_000)
    amount: Integer | None = Field(default=None, ge=0)
    by: Literal["ranking", "hand"] = "ranking"


class Promotion(Block):
    """Who may take part: the first `top` of an earlier round's result (of each group)."""

    round: Slug
    top: Integer = Field(ge=1, le=100_000)


class RoundSpec(Block):
    """One round (tuần, kỳ, đợt); half-open in time: [opens_at, closes_at)."""

    key: Slug
    label: Label
    opens_at: Moment
    closes_at: Moment
    paper: PaperSpec
    attempts: Attempts = Attempts()
    counted: Literal["best", "best_earliest", "first_perfect", "first", "last"] = "best"
    prediction: Prediction | None = None
    ranking: Ranking
    prizes: list[Prize] = []
    promote: Promotion | None = None
    # When a fixed paper's questions (never the key) may be read by everybody: from the launch, or from the opening.
    questions_public: Literal["no", "before", "with_open"] = "no"
    key_public: Literal["never", "after_close"] = "after_close"


class Overall(Block):
    """A ranking over several rounds by sums of the counted attempts; `rounds` absent = all of them.

    score, duration, perfect_attempts are sums; rounds is how many a person took part in, submitted_at the last of the
    counted submissions.
    """

    keys: Annotated[
        list[Literal["score", "duration", "submitted_at", "perfect_attempts", "rounds"]], Field(min_length=1)
    ] = ["score", "duration"]
    rounds: list[Slug] | None = None
    prizes: Annotated[list[Prize], Field(min_length=1)]


AreaMetric = Literal["people", "attempts", "people_all_correct", "rate", "mean_score", "prizes", "weighted", "manual"]


class Weights(Block):
    """Points of the weighted metric: so many for each unit of a figure. `mean_rate`: the mean over the rounds of
    people in the round / denominator; `prizes`: a prize as many times as `prize_points` of its name says (1 without).
    """

    people: Integer = Field(default=0, ge=0, le=1_000_000)
    attempts: Integer = Field(default=0, ge=0, le=1_000_000)
    people_all_correct: Integer = Field(default=0, ge=0, le=1_000_000)
    mean_score: Integer = Field(default=0, ge=0, le=1_000_000)
    rate: Integer = Field(default=0, ge=0, le=1_000_000)
    mean_rate: Integer = Field(default=0, ge=0, le=1_000_000)
    prizes: Integer = Field(default=0, ge=0, le=1_000_000)


class Collective(Block):
    """A ranking of areas: by `metric`, then by those of `then`; areas with fewer than `min_people` are left out."""

    level: str
    metric: AreaMetric
    then: list[Literal["people", "attempts", "people_all_correct", "rate", "mean_score", "prizes"]] = []
    scope: Literal["round", "contest"] = "contest"
    min_people: Integer = Field(default=1, ge=1)
    weights: Weights | None = None
    prize_points: dict[str, Integer] = {}
    prizes: list[Prize] = []


class Publication(Block):
    """What the public sees while a round is open, how phone numbers are shown, and how a result becomes final.

    `two_persons`: who finalizes a round is not the one who proposed it. `records`: who may take the raw records
    (without names) after the publication.
    """

    live: Literal["full", "coarse", "hidden_until_close"] = "hidden_until_close"
    mask_phone: Flag = True
    two_persons: Flag = False
    records: Literal["organizer", "public"] = "organizer"


class ContestSpec(Block):
    """A whole contest file."""

    contest: Slug
    title: Label
    organizer: Organizer
    areas: Areas
    entry: Entry
    groups: list[Group] = []
    rounds: Annotated[list[RoundSpec], Field(min_length=1, max_length=60)]
    overall: Overall | None = None
    prize_cap: Literal["none", "one_per_round", "one_per_contest"] = "none"
    collectives: list[Collective] = []
    publication: Publication = Publication()

    def round(self, key: str) -> RoundSpec:
        """The round of that key; KeyError when there is none."""
        return {round_.key: round_ for round_ in self.rounds}[key]
