"""Screening: the verdict on eligibility, and questions to the applicants before it."""
