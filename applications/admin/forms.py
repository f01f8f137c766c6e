"""The forms of calls in the administration: what their pages need of this app."""

from __future__ import annotations

from applications.applying.staff.call_forms import SIDE
from core.questionnaires.enums import FormPurpose
from core.questionnaires.staff import sides

sides.register(FormPurpose.APPLICATION, SIDE)
