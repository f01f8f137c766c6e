"""Which decisions staff took: by whom, when, why, and what was unfinished."""
