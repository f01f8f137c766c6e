"""Reviewing: who reviews what, conflicts of interest, score sheets, ranking."""
