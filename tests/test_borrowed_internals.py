"""What we use of packages although it is their own business: each stands here, with what we rely on.

A package may change its internals in any version: those that we borrow from are pinned to their minor
version, and the table fails first, with the place of ours to look at.
"""

from __future__ import annotations

import ast
import hashlib
import importlib
import inspect
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.conf import settings
from django.utils.module_loading import import_string

from tests.support import ours

ROOT = Path(settings.BASE_DIR)


class Name(NamedTuple):
    """Something of a package that is not meant for us.

    Attributes:
        used_in: the file of ours to look at when it changes.
        signature: its parameters; "" where it has none.
        called_by: who has to call it or work with it, so that ours has an effect; "" where we call it.
        why: what we need it for.
    """

    used_in: str
    signature: str
    called_by: str
    why: str


NAMES = {
    "allauth.account.internal.flows.login.perform_login": Name(
        "core/accounts/views/login.py",
        "(request, login)",
        "",
        "the page of the code logs in through allauth’s stages, the second factor among them",
    ),
    "allauth.account.internal.flows.login.record_authentication": Name(
        "core/accounts/views/proofs.py",
        "(request, user, method, **extra_data)",
        "",
        "a code by e-mail is a proof as allauth’s own are",
    ),
    "allauth.account.internal.stagekit.clear_login": Name(
        "core/accounts/views/login.py", "(request)", "", "who comes back wants to log in as somebody else"
    ),
    "allauth.account.mixins.RedirectAuthenticatedUserMixin._redirect_to_pending_stage": Name(
        "core/accounts/views/login.py",
        "(self, request, stage)",
        "allauth.account.mixins.RedirectAuthenticatedUserMixin.dispatch",
        "the page of the address ends a log-in that was begun, instead of leading back into it",
    ),
    "allauth.mfa.adapter.DefaultMFAAdapter._get_site_name": Name(
        "core/accounts/adapter.py",
        "(self)",
        "allauth.mfa.adapter.DefaultMFAAdapter.get_public_key_credential_rp_entity",
        "keys are made for the portal by its name, without the table of sites",
    ),
    "allauth.mfa.totp.internal.auth": Name(
        "tests/support/logging_in.py", "", "", "tests set an authenticator app up and work out its codes"
    ),
    "allauth.mfa.recovery_codes.internal.auth.RecoveryCodes": Name(
        "tests/core/accounts/test_typed_codes.py", "(instance)", "", "tests make recovery codes"
    ),
    "django.contrib.auth.base_user.AbstractBaseUser._get_session_auth_hash": Name(
        "core/accounts/models.py",
        "(self, secret=None)",
        "django.contrib.auth.base_user.AbstractBaseUser.get_session_auth_hash",
        "the epoch is a part of it, so that all sessions of a person end together",
    ),
    "django.forms.forms.BaseForm._errors": Name(
        "core/accounts/views/errors.py",
        "",
        "django.forms.forms.BaseForm.errors",
        "errors of a page before are put into a blank form",
    ),
    "django.forms.formsets.BaseFormSet._errors": Name(
        "core/forms/forms.py",
        "",
        "django.forms.formsets.BaseFormSet.errors",
        "rows are not judged while somebody adds one",
    ),
    "django.forms.formsets.BaseFormSet._non_form_errors": Name(
        "core/forms/forms.py",
        "",
        "django.forms.formsets.BaseFormSet.non_form_errors",
        "rows are not judged while somebody adds one",
    ),
    "django.http.request.QueryDict._mutable": Name(
        "core/text.py",
        "",
        "django.http.request.QueryDict._assert_mutable",
        "what was cleaned cannot be changed, as with Django’s own",
    ),
    "django.core.cache.backends.redis.RedisCache._class": Name(
        "core/cache.py", "", "django.core.cache.backends.redis.RedisCache._cache", "one client for all calls"
    ),
    "smtplib.SMTP._get_socket": Name(
        "core/mail/smtp.py", "(self, host, port, timeout)", "smtplib.SMTP.connect", "a limit for the dialogue"
    ),
    "smtplib.SMTP_SSL._get_socket": Name(
        "core/mail/smtp.py",
        "(self, host, port, timeout)",
        "smtplib.SMTP.connect",
        "the same, with TLS at once",
    ),
}
# Documented by their packages in spite of the underscore.
DOCUMENTED = {
    "_meta",
    "_base_manager",
    "_default_manager",
    "_asdict",
    "_db",
    "_replace",
    "_history_user",
    "_change_reason",
}

