"""What people do with runs, teams and invitations; each is one transaction with its history and e-mails."""

from matching.actions.choices import choose_team
from matching.actions.invitations import accept, decline, reopen, why_not_reopen
from matching.actions.reservations import keep_back, release
from matching.actions.rules import add_rule, lift_rule, lock_team, unlock_team
from matching.actions.runs import analyse_run, cancel_run, start_run, try_run_again
from matching.actions.teams import confirm_teams, end_match, why_not_this_person
from matching.actions.wishes import refuse_member, say_wish, show_teams, take_back_refusal

__all__ = [
    "accept",
    "add_rule",
    "analyse_run",
    "cancel_run",
    "choose_team",
    "confirm_teams",
    "decline",
    "end_match",
    "keep_back",
    "why_not_this_person",
    "lift_rule",
    "lock_team",
    "refuse_member",
    "release",
    "reopen",
    "say_wish",
    "show_teams",
    "start_run",
    "take_back_refusal",
    "try_run_again",
    "unlock_team",
    "why_not_reopen",
]
