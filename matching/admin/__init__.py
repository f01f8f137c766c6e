"""The matching in the administration: runs with their board, matches, pins and bans."""

from matching.admin import matches, rules, runs

__all__ = ["matches", "rules", "runs"]
