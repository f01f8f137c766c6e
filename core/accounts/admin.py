"""People and their roles: accounts are made here, and changed by decisions that stay on record."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Field, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from core.accounts import actions, proofs, sessions, set_up_codes
from core.accounts.decisions import DECISIONS
from core.accounts.enums import Role
from core.accounts.logged_in import person_at
from core.accounts.models import AccountChange, StaffRole, User
from core.decisions import DecisionOutcome
from core.staff.admin import (
    Decision,
    DecisionPageMixin,
    ImpactModelAdmin,
    ReadOnlyAdmin,
    ReadOnlyInline,
    StaffPage,
)

# Their own pages would show the secrets of second factors, or go round the actions.
admin.site.unregister([EmailAddress, Authenticator, Group])

# A person and the code for them.
Issued = tuple[User, str]


class AccountChangeInline(ReadOnlyInline):
    model = AccountChange
    fk_name = "target"
    fields = readonly_fields = ["at", "kind", "before", "after", "by", "reason"]
    ordering = ["-at", "-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("by")


class NewStaffForm(forms.ModelForm):
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role.choices, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )

    class Meta:
        model = User
        fields = ["email", "name", "language"]


class SetUpCodePage(StaffPage):
    """A code, in the answer to the request that made it; it has no address."""

    title = _("Set-up code")
    template_name = "admin/accounts/set_up_code.html"


@admin.register(User)
class UserAdmin(DecisionPageMixin, ImpactModelAdmin):
    list_display = ["email", "name", "role_names", "is_staff", "is_active", "last_login"]
    list_filter = ["is_staff", "is_active", "groups", "language"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    fields = [
        ("email", "name"),
        "language",
        ("is_staff", "is_active"),
        "role_names",
        ("date_joined", "last_login"),
    ]
    readonly_fields = ["email", "is_staff", "is_active", "role_names", "date_joined", "last_login"]
    inlines = [AccountChangeInline]
    decisions = DECISIONS

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("groups")

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[Any]]:
        return super().get_form(request, obj, change, **kwargs | ({} if obj else {"form": NewStaffForm}))

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return self.fields if obj else ["email", "name", "language", "roles"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        shown = self.readonly_fields if obj else ()
        closed = super().get_readonly_fields(request, obj)
        return [*shown, *(name for name in closed if name not in self.readonly_fields)]

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "language":
            return forms.ChoiceField(
                label=_("Language of e-mails"), choices=settings.LANGUAGES, widget=UnfoldAdminSelectWidget
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Whoever is added gets roles.
        return proofs.ask_staff(request, keeps=proofs.WHOLE_FORM) or super().add_view(
            request, *args, **kwargs
        )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        typed = proofs.typed_before(request)
        if typed is None:
            return super().get_changeform_initial_data(request)
        return typed.dict() | {"roles": typed.getlist("roles")}

    def get_inlines(self, request: HttpRequest, obj: Model | None) -> list[Any]:
        return self.inlines if obj else []

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        answers = form.cleaned_data
        opened = actions.open_account(
            email=answers["email"], name=answers["name"], language=answers["language"]
        )
        actions.give_roles(user_id=opened.pk, roles=answers["roles"], by=person_at(request))
        obj.pk = opened.pk
        obj.refresh_from_db()

    def response_add(
        self, request: HttpRequest, obj: User, post_url_continue: str | None = None
    ) -> HttpResponse:
        response = super().response_add(request, obj, post_url_continue)
        return self._show_code(request, self._first_code(request, obj)) or response

    def finish_decision(
        self, request: HttpRequest, decision: Decision, targets: list[Model], outcome: DecisionOutcome
    ) -> HttpResponse:
        response = super().finish_decision(request, decision, targets, outcome)
        if targets[0] == request.user:
            sessions.keep_current(request)
        return self._show_code(request, self._issued(request, decision, outcome.results[0])) or response

    def _issued(
        self, request: HttpRequest, decision: Decision, result: User | Issued | None
    ) -> Issued | None:
        """Return the set-up code that a decision made, or that it makes necessary."""
        if not isinstance(result, User):
            return result
        return self._first_code(request, result) if decision.name in ("roles", "second-factor") else None

    def _first_code(self, request: HttpRequest, user: User) -> Issued | None:
        """Make a code for somebody who has become staff, or has lost the factor."""
        if not set_up_codes.is_needed(user) or user.set_up_codes.live().exists() or user == request.user:
            return None
        return actions.issue_set_up_code(user_id=user.pk, by=person_at(request))

    def _show_code(self, request: HttpRequest, issued: Issued | None) -> HttpResponse | None:
        """Show a code in this answer and nowhere else: it is stored in no message and no session."""
        if issued is None:
            return None
        person, code = issued
        page = SetUpCodePage.within(self, request)
        return page.render(person=person, code=code, back_url=self.row_url(person))

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        # Closed instead: reviews, decisions and history name the person.
        return False

    @admin.display(description=_("roles"))
    def role_names(self, user: User) -> str:
        return ", ".join(str(Role(group.name).label) for group in user.groups.all() if group.name in Role)


@admin.register(StaffRole)
class RoleAdmin(ReadOnlyAdmin):
    """What each role may do; the table is in the code, so that it is reviewed when it changes."""

    list_display = ["role", "people"]
    fields = readonly_fields = ["role", "people", "may"]

    @admin.display(description=_("role"), ordering="name")
    def role(self, group: StaffRole) -> str:
        return str(Role(group.name).label) if group.name in Role else group.name

    @admin.display(description=_("people"))
    def people(self, group: StaffRole) -> str:
        return ", ".join(str(user) for user in group.user_set.all()) or "–"

    @admin.display(description=_("permissions"))
    def may(self, group: StaffRole) -> str:
        return "\n".join(str(permission) for permission in group.permissions.all())

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("user_set", "permissions__content_type")
