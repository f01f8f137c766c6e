"""A part of a draft that is written: shown, refused with what was typed, saved, and drawn while one types."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Generic, TypeVar

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict

from core.questionnaires.staff.in_place import InPlacePage
from core.questionnaires.staff.previews import draw_section
from core.rate_limits import RateLimit, Use, spend
from core.staff.pages import REFUSALS

# Somebody who types all day stays far below it. Default, to confirm.
PREVIEWS = RateLimit("previews of what is typed in a form", 60, 60)


FormOfPage = TypeVar("FormOfPage", bound=forms.BaseForm)
# What the action returns.
SavedByPage = TypeVar("SavedByPage")


class WritingMixin(InPlacePage, Generic[FormOfPage, SavedByPage]):
    """What a page has that writes a part of a draft; it says with which form, and how that is saved."""

    draws_typed = True

    def form(self, data: QueryDict | None) -> FormOfPage:
        """Return the form of the page."""
        raise NotImplementedError

    def save(self, form: FormOfPage) -> SavedByPage:
        """Save a valid form."""
        raise NotImplementedError

    def lead_on(self, form: FormOfPage, saved: SavedByPage) -> HttpResponse:
        """Say what was saved, and lead to the next page."""
        raise NotImplementedError

    def show(self, form: FormOfPage) -> HttpResponse:
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.form(None))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if form.is_valid():
            with self.refusals_in(form), transaction.atomic():
                saved = self.save(form)
        return self.lead_on(form, saved) if form.is_valid() else self.show(form)

    def draw(self, key: str) -> HttpResponse:
        """Do what saving would do, draw it, and undo it.

        What cannot be saved cannot be drawn either: the answer is empty then.
        """
        if spend(Use(PREVIEWS, str(self.by.pk))) is not None:
            return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS)
        with transaction.atomic():
            page = self._drawn(key)
            transaction.set_rollback(True)
        return page or HttpResponse(status=HTTPStatus.NO_CONTENT)

    def _drawn(self, key: str) -> HttpResponse | None:
        form = self.form(self.request.POST)
        if not form.is_valid():
            return None
        try:
            with transaction.atomic():
                self.save(form)
        except REFUSALS:
            return None
        return draw_section(self.request, self.version, key)
