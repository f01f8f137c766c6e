"""The pages on which staff write forms."""
