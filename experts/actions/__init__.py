"""Every change of an expert's profile: by its owner (profile, participation) and by staff (vetting)."""

from experts.actions.form_changes import follow_form, remove_unasked
from experts.actions.participation import erase, pause, reopen, resume, withdraw
from experts.actions.profile import (
    confirm,
    remove_cv,
    save_section,
    start,
    store_cv,
    submit,
)
from experts.actions.trying_out import delete_own_test
from experts.actions.vetting import approve, ask_for_more, decline, mark_seen, record_writing

__all__ = [
    "approve",
    "ask_for_more",
    "confirm",
    "decline",
    "delete_own_test",
    "erase",
    "follow_form",
    "mark_seen",
    "record_writing",
    "pause",
    "remove_cv",
    "remove_unasked",
    "reopen",
    "resume",
    "save_section",
    "start",
    "store_cv",
    "submit",
    "withdraw",
]
