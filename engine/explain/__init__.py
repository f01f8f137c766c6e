"""What surrounds an answer: shares of the score, why not this expert, why no team, and what would help."""
