"""What a customer, a task, a note and a call are to the rest of the house."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.conditions.tree import Compare, Op
from perennial.customers import preparing, slots
from perennial.customers.event_sources import of_customer, of_person
from perennial.customers.models import Call, Company, Customer, Note, Person, Task
from perennial.objects.fields import (
    Choice,
    Country,
    Email,
    Field,
    LongText,
    Member,
    Moment,
    Money,
    Phone,
    Ref,
    Team,
    Text,
    Whole,
)  # fmt: skip
from perennial.objects.types import List, ObjectType, Owned, Through, register

_NAME = Text(
    "name", _("Name"), longest=300, is_personal=True,
    aliases=("full name", "contact name", "customer name", "customer", "contact"),
)  # fmt: skip
_COMPANY_NAME = Text(
    "name", _("Name"), longest=300, required=True,
    aliases=("company name", "company", "customer name", "customer", "organisation", "organization"),
)  # fmt: skip
_REACHED: tuple[Field, ...] = (
    Email("email", _("E-mail"), is_personal=True, aliases=("e-mail", "mail", "email address", "e-mail address")),
    Phone("phone", _("Telephone"), is_personal=True,
          aliases=("phone number", "telephone", "tel", "mobile", "mobile phone"), is_sortable=False),
)  # fmt: skip
_OF_PERSON: tuple[Field, ...] = (
    Text(
        "first_name",
        _("First name"),
        longest=150,
        is_personal=True,
        aliases=("firstname", "given name", "forename"),
        is_sortable=False,
    ),
    Text(
        "last_name",
        _("Last name"),
        longest=150,
        is_personal=True,
        aliases=("lastname", "surname", "family name"),
        is_sortable=False,
    ),
    Ref(
        "company",
        _("Company"),
        "customers.company",
        aliases=("organisation", "organization", "employer"),
        is_sortable=False,
    ),
)
_OF_COMPANY: tuple[Field, ...] = (
    Text("domain", _("Domain"), longest=253, aliases=("website", "web", "site", "company domain"), is_sortable=False),
    Text("industry", _("Industry"), longest=120, aliases=("sector", "branch"), is_sortable=False),
)
_SHARED: tuple[Field, ...] = (
    Member("owner", _("Owner"), aliases=("account manager", "salesperson", "assigned to"), is_sortable=False),
    Team("team", _("Team"), is_sortable=False),
    Country("country", _("Country"), aliases=("country code", "nation"), is_sortable=False),
    Text("city", _("City"), longest=120, is_personal=True, aliases=("town",), is_sortable=False),
    Choice("qualification", _("Qualification"), Customer.Qualification, aliases=("lead status",), is_sortable=False),
    Text("external_id", _("External id"), is_personal=True, is_sortable=False,
         aliases=("id", "customer id", "customerid", "customer number", "customer no", "number")),
)  # fmt: skip
_WHAT_IT_SUMS = (("commerce.order", "total"), ("commerce.order", "base_total"))
_DERIVED: tuple[Field, ...] = (
    Choice("stage", _("Stage"), Customer.Stage, look="stage", readonly=True, is_sortable=False),
    Choice("standing", _("Standing"), Customer.Standing, look="standing", readonly=True, is_sortable=False),
    Moment("stage_since", _("In this stage since"), readonly=True, is_sortable=False),
    Money("worth", _("Worth"), readonly=True, rests_on=_WHAT_IT_SUMS),
    Moment("created_at", _("Added"), readonly=True),
    Moment("updated_at", _("Changed"), readonly=True, is_sortable=False),
)
_FILTERS = (
    (_("Mine"), "owner is me"),
    (_("Without owner"), "owner is empty"),
    (_("Quiet"), 'standing = "quiet"'),
    (_("Lapsed"), 'standing = "lapsed"'),
    (_("Loyal"), 'stage = "loyalty"'),
    (_("New this month"), "created_at within 30 days"),
)

PERSON = register(ObjectType(
    key="customers.person", model=Person, label=_("Person"), label_plural=_("People"), path="people", icon="user",
    title="name", detail="email", fields=(_NAME, *_REACHED, *_OF_PERSON, *_SHARED, *_DERIVED),
    base=Compare("kind", Op.EQ, "person"), fixed={"kind": "person"}, events=of_person, facts_of="customers.customer",
    search=("name", "email", "phone", "external_id"),
    list=List(("name", "company", "stage", "standing", "worth", "owner", "email"), sort="-worth", filters=_FILTERS,
              lanes="stage"),
    form=("name", "email", "phone", "company", "owner", "first_name", "last_name", "country", "city", "qualification",
          "team", "external_id"),
    prepare=preparing.prepare_person, check=preparing.needs_a_name,
    on_created=slots.person_created, on_updated=slots.person_updated, on_restored=slots.customer_restored,
))  # fmt: skip

COMPANY = register(ObjectType(
    key="customers.company", model=Company, label=_("Company"), label_plural=_("Companies"), path="companies",
    icon="building", title="name", detail="domain",
    fields=(_COMPANY_NAME, *_REACHED, *_OF_COMPANY, *_SHARED, *_DERIVED),
    base=Compare("kind", Op.EQ, "company"), fixed={"kind": "company"}, events=of_customer,
    facts_of="customers.customer",
    search=("name", "email", "phone", "domain", "external_id"),
    list=List(("name", "stage", "standing", "worth", "owner", "country"), sort="-worth", filters=_FILTERS,
              lanes="stage"),
    form=("name", "email", "phone", "domain", "owner", "industry", "country", "city", "qualification", "team",
          "external_id"),
    on_created=slots.company_created, on_updated=slots.company_updated, on_restored=slots.customer_restored,
))  # fmt: skip

# Both together, for the list "Customers", for search and for needs. Each is written as what it is. What people do is
# not counted for their companies here, because each row would pay for asking.
CUSTOMER = register(ObjectType(
    key="customers.customer", model=Customer, label=_("Customer"), label_plural=_("Customers"), path="customers",
    icon="users", title="name", detail="email",
    fields=(
        _NAME, Choice("kind", _("Kind"), Customer.Kind, readonly=True, is_sortable=False), *_REACHED, *_OF_PERSON,
        *_OF_COMPANY, *_SHARED, *_DERIVED,
    ),
    parts=("customers.person", "customers.company"), events=of_customer,
    search=("name", "email", "phone", "domain", "external_id"),
    list=List(("name", "kind", "stage", "standing", "worth", "owner", "country"), sort="-worth", filters=_FILTERS,
              lanes="stage"),
    can_create=False, can_edit=False, can_delete=False,
))  # fmt: skip

TASK = register(ObjectType(
    key="customers.task", model=Task, label=_("Task"), label_plural=_("Tasks"), path="tasks", icon="checkbox",
    title="title", detail="customer", access=Owned(), search=("title", "note"),
    fields=(
        Text("title", _("What to do"), longest=300, required=True, is_personal=True, aliases=("task", "subject")),
        Ref("customer", _("Customer"), "customers.customer"),
        Moment("due_at", _("Due"), aliases=("due date", "deadline", "due")),
        Choice("priority", _("Priority"), Task.Priority, default="normal"),
        Member("owner", _("Owner"), aliases=("assigned to", "assignee")),
        Team("team", _("Team")),
        LongText("note", _("Note"), is_personal=True, is_sortable=False),
        Moment("done_at", _("Done"), readonly=True, is_sortable=False),
        Member("done_by", _("Done by"), readonly=True, is_sortable=False),
        Text("external_id", _("External id"), is_sortable=False),
        Moment("created_at", _("Added"), readonly=True),
    ),
    list=List(
        ("title", "customer", "due_at", "priority", "owner", "done_at"), sort="due_at",
        filters=(
            (_("Open"), "done_at is empty"),
            (_("Mine"), "owner is me and done_at is empty"),
            (_("My team's"), "owner is in my team and done_at is empty"),
            (_("Without owner"), "owner is empty and done_at is empty"),
            (_("Done"), "done_at is filled"),
        ),
    ),
    form=("title", "customer", "due_at", "owner", "priority", "note", "team"),
    prepare=preparing.prepare_task, on_created=slots.tasks_created,
))  # fmt: skip

NOTE = register(ObjectType(
    key="customers.note", model=Note, label=_("Note"), label_plural=_("Notes"), path="notes", icon="note",
    title="text", detail="customer", access=Through("customer_id", "customers.customer"), search=("text",),
    fields=(
        LongText("text", _("Note"), required=True, is_personal=True, is_sortable=False),
        Ref("customer", _("Customer"), "customers.customer", required=True),
        Member("author", _("Written by"), readonly=True, is_sortable=False),
        Text("external_id", _("External id"), is_sortable=False),
        Moment("created_at", _("Written"), readonly=True),
    ),
    list=List(("text", "customer", "author", "created_at"), sort="-created_at"),
    form=("text", "customer"), prepare=preparing.prepare_note, on_created=slots.notes_created,
))  # fmt: skip

CALL = register(ObjectType(
    key="customers.call", model=Call, label=_("Call"), label_plural=_("Calls"), path="calls", icon="phone",
    title="summary", detail="customer", access=Through("customer_id", "customers.customer"), search=("summary",),
    since="at",
    fields=(
        Ref("customer", _("Customer"), "customers.customer", required=True),
        Choice("direction", _("Direction"), Call.Direction, default="out"),
        Choice("outcome", _("Outcome"), Call.Outcome, default="reached"),
        LongText("summary", _("What was said"), is_personal=True, is_sortable=False),
        Moment("at", _("When")),
        Member("caller", _("Who"), readonly=True, is_sortable=False),
        Whole("seconds", _("Seconds"), is_sortable=False),
        Text("external_id", _("External id"), is_sortable=False),
        Moment("created_at", _("Written"), readonly=True),
    ),
    list=List(("customer", "direction", "outcome", "at", "caller", "summary"), sort="-at"),
    form=("customer", "direction", "outcome", "summary", "at"), prepare=preparing.prepare_call,
    on_created=slots.calls_created,
))  # fmt: skip
