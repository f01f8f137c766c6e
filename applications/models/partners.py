"""The partners of an application, and the areas in which it wants support."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.enums import NeedLevel, NeedWeight, PartnerEvent
from applications.models.application import Application
from core.mail.fields import AddressField, address_constraint


class Partner(models.Model):
    """An organisation in the partnership; added before anybody there has an account."""

    # Given by the form, so that a row sent twice is one partner.
    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="partners")
    name = models.CharField(_("Organisation"), max_length=200, blank=True)
    type = models.ForeignKey(
        "reference.OrganisationType",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("Type of organisation"),
    )
    unit = models.ForeignKey(
        "reference.NutsUnit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Region"),
    )
    is_lead = models.BooleanField(_("Leads the partnership"), default=False)
    contact_name = models.CharField(_("Contact person"), max_length=150, blank=True)
    contact_email = AddressField(_("Contact e-mail"), blank=True)
    website = models.URLField(_("Website"), blank=True)
    confirmation_asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True, editable=False)
    confirmed_by_name = models.CharField(_("confirmed by"), max_length=150, blank=True, editable=False)
    # Whose link confirmed, and the language of the page: receipts go there and to no other contact.
    confirmed_email = AddressField(blank=True, editable=False)
    confirmed_language = models.CharField(max_length=5, blank=True, editable=False)
    declined_at = models.DateTimeField(_("declined"), null=True, blank=True, editable=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["-is_lead", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=models.Q(is_lead=True), name="partner_one_lead_organisation"
            ),
            models.UniqueConstraint(fields=["application", "public_id"], name="partner_once_per_application"),
            address_constraint(
                "contact_email",
                name="partner_contact_email_in_one_spelling",
                unless=models.Q(contact_email=""),
            ),
            address_constraint(
                "confirmed_email",
                name="partner_confirmed_email_in_one_spelling",
                unless=models.Q(confirmed_email=""),
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_at__isnull=True) | models.Q(declined_at__isnull=True),
                name="partner_confirmed_or_declined",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def identity(self) -> tuple[str, str | None, str | None]:
        """Who it is and where it stands: what somebody confirms for; as `snapshots.identity_of` has it."""
        return self.name, self.type_id, self.unit_id

    @property
    def confirmation(self) -> PartnerEvent | None:
        """Where the question whether it takes part stands; None if it was not asked, or is another now."""
        if self.confirmed_at:
            return PartnerEvent.CONFIRMED
        if self.declined_at:
            return PartnerEvent.DECLINED
        return PartnerEvent.ASKED if self.confirmation_asked_at else None

    @property
    def gets_receipts(self) -> bool:
        """Whether the present contact is the one who confirmed; another one learns of no application."""
        is_present = self.confirmed_email == self.contact_email
        return self.confirmed_at is not None and bool(self.confirmed_email) and is_present


class SupportNeed(models.Model):
    """An area of expertise that the territory asks for, and how much."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="needs")
    area = models.ForeignKey(
        "reference.ExpertiseArea", models.PROTECT, related_name="+", verbose_name=_("Area of expertise")
    )
    weight = models.PositiveSmallIntegerField(_("Importance"), default=2, choices=NeedWeight.choices)
    level = models.PositiveSmallIntegerField(
        _("Level needed"),
        default=2,
        choices=NeedLevel.choices,
    )

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        ordering = ["-weight", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "area"], name="need_area_once"),
            models.CheckConstraint(condition=models.Q(weight__range=(1, 3)), name="need_weight_range"),
            models.CheckConstraint(condition=models.Q(level__range=(1, 3)), name="need_level_range"),
        ]

    def __str__(self) -> str:
        return str(self.area)
