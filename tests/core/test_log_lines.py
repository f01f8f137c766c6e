"""Logs say what failed, and not with whose data."""

import logging

import pytest
from django.conf import settings
from django.db import IntegrityError, connection
from django.utils.module_loading import import_string

MARKER = "marker4711@example.org"


@pytest.fixture
def formatter() -> logging.Formatter:
    described = dict(settings.LOGGING["formatters"]["line"])
    return import_string(described.pop("()"))(described.pop("format"), **described)


@pytest.fixture
def refusal(db: None) -> IntegrityError:
    with pytest.raises(IntegrityError) as raised, connection.cursor() as cursor:
        cursor.execute("INSERT INTO mail_message (subject, body) VALUES (%s, %s)", [MARKER, MARKER])
    return raised.value


def test_row_that_the_database_refused_is_in_no_traceback(
    formatter: logging.Formatter, refusal: IntegrityError
) -> None:
    assert MARKER in str(refusal)
    record = logging.LogRecord("x", logging.ERROR, "", 0, "Not saved", (), (type(refusal), refusal, None))

    line = formatter.format(record)

    assert MARKER not in line
    assert "Not saved" in line
    assert "null value in column" in line


def test_row_that_the_database_refused_is_in_no_message_that_quotes_the_error(
    formatter: logging.Formatter, refusal: IntegrityError
) -> None:
    """As Celery tells of a task that failed."""
    record = logging.LogRecord("x", logging.ERROR, "", 0, "Task raised %r, twice", (refusal,), None)

    line = formatter.format(record)

    assert MARKER not in line
    assert line.endswith("twice")
