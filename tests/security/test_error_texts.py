"""What people typed is not in the text of an error, which is logged."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from quizapp.db import db

CANARY = "0907123456"


def test_the_error_of_a_statement_does_not_hold_its_parameters(app):
    with pytest.raises(OperationalError) as raised:
        db.session.execute(text("SELECT 1 FROM nowhere WHERE phone = :phone"), {"phone": CANARY})
    assert "nowhere" in str(raised.value)
    assert CANARY not in str(raised.value)
    db.session.rollback()
