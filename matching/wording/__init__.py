"""What the engine found, said for people: its result has kinds and numbers, never sentences."""

from matching.wording.names import Names, days
from matching.wording.reasons import reason
from matching.wording.unserved import missing, remedy

__all__ = ["Names", "days", "missing", "reason", "remedy"]
