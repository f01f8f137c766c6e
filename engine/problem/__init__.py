"""The problem and its answer as plain values: what is read, what a team is worth, which rules it keeps."""
