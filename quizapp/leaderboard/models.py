"""Which build of a contest's live boards is the valid one."""

from sqlalchemy.orm import Mapped, mapped_column

from quizapp.db import Base


class BoardBuild(Base):
    """The generation that the boards in Redis must carry to be believed; a new one is a call to rebuild them.

    Contests stand above this package, so the contest is named by its number without a foreign key.
    """

    __tablename__ = "board_builds"

    contest_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    generation: Mapped[str]
