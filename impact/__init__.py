"""The IMPACT portal: the project and the kernel that its apps share."""

from impact.celery import app as celery_app

__all__ = ["celery_app"]