# Template of ours → digest of the package's own that it replaces or extends. When that changes: see what is
# new, take over what we need, and note the new digest.
TEMPLATES = {
    "account/account_inactive.html": "b38ecc2642c28a50",
    "account/confirm_login_code.html": "e3f6749d9b33a32b",
    "account/email_change.html": "da346e22f260a150",
    "account/login.html": "bc38debd2f3c6560",
    "account/logout.html": "78eca3d4ad6ba874",
    "account/messages/logged_in.txt": "73abcf600bc3ccf1",
    "account/messages/logged_out.txt": "2a17c7044d793e9d",
    "account/messages/password_set.txt": "2d26bfb33a94ffe0",
    "account/password_set.html": "beeebe1125db3c96",
    "account/reauthenticate.html": "9e2a69f8965f618e",
    "account/request_login_code.html": "667bfcfa99c711bd",
    "admin/base.html": "2ce9250b3c649e3a",
    "admin/base_site.html": "50eb1e71a0b2729c",
    "admin/change_form.html": "e9824d4d8a447d97",
    "admin/change_list.html": "5885c39760f6085d",
    "django/forms/widgets/attrs.html": "f729483efe44660f",
    "django/forms/widgets/clearable_file_input.html": "d5dbf8c6d8a4eae9",
    "mfa/authenticate.html": "37e688fdef8f7452",
    "mfa/index.html": "ae4ccf604a9a4746",
    "mfa/reauthenticate.html": "22fc22425c3fa7e5",
    "mfa/recovery_codes/generate.html": "76d405d12d01311c",
    "mfa/recovery_codes/index.html": "33303ef4ae6a58a2",
    "mfa/totp/activate_form.html": "c7268f27735c6513",
    "mfa/totp/deactivate_form.html": "02c44a3278e662d0",
    "mfa/webauthn/add_form.html": "7e774d06b5f69e3d",
    "mfa/webauthn/authenticator_confirm_delete.html": "54f42d04a4fd3e7c",
    "mfa/webauthn/authenticator_list.html": "e8be87b8c97b408e",
    "mfa/webauthn/edit_form.html": "abbddae26b24e949",
    "mfa/webauthn/reauthenticate.html": "b2c9d327d8f24be4",
    "mfa/webauthn/snippets/scripts.html": "4b202a2efbc5fa8f",
    "unfold/helpers/account_links.html": "2bf64df6869b6b29",
    "unfold/helpers/empty_results.html": "5f4727a37a99da76",
    "unfold/helpers/search.html": "91996c27181d14ad",
}

# What scripts and styles of ours expect in the pages of the theme: file of the package → texts.
MARKUP = {
    "unfold/templates/admin/base.html": ("{% block base %}", 'id="main"'),
    "unfold/templates/admin/base_site.html": ("{% block title %}",),
    "unfold/templates/admin/change_list_results.html": ("data-simplebar",),
    "unfold/templates/admin/search_form.html": ("searchbar-submit",),
    "unfold/templates/unfold/layouts/skeleton.html": ("{% block extrahead %}", "{% block base %}", "x-data"),
    "unfold/templates/unfold/helpers/navigation_user.html": ("unfold/helpers/account_links.html",),
    "unfold/templates/unfold/helpers/welcomemsg.html": ("material-symbols-outlined", "dock_to_right"),
    "unfold/templates/unfold/helpers/actions_row.html": ("more_horiz", "x-on:click"),
    "unfold/templates/unfold/widgets/related_widget_wrapper.html": ("more_vert",),
    "unfold/static/unfold/js/app.js": ("adminTheme", "searchDropdown", "applyShortcut", "openSearchResults"),
    "allauth/mfa/static/mfa/js/webauthn.js": ("window.allauth",),
}


@pytest.mark.parametrize("name", NAMES)
def test_borrowed_name_is_as_we_know_it(name: str) -> None:
    known = NAMES[name]
    owner, _dot, attribute = name.rpartition(".")
    look_at = f"{name} is another now: look at {known.used_in} ({known.why})"

    assert attribute in (ROOT / known.used_in).read_text(), f"{known.used_in} uses {name} no more"
    if known.signature:
        assert parameters(import_string_or_attribute(owner, attribute)) == known.signature, look_at
    if known.called_by:
        assert attribute in source_of(known.called_by), look_at
    if not known.signature and not known.called_by:
        assert importlib.import_module(name), look_at


def test_every_borrowed_name_is_in_the_table() -> None:
    assert {name for name, _path in imported()} | set(overridden()) | {
        name for name, _path in reached()
    } == set(NAMES)


@pytest.mark.parametrize("template", TEMPLATES)
def test_template_that_we_replace_is_as_we_know_it(template: str) -> None:
    path = of_package(template)

    assert digest(path) == TEMPLATES[template], f"{path} has changed: compare templates/{template} with it"


def test_every_template_that_we_replace_is_in_the_table() -> None:
    own = (path.relative_to(ROOT / "templates") for path in (ROOT / "templates").rglob("*") if path.is_file())

    assert {str(path) for path in own if of_package(str(path))} == set(TEMPLATES)


@pytest.mark.parametrize("file", MARKUP)
def test_theme_has_what_our_scripts_expect(file: str) -> None:
    package, _slash, rest = file.partition("/")
    source = (Path(importlib.import_module(package).__file__).parent / rest).read_text()

    assert [text for text in MARKUP[file] if text not in source] == []


