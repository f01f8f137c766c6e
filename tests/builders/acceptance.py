"""The word of staff who begin a stage although something is unfinished, as most tests leave it."""

from core.checklists import Acceptance

ALL_THE_SAME = Acceptance("The test continues.")
