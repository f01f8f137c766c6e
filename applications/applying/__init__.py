"""Applying: drafts, the people who write them, documents, submission, and the version that stays."""
