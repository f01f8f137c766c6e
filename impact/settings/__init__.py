"""Settings: base for all, then local (demo, development), test or production."""
