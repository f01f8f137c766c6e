"""The e-mail that a file is ready, or will not come."""

from __future__ import annotations

from core.files.models import PreparedFile
from core.mail import actions as mail


def tell(file: PreparedFile) -> None:
    """Tell the person who asked what came of the file; nothing of its content."""
    person = file.requested_by
    mail.post(
        template="files/email/ready" if file.is_ready else "files/email/not_made",
        to=person.email,
        context={"person": person, "file": file},
        dedupe_key=f"file:{file.pk}:{file.status}",
        about=f"file:{file.pk}",
        language=person.language,
    )
