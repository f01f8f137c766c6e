"""The public pages of the expert pool."""
