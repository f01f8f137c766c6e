"""The general mode: a plain matrix of scores, shared out exactly."""
