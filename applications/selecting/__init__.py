"""Selecting: the board, scenarios, letters, pilot regions."""
