"""The pages of the administration: lists, decisions, and who may change which field."""
