"""How a line of a log looks: what went wrong and where, and not with whose data."""

import logging
import re

# What PostgreSQL adds to an error: whole rows, and values of keys. In a repr(), lines end with two letters.
ROWS = re.compile(r"(?:\n|\\n)(?:DETAIL|CONTEXT): .*?(?=\n|\\n|['\"]\)|$)")


class WithoutRows(logging.Formatter):
    """Leaves out what PostgreSQL tells of the row that it refused."""

    def format(self, record: logging.LogRecord) -> str:
        return ROWS.sub("", super().format(record))
