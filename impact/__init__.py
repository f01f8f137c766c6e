"""The IMPACT portal as a project: settings, addresses, commands, and the home of the administration."""

from impact.celery import app as celery_app

__all__ = ["celery_app"]