def test_packages_that_we_borrow_from_are_pinned_to_their_minor_version() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
    borrowed = {"django", "django-allauth", "django-unfold"}

    pins = {
        found[1].lower(): found[2]
        for entry in pyproject["project"]["dependencies"]
        if (found := re.match(r"([\w-]+)(?:\[[\w,]+\])?(.*)", entry))
    }

    # "==1.2.*" or "~=1.2.0".
    loose = [name for name in borrowed if not re.fullmatch(r"==\d+\.\d+\.\*|~=\d+\.\d+\.\d+", pins[name])]
    assert loose == []
    roots = {name.partition(".")[0] for name in NAMES} - set(sys.stdlib_module_names)
    roots |= {of_package(template).relative_to(site_packages()).parts[0] for template in TEMPLATES}
    assert {"django" if root == "django" else f"django-{root}" for root in roots} == borrowed


def imported() -> Iterator[tuple[str, str]]:
    """Yield what is imported by a name that says it is private, or out of an internal module."""
    for path in [*ours.python_files(), *(ROOT / "tests").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.ImportFrom) or not node.module or ours.is_ours(node.module):
                continue
            is_internal = "internal" in node.module.split(".") or "._" in node.module
            for alias in node.names:
                if is_internal or alias.name.startswith("_"):
                    yield f"{node.module}.{alias.name}", str(path.relative_to(ROOT))


def overridden() -> Iterator[str]:
    """Yield the private methods of packages that classes of ours override or call on themselves."""
    for cls in ours.classes():
        # A mixin of ours works on a package's class only together with it.
        private = set().union(*(private_names(own) for own in cls.__mro__ if ours.is_ours(own.__module__)))
        for base in cls.__mro__[1:]:
            # An Enum, an abstract class, a dataclass or a file of Python's own is made of such names.
            if ours.is_ours(base.__module__) or base.__module__ in (
                "abc",
                "builtins",
                "enum",
                "io",
                "django.db.models.enums",
                "typing",
            ):
                continue
            found = {name for name in private if makes(base, name)}
            yield from (f"{base.__module__}.{base.__name__}.{name}" for name in found)


def reached() -> Iterator[tuple[str, str]]:
    """Yield the private attributes that code of ours reads or sets and nothing of ours defines."""
    attributes = {name.rpartition(".")[2]: name for name in NAMES}
    trees = {
        path: ast.parse(path.read_text()) for path in ours.python_files() if "migrations" not in path.parts
    }
    defined = {name for tree in trees.values() for name in definitions(tree)} | DOCUMENTED
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and is_private(node.attr) and node.attr not in defined:
                yield attributes.get(node.attr, node.attr), str(path.relative_to(ROOT))


def definitions(tree: ast.AST) -> Iterator[str]:
    """Yield the private names that a module defines, attributes of self included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and is_self(node.value):
            yield node.attr


@cache
def private_names(cls: type) -> set[str]:
    """Return the private names that a class defines, or uses of itself."""
    used = {name for name in vars(cls) if is_private(name)}
    written = own_classes().get((cls.__module__, cls.__name__), ast.Pass())
    for node in ast.walk(written):
        if isinstance(node, ast.Attribute) and is_private(node.attr) and is_self(node.value):
            used.add(node.attr)
    return used - DOCUMENTED


def parameters(function: Any) -> str:
    """Return the parameters of a function as one writes them, without types."""
    signature, no_type = inspect.signature(function), inspect.Parameter.empty
    bare = [parameter.replace(annotation=no_type) for parameter in signature.parameters.values()]
    return str(signature.replace(parameters=bare, return_annotation=no_type))


def import_string_or_attribute(owner: str, attribute: str) -> Any:
    try:
        return import_string(f"{owner}.{attribute}")
    except ImportError:
        return getattr(import_string(owner), attribute)


def makes(cls: type, name: str) -> bool:
    """Whether a class defines a name, or uses it where its objects are made."""
    made = getattr(vars(cls).get("__init__"), "__code__", None)
    return name in vars(cls) or (made is not None and name in made.co_names)


@cache
def own_classes() -> dict[tuple[str, str], ast.ClassDef]:
    """Return every class of ours as it is written, by its module and name."""
    return {
        (".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), node.name): node
        for path in ours.python_files()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
    }


def source_of(name: str) -> str:
    owner, _dot, attribute = name.rpartition(".")
    found = inspect.getattr_static(import_string(owner), attribute)
    return inspect.getsource(getattr(found, "fget", None) or getattr(found, "func", None) or found)


def of_package(template: str) -> Path | None:
    """Return the template of a package at this place; None if there is none."""
    folders = [
        Path(config.path) / "templates" for config in apps.get_app_configs() if not ours.is_ours(config.name)
    ]
    return next((folder / template for folder in folders if (folder / template).is_file()), None)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def site_packages() -> Path:
    return Path(importlib.import_module("django").__file__).parent.parent


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def is_self(node: ast.AST) -> bool:
    is_super = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "super"
    return is_super or getattr(node, "id", "") in ("self", "cls")
