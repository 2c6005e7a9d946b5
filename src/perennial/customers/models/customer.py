from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from perennial.objects.models import OwnedRecord, Record, Searchable

_ALIVE = Q(deleted_at=None)


class Customer(Record, Searchable, OwnedRecord):
    """A person or a company: one table, so that an id means one customer whatever they are."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        COMPANY = "company", _("Company")

    class Stage(models.TextChoices):
        REACH = "reach", _("Reach")
        ACQUISITION = "acquisition", _("Acquisition")
        CONVERSION = "conversion", _("Conversion")
        RETENTION = "retention", _("Retention")
        LOYALTY = "loyalty", _("Loyalty")

    class Standing(models.TextChoices):
        ACTIVE = "active", _("Active")
        QUIET = "quiet", _("Quiet")
        LAPSED = "lapsed", _("Lapsed")
        WON_BACK = "won_back", _("Won back")

    class Qualification(models.TextChoices):
        NEW = "new", _("New")
        WORKING = "working", _("In conversation")
        QUALIFIED = "qualified", _("Qualified")
        UNQUALIFIED = "unqualified", _("Not a fit")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=300)
    email = models.CharField(max_length=254, null=True)
    phone = models.CharField(max_length=40, null=True)
    first_name = models.CharField(max_length=150, null=True)  # people only, as are last_name and company
    last_name = models.CharField(max_length=150, null=True)
    company = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="people", db_index=False)
    domain = models.CharField(max_length=253, null=True)  # companies only, as is industry
    industry = models.CharField(max_length=120, null=True)
    country = models.CharField(max_length=2, null=True)  # ISO 3166-1 alpha-2
    city = models.CharField(max_length=120, null=True)
    qualification = models.CharField(max_length=12, choices=Qualification.choices, null=True)
    stage = models.CharField(max_length=12, choices=Stage.choices, null=True)  # null until lifecycle has looked
    standing = models.CharField(max_length=8, choices=Standing.choices, null=True)  # null before the first order
    stage_since = models.DateTimeField(null=True)
    worth = models.DecimalField(max_digits=18, decimal_places=4, default=0, db_default=0)  # currency of the firm
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="merged", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=["person", "company"]), name="customers_kind"),
            models.CheckConstraint(condition=~Q(name=""), name="customers_have_a_name"),
            models.CheckConstraint(condition=Q(email=None) | Q(email=Lower("email")), name="customers_email_is_lower"),
            models.CheckConstraint(
                condition=Q(kind="company") | Q(domain=None, industry=None), name="customers_person_has_no_domain"
            ),
            models.CheckConstraint(
                condition=Q(kind="person") | Q(company=None, first_name=None, last_name=None),
                name="customers_company_is_no_person",
            ),
            models.CheckConstraint(condition=Q(company=None) | ~Q(company=F("id")), name="customers_not_own_company"),
            models.CheckConstraint(
                condition=Q(merged_into=None) | (Q(deleted_at__isnull=False) & ~Q(merged_into=F("id"))),
                name="customers_merged_is_hidden",
            ),
            models.CheckConstraint(
                condition=Q(stage=None) | Q(stage__in=["reach", "acquisition", "conversion", "retention", "loyalty"]),
                name="customers_stage",
            ),
            models.CheckConstraint(
                condition=Q(standing=None) | Q(standing__in=["active", "quiet", "lapsed", "won_back"]),
                name="customers_standing",
            ),
            models.UniqueConstraint(
                "kind", "external_id", condition=_ALIVE & Q(external_id__isnull=False), name="customers_external_id"
            ),
        ]
        indexes: ClassVar = [
            # Lists: by kind, and of both kinds together; every sort ends in the id, which pages go on from.
            models.Index("kind", "sort_key", "id", condition=_ALIVE, name="customers_kind_name"),
            models.Index("sort_key", "id", condition=_ALIVE, name="customers_name"),
            models.Index("kind", F("worth").desc(), F("id").desc(), condition=_ALIVE, name="customers_kind_worth"),
            models.Index(F("worth").desc(), F("id").desc(), condition=_ALIVE, name="customers_worth"),
            models.Index("kind", F("created_at").desc(), F("id").desc(), condition=_ALIVE, name="customers_kind_new"),
            models.Index(F("created_at").desc(), F("id").desc(), condition=_ALIVE, name="customers_new"),
            models.Index("stage", F("worth").desc(), F("id").desc(), condition=_ALIVE, name="customers_stage_worth"),
            models.Index(
                "standing", F("worth").desc(), F("id").desc(), condition=_ALIVE, name="customers_standing_worth"
            ),
            models.Index("owner", F("worth").desc(), F("id").desc(), condition=_ALIVE, name="customers_owner_worth"),
            models.Index("team", F("worth").desc(), F("id").desc(), condition=_ALIVE, name="customers_team_worth"),
            models.Index(
                "country",
                F("worth").desc(),
                F("id").desc(),
                condition=_ALIVE & Q(country__isnull=False),
                name="customers_country_worth",
            ),
            # A board by qualification: most have none.
            models.Index(
                "qualification",
                F("worth").desc(),
                F("id").desc(),
                condition=_ALIVE & Q(qualification__isnull=False),
                name="customers_qualified",
            ),
            # Finding one: by address, number, company, domain.
            models.Index("email", "id", condition=_ALIVE & Q(email__isnull=False), name="customers_email"),
            models.Index("phone", condition=Q(phone__isnull=False), name="customers_phone"),
            models.Index("company", "sort_key", condition=Q(company__isnull=False), name="customers_company_people"),
            models.Index("domain", condition=Q(domain__isnull=False), name="customers_domain"),
            models.Index("external_id", condition=Q(external_id__isnull=False), name="customers_external"),
            models.Index("merged_into", condition=Q(merged_into__isnull=False), name="customers_merged"),
            models.Index("id", condition=Q(is_sample=True), name="customers_sample"),
            GinIndex("grams", name="customers_grams"),
        ]

    def __str__(self) -> str:
        return self.name


class Person(Customer):
    class Meta:
        proxy = True


class Company(Customer):
    class Meta:
        proxy = True
