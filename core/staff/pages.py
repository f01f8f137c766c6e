"""Pages of the administration that are neither a list nor the form of a row: one class each.

An admin names its pages in `pages`. A page says where it is (`route`, `name`), for whom (`permission`,
`needs_proof`) and what it shows (`template_name`, `title`, and `get` or `post`); the rest is here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar, cast

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views import View

from core import given_back
from core.accounts import proofs
from core.decisions import refusal_in_words
from core.history import IllegalMove, NotAllowed
from core.phrases import StrOrPromise

if TYPE_CHECKING:
    from core.staff.admin import ImpactModelAdmin

# What actions raise for people to read.
REFUSALS = (ValidationError, IllegalMove, NotAllowed)


class StaffPage(View):
    """A page below a list, for whoever may see the list and has the page's own permission.

    Its template extends `admin/page.html` and fills the block `page`.

    Attributes:
        route: the address below that of the list, e.g. `compare/`.
        name: the last part of its name, e.g. `compare` for `admin:applications_selection_compare`.
        permission: what a reader needs besides the right to see the list.
        needs_proof: whether staff use the second factor again before it, unless they did just now.
    """

    route: ClassVar[str]
    name: ClassVar[str]
    title: StrOrPromise = ""
    template_name = ""
    permission = ""
    needs_proof = False
    # Given by `as_view`.
    model_admin: ImpactModelAdmin = None  # type: ignore[assignment]  # as_view() takes what a class has

    @classmethod
    def url_pattern(cls, model_admin: ImpactModelAdmin) -> URLPattern:
        view = model_admin.admin_site.admin_view(cls.as_view(model_admin=model_admin))
        return path(cls.route, view, name=model_admin.url_name(cls.name))

    @classmethod
    def within(cls, model_admin: ImpactModelAdmin, request: HttpRequest, **kwargs: Any) -> Self:
        """Return the page to be shown in the answer to a request for another address, such as the list.

        Raises:
            PermissionDenied: the person may not see it.
        """
        page = cls(model_admin=model_admin)
        page.setup(request, **kwargs)
        page.check()
        return page

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.check()
        return self.divert() or super().dispatch(request, *args, **kwargs)

    def check(self) -> None:
        """Refuse whoever may not see the page.

        Raises:
            PermissionDenied: the right to see the list, or the page's own, is missing.
        """
        self.require_view_permission()
        self.require_permission()

    def require_view_permission(self, row: Model | None = None) -> None:
        if not self.model_admin.has_view_permission(self.request, row):
            raise PermissionDenied

    def require_permission(self) -> None:
        if self.permission and not self.request.user.has_perm(self.permission):
            raise PermissionDenied

    def divert(self) -> HttpResponse | None:
        """Return the answer in place of this page, if there is one: the way to the second factor."""
        return proofs.ask_staff(self.request) if self.needs_proof else None

    def get_title(self) -> StrOrPromise:
        return self.title

    def render(
        self,
        *,
        form: forms.BaseForm | None = None,
        status: int = HTTPStatus.OK,
        **context: Any,
    ) -> TemplateResponse:
        """Show the template in the frame of the administration; its parts are the keyword arguments."""
        frame = {
            **self.model_admin.admin_site.each_context(self.request),
            "opts": self.model_admin.opts,
            "title": self.get_title(),
            "media": self.model_admin.media,
        }
        if form is not None:
            frame |= {"form": form, "media": frame["media"] + form.media}
        return TemplateResponse(self.request, self.template_name, frame | context, status=status)

    @contextmanager
    def refusals_in(self, form: forms.BaseForm) -> Iterator[None]:
        """Say at the form why an action refused; the form is no longer valid then."""
        try:
            yield
        except REFUSALS as error:
            form.add_error(None, refusal_in_words(error))


_Row = TypeVar("_Row", bound=Model)


class RowPage(StaffPage, Generic[_Row]):
    """A page about one row, for whoever may see that row; `row` is it."""

    row: _Row
    # The part of the address that is its key.
    key = "pk"

    def check(self) -> None:
        """Refuse whoever may not see the page.

        Raises:
            PermissionDenied: a right is missing.
            Http404: the list of this person has no such row.
        """
        super().check()
        self.row = self.find_row()
        self.require_view_permission(self.row)

    def render(self, **context: Any) -> TemplateResponse:
        """Show the template; what leads there names the row."""
        return super().render(**{"object": self.row} | context)

    def find_row(self) -> _Row:
        row = self.model_admin.get_object(self.request, str(self.kwargs[self.key]))
        if row is None:
            raise Http404
        return cast(_Row, row)

    def leave(self, why: StrOrPromise) -> HttpResponse:
        """Lead back to a row that has no such page any more; what was typed in its form is given back."""
        back_url = self.model_admin.row_again_url(self.request, self.row)
        if self.request.method == "POST":
            return given_back.refuse(self.request, why, back_url=back_url)
        return HttpResponseRedirect(back_url)
