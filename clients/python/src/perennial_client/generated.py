"""Written by `make client` from the API's description of the kinds that come with Perennial; not by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Required, TypedDict, Unpack

import httpx

from perennial_client.core import Client, Page, Resource


class Link(TypedDict):
    """A record referred to; `fields` and `expand` put more of it beside."""

    id: int
    title: str


class Money(TypedDict):
    amount: str
    currency: str


class Call(TypedDict, total=False):
    id: Required[int]
    version: Required[int]
    customer: Link | None
    direction: Literal["out", "in"] | None
    outcome: Literal["reached", "no_answer", "voicemail", "call_back", "wrong_number"] | None
    summary: str | None
    at: str | None
    caller: Link | None
    seconds: int | None
    external_id: str | None
    created_at: str
    updated_at: str
    facts: dict[str, Any]


class CallNew(TypedDict, total=False):
    customer: Required[int | Link]
    direction: Literal["out", "in"] | None
    outcome: Literal["reached", "no_answer", "voicemail", "call_back", "wrong_number"] | None
    summary: str | None
    at: str | None
    seconds: int | None
    external_id: str | None


class CallChange(TypedDict, total=False):
    customer: int | Link
    direction: Literal["out", "in"] | None
    outcome: Literal["reached", "no_answer", "voicemail", "call_back", "wrong_number"] | None
    summary: str | None
    at: str | None
    seconds: int | None
    external_id: str | None


class CallsStart(TypedDict, total=False):
    automation: Required[int]


class CallsCallWebhook(TypedDict, total=False):
    webhook: Required[int]
    type: str
    values: dict[str, Any]


class Calls(Resource[Call, CallNew, CallChange]):
    def start(self, ids: Sequence[int], **input: Unpack[CallsStart]) -> dict[str, Any]:
        """Start an automation."""
        return self.run("automation.start", ids, input)

    def call_webhook(self, ids: Sequence[int], **input: Unpack[CallsCallWebhook]) -> dict[str, Any]:
        """Call a webhook."""
        return self.run("integrations.call_webhook", ids, input)


class Company(TypedDict, total=False):
    id: Required[int]
    version: Required[int]
    name: str | None
    email: str | None
    phone: str | None
    domain: str | None
    industry: str | None
    owner: Link | None
    team: Link | None
    country: str | None
    city: str | None
    qualification: Literal["new", "working", "qualified", "unqualified"] | None
    external_id: str | None
    stage: Literal["reach", "acquisition", "conversion", "retention", "loyalty"] | None
    standing: Literal["active", "quiet", "lapsed", "won_back"] | None
    stage_since: str | None
    worth: Money | None
    created_at: str
    updated_at: str
    facts: dict[str, Any]


class CompanyNew(TypedDict, total=False):
    name: Required[str]
    email: str | None
    phone: str | None
    domain: str | None
    industry: str | None
    owner: int | Link | None
    team: int | Link | None
    country: str | None
    city: str | None
    qualification: Literal["new", "working", "qualified", "unqualified"] | None
    external_id: str | None


class CompanyChange(TypedDict, total=False):
    name: str
    email: str | None
    phone: str | None
    domain: str | None
    industry: str | None
    owner: int | Link | None
    team: int | Link | None
    country: str | None
    city: str | None
    qualification: Literal["new", "working", "qualified", "unqualified"] | None
    external_id: str | None


class CompaniesStart(TypedDict, total=False):
    automation: Required[int]


class CompaniesAddNote(TypedDict, total=False):
    text: Required[str]


class CompaniesAssignOwner(TypedDict, total=False):
    owner: int | None
    team: int | None


class CompaniesLogCall(TypedDict, total=False):
    outcome: Literal["reached", "no_answer", "voicemail", "call_back", "wrong_number"]
    direction: Literal["out", "in"]
    summary: str
    at: str | None
    seconds: int | None
    follow_up: str
    follow_up_at: str | None


class CompaniesMergeCustomers(TypedDict, total=False):
    other: int | None
    winner: int | None
    fields: dict[str, Any]


class CompaniesOpenTask(TypedDict, total=False):
    days: int
    priority: Literal["low", "normal", "high"]
    note: str


class CompaniesRecordConsent(TypedDict, total=False):
    purpose: Required[Literal["marketing", "profiling", "analytics", "research"]]
    channel: Literal["any", "email", "sms", "phone", "post", "web"]
    state: Required[Literal["granted", "denied", "withdrawn"]]
    source: Required[str]
    text: str
    ip: str | None
    at: str | None


class CompaniesSetQualification(TypedDict, total=False):
    qualification: Literal["new", "working", "qualified", "unqualified"] | None


class CompaniesUnmerge(TypedDict, total=False):
    merge: int | None
    loser: int | None


class CompaniesDeclinePlay(TypedDict, total=False):
    play: Required[int]
    reason: Required[Literal["done", "wrong_time", "not_wanted", "wrong_person", "other"]]
    note: str


class CompaniesDoPlay(TypedDict, total=False):
    play: Required[int]


class CompaniesCallWebhook(TypedDict, total=False):
    webhook: Required[int]
    type: str
    values: dict[str, Any]


class Companies(Resource[Company, CompanyNew, CompanyChange]):
    def start(self, ids: Sequence[int], **input: Unpack[CompaniesStart]) -> dict[str, Any]:
        """Start an automation."""
        return self.run("automation.start", ids, input)

    def add_note(self, ids: Sequence[int], **input: Unpack[CompaniesAddNote]) -> dict[str, Any]:
        """Note."""
        return self.run("customers.add_note", ids, input)

    def assign_owner(self, ids: Sequence[int], **input: Unpack[CompaniesAssignOwner]) -> dict[str, Any]:
        """Assign to."""
        return self.run("customers.assign_owner", ids, input)

    def log_call(self, ids: Sequence[int], **input: Unpack[CompaniesLogCall]) -> dict[str, Any]:
        """Log a call."""
        return self.run("customers.log_call", ids, input)

    def merge_customers(self, ids: Sequence[int], **input: Unpack[CompaniesMergeCustomers]) -> dict[str, Any]:
        """Merge."""
        return self.run("customers.merge_customers", ids, input)

    def open_task(self, ids: Sequence[int], **input: Unpack[CompaniesOpenTask]) -> dict[str, Any]:
        """Open a task."""
        return self.run("customers.open_task", ids, input)

    def record_consent(self, ids: Sequence[int], **input: Unpack[CompaniesRecordConsent]) -> dict[str, Any]:
        """Record consent."""
        return self.run("customers.record_consent", ids, input)

    def set_qualification(self, ids: Sequence[int], **input: Unpack[CompaniesSetQualification]) -> dict[str, Any]:
        """Set the qualification."""
        return self.run("customers.set_qualification", ids, input)

    def unmerge(self, ids: Sequence[int], **input: Unpack[CompaniesUnmerge]) -> dict[str, Any]:
        """Undo a merge."""
        return self.run("customers.unmerge", ids, input)

    def decline_play(self, ids: Sequence[int], **input: Unpack[CompaniesDeclinePlay]) -> dict[str, Any]:
        """Not for them."""
        return self.run("foresight.decline_play", ids, input)

    def do_play(self, ids: Sequence[int], **input: Unpack[CompaniesDoPlay]) -> dict[str, Any]:
        """Do this play."""
        return self.run("foresight.do_play", ids, input)

    def call_webhook(self, ids: Sequence[int], **input: Unpack[CompaniesCallWebhook]) -> dict[str, Any]:
        """Call a webhook."""
        return self.run("integrations.call_webhook", ids, input)

    def ask_again(self, ids: Sequence[int]) -> dict[str, Any]:
        """Ask again whether these are the same."""
        return self.run("objects.ask_again", ids)

    def keep_apart(self, ids: Sequence[int]) -> dict[str, Any]:
        """Never merge these."""
        return self.run("objects.keep_apart", ids)


class Customer(TypedDict, total=False):
    id: Required[int]
    version: Required[int]
    name: str | None
    kind: Literal["person", "company"] | None
    email: str | None
    phone: str | None
    first_name: str | None
    last_name: str | None
    company: Link | None
    domain: str | None
    industry: str | None
    owner: Link | None
    team: Link | None
    country: str | None
    city: str | None
    qualification: Literal["new", "working", "qualified", "unqualified"] | None
    external_id: str | None
    stage: Literal["reach", "acquisition", "conversion", "retention", "loyalty"] | None
    standing: Literal["active", "quiet", "lapsed", "won_back"] | None
    stage_since: str | None
    worth: Money | None
    created_at: str
    updated_at: str
    facts: dict[str, Any]


class CustomerNew(TypedDict, total=False):
    name: str | None
    email: str | None
    phone: str | None
    first_name: str | None
    last_name: str | None
    company: int | Link | None
    domain: str | None
    industry: str | None
    owner: int | Link | None
    team: int | Link | None
    country: str | None
    city: str | None
    qualification: Literal["new", "working", "qualified", "unqualified"] | None
    external_id: str | None


class CustomerChange(TypedDict, total=False):
    name: str | None
    email: str | None
    phone: str | None
    first_name: str | None
    last_name: str | None
    company: int | Link | None
    domain: str | None
    industry: str | None
    owner: int | Link | None
    team: int | Link | None
    country: str | None
    city: str | None
    qualification: Literal["new", "working", "qualified", "unqualified"] | None
    external_id: str | None


class CustomersStart(TypedDict, total=False):
    automation: Required[int]


class CustomersAddNote(TypedDict, total=False):
    text: Required[str]


class CustomersAssignOwner(TypedDict, total=False):
    owner: int | None
    team: int | None


class CustomersErasePerson(TypedDict, total=False):
    confirm: bool


class CustomersLogCall(TypedDict, total=False):
    outcome: Literal["reached", "no_answer", "voicemail", "call_back", "wrong_number"]
    direction: Literal["out", "in"]
    summary: str
    at: str | None
    seconds: int | None
    follow_up: str
    follow_up_at: str | None


class CustomersMergeCustomers(TypedDict, total=False):
    other: int | None
    winner: int | None
    fields: dict[str, Any]


class CustomersOpenTask(TypedDict, total=False):
    days: int
    priority: Literal["low", "normal", "high"]
    note: str


class CustomersRecordConsent(TypedDict, total=False):
    purpose: Required[Literal["marketing", "profiling", "analytics", "research"]]
    channel: Literal["any", "email", "sms", "phone", "post", "web"]
    state: Required[Literal["granted", "denied", "withdrawn"]]
    source: Required[str]
    text: str
    ip: str | None
    at: str | None


class CustomersSetQualification(TypedDict, total=False):
    qualification: Literal["new", "working", "qualified", "unqualified"] | None


class CustomersUnmerge(TypedDict, total=False):
    merge: int | None
    loser: int | None


class CustomersDeclinePlay(TypedDict, total=False):
    play: Required[int]
    reason: Required[Literal["done", "wrong_time", "not_wanted", "wrong_person", "other"]]
    note: str


class CustomersDoPlay(TypedDict, total=False):
    play: Required[int]


class CustomersCallWebhook(TypedDict, total=False):
    webhook: Required[int]
    type: str
    values: dict[str, Any]


class Customers(Resource[Customer, CustomerNew, CustomerChange]):
    def start(self, ids: Sequence[int], **input: Unpack[CustomersStart]) -> dict[str, Any]:
        """Start an automation."""
        return self.run("automation.start", ids, input)

    def add_note(self, ids: Sequence[int], **input: Unpack[CustomersAddNote]) -> dict[str, Any]:
        """Note."""
        return self.run("customers.add_note", ids, input)

    def assign_owner(self, ids: Sequence[int], **input: Unpack[CustomersAssignOwner]) -> dict[str, Any]:
        """Assign to."""
        return self.run("customers.assign_owner", ids, input)

    def erase_person(self, ids: Sequence[int], **input: Unpack[CustomersErasePerson]) -> dict[str, Any]:
        """Erase this person."""
        return self.run("customers.erase_person", ids, input)

    def export_person(self, ids: Sequence[int]) -> dict[str, Any]:
        """Give out personal data."""
        return self.run("customers.export_person", ids)

    def log_call(self, ids: Sequence[int], **input: Unpack[CustomersLogCall]) -> dict[str, Any]:
        """Log a call."""
        return self.run("customers.log_call", ids, input)

    def merge_customers(self, ids: Sequence[int], **input: Unpack[CustomersMergeCustomers]) -> dict[str, Any]:
        """Merge."""
        return self.run("customers.merge_customers", ids, input)

    def open_task(self, ids: Sequence[int], **input: Unpack[CustomersOpenTask]) -> dict[str, Any]:
        """Open a task."""
        return self.run("customers.open_task", ids, input)

    def record_consent(self, ids: Sequence[int], **input: Unpack[CustomersRecordConsent]) -> dict[str, Any]:
        """Record consent."""
        return self.run("customers.record_consent", ids, input)

    def set_qualification(self, ids: Sequence[int], **input: Unpack[CustomersSetQualification]) -> dict[str, Any]:
        """Set the qualification."""
        return self.run("customers.set_qualification", ids, input)

    def unmerge(self, ids: Sequence[int], **input: Unpack[CustomersUnmerge]) -> dict[str, Any]:
        """Undo a merge."""
        return self.run("customers.unmerge", ids, input)

    def decline_play(self, ids: Sequence[int], **input: Unpack[CustomersDeclinePlay]) -> dict[str, Any]:
        """Not for them."""
        return self.run("foresight.decline_play", ids, input)

    def do_play(self, ids: Sequence[int], **input: Unpack[CustomersDoPlay]) -> dict[str, Any]:
        """Do this play."""
        return self.run("foresight.do_play", ids, input)

    def call_webhook(self, ids: Sequence[int], **input: Unpack[CustomersCallWebhook]) -> dict[str, Any]:
        """Call a webhook."""
        return self.run("integrations.call_webhook", ids, input)


class Note(TypedDict, total=False):
    id: Required[int]
    version: Required[int]
    text: str | None
    customer: Link | None
    author: Link | None
    external_id: str | None
    created_at: str
    updated_at: str
    facts: dict[str, Any]


class NoteNew(TypedDict, total=False):
    text: Required[str]
    customer: Required[int | Link]
    external_id: str | None


class NoteChange(TypedDict, total=False):
    text: str
    customer: int | Link
    external_id: str | None


class NotesStart(TypedDict, total=False):
    automation: Required[int]


class NotesCallWebhook(TypedDict, total=False):
    webhook: Required[int]
    type: str
    values: dict[str, Any]


class Notes(Resource[Note, NoteNew, NoteChange]):
    def start(self, ids: Sequence[int], **input: Unpack[NotesStart]) -> dict[str, Any]:
        """Start an automation."""
        return self.run("automation.start", ids, input)

    def call_webhook(self, ids: Sequence[int], **input: Unpack[NotesCallWebhook]) -> dict[str, Any]:
        """Call a webhook."""
        return self.run("integrations.call_webhook", ids, input)


class Order(TypedDict, total=False):
    id: Required[int]
    version: Required[int]
    number: str | None
    kind: Literal["order", "return"] | None
    customer: Link | None
    placed_at: str | None
    total: Money | None
    base_total: Money | None
    line_count: int | None
    currency: str | None
    country: str | None
    channel: str | None
    source: str | None
    lines: Sequence[dict[str, Any]] | None
    external_id: str | None
    created_at: str
    updated_at: str
    facts: dict[str, Any]


class OrderNew(TypedDict, total=False):
    number: str | None
    kind: Literal["order", "return"] | None
    customer: int | Link | None
    placed_at: str | None
    currency: str | None
    country: str | None
    channel: str | None
    lines: Required[Sequence[dict[str, Any]]]
    external_id: str | None


class OrderChange(TypedDict, total=False):
    number: str | None
    kind: Literal["order", "return"] | None
    customer: int | Link | None
    placed_at: str | None
    currency: str | None
    country: str | None
    channel: str | None
    lines: Sequence[dict[str, Any]]
    external_id: str | None


class OrdersStart(TypedDict, total=False):
    automation: Required[int]


class OrdersCallWebhook(TypedDict, total=False):
    webhook: Required[int]
    type: str
    values: dict[str, Any]


class Orders(Resource[Order, OrderNew, OrderChange]):
    def start(self, ids: Sequence[int], **input: Unpack[OrdersStart]) -> dict[str, Any]:
        """Start an automation."""
        return self.run("automation.start", ids, input)

    def call_webhook(self, ids: Sequence[int], **input: Unpack[OrdersCallWebhook]) -> dict[str, Any]:
        """Call a webhook."""
        return self.run("integrations.call_webhook", ids, input)


class Person(TypedDict, total=False):
    id: Required[int]
    version: Required[int]
    name: str | None
    email: str | None
    phone: str | None
    first_name: str | None
    last_name: str | None
    company: Link | None
    owner: Link | None
    team: Link | None
    country: str | None
    city: str | None
    qualification: Literal["new", "working", "qualified", "unqualified"] | None
    external_id: str | None
    stage: Literal["reach", "acquisition", "conversion", "retention", "loyalty"] | None
    standing: Literal["active", "quiet", "lapsed", "won_back"] | None
    stage_since: str | None
    worth: Money | None
    created_at: str
    updated_at: str
    facts: dict[str, Any]


class PersonNew(TypedDict, total=False):
    name: str | None
    email: str | None
    phone: str | None
    first_name: str | None
    last_name: str | None
    company: int | Link | None
    owner: int | Link | None
    team: int | Link | None
    country: str | None
    city: str | None
    qualification: Literal["new", "working", "qualified", "unqualified"] | None
    external_id: str | None


class PersonChange(TypedDict, total=False):
    name: str | None
    email: str | None
    phone: str | None
    first_name: str | None
    last_name: str | None
    company: int | Link | None
    owner: int | Link | None
    team: int | Link | None
    country: str | None
    city: str | None
    qualification: Literal["new", "working", "qualified", "unqualified"] | None
    external_id: str | None


class PeopleStart(TypedDict, total=False):
    automation: Required[int]


class PeopleAddNote(TypedDict, total=False):
    text: Required[str]


class PeopleAssignOwner(TypedDict, total=False):
    owner: int | None
    team: int | None


class PeopleErasePerson(TypedDict, total=False):
    confirm: bool


class PeopleLogCall(TypedDict, total=False):
    outcome: Literal["reached", "no_answer", "voicemail", "call_back", "wrong_number"]
    direction: Literal["out", "in"]
    summary: str
    at: str | None
    seconds: int | None
    follow_up: str
    follow_up_at: str | None


class PeopleMergeCustomers(TypedDict, total=False):
    other: int | None
    winner: int | None
    fields: dict[str, Any]


class PeopleOpenTask(TypedDict, total=False):
    days: int
    priority: Literal["low", "normal", "high"]
    note: str


class PeopleRecordConsent(TypedDict, total=False):
    purpose: Required[Literal["marketing", "profiling", "analytics", "research"]]
    channel: Literal["any", "email", "sms", "phone", "post", "web"]
    state: Required[Literal["granted", "denied", "withdrawn"]]
    source: Required[str]
    text: str
    ip: str | None
    at: str | None


class PeopleSetQualification(TypedDict, total=False):
    qualification: Literal["new", "working", "qualified", "unqualified"] | None


class PeopleUnmerge(TypedDict, total=False):
    merge: int | None
    loser: int | None


class PeopleDeclinePlay(TypedDict, total=False):
    play: Required[int]
    reason: Required[Literal["done", "wrong_time", "not_wanted", "wrong_person", "other"]]
    note: str


class PeopleDoPlay(TypedDict, total=False):
    play: Required[int]


class PeopleCallWebhook(TypedDict, total=False):
    webhook: Required[int]
    type: str
    values: dict[str, Any]


class People(Resource[Person, PersonNew, PersonChange]):
    def start(self, ids: Sequence[int], **input: Unpack[PeopleStart]) -> dict[str, Any]:
        """Start an automation."""
        return self.run("automation.start", ids, input)

    def add_note(self, ids: Sequence[int], **input: Unpack[PeopleAddNote]) -> dict[str, Any]:
        """Note."""
        return self.run("customers.add_note", ids, input)

    def assign_owner(self, ids: Sequence[int], **input: Unpack[PeopleAssignOwner]) -> dict[str, Any]:
        """Assign to."""
        return self.run("customers.assign_owner", ids, input)

    def erase_person(self, ids: Sequence[int], **input: Unpack[PeopleErasePerson]) -> dict[str, Any]:
        """Erase this person."""
        return self.run("customers.erase_person", ids, input)

    def export_person(self, ids: Sequence[int]) -> dict[str, Any]:
        """Give out personal data."""
        return self.run("customers.export_person", ids)

    def log_call(self, ids: Sequence[int], **input: Unpack[PeopleLogCall]) -> dict[str, Any]:
        """Log a call."""
        return self.run("customers.log_call", ids, input)

    def merge_customers(self, ids: Sequence[int], **input: Unpack[PeopleMergeCustomers]) -> dict[str, Any]:
        """Merge."""
        return self.run("customers.merge_customers", ids, input)

    def open_task(self, ids: Sequence[int], **input: Unpack[PeopleOpenTask]) -> dict[str, Any]:
        """Open a task."""
        return self.run("customers.open_task", ids, input)

    def record_consent(self, ids: Sequence[int], **input: Unpack[PeopleRecordConsent]) -> dict[str, Any]:
        """Record consent."""
        return self.run("customers.record_consent", ids, input)

    def set_qualification(self, ids: Sequence[int], **input: Unpack[PeopleSetQualification]) -> dict[str, Any]:
        """Set the qualification."""
        return self.run("customers.set_qualification", ids, input)

    def unmerge(self, ids: Sequence[int], **input: Unpack[PeopleUnmerge]) -> dict[str, Any]:
        """Undo a merge."""
        return self.run("customers.unmerge", ids, input)

    def decline_play(self, ids: Sequence[int], **input: Unpack[PeopleDeclinePlay]) -> dict[str, Any]:
        """Not for them."""
        return self.run("foresight.decline_play", ids, input)

    def do_play(self, ids: Sequence[int], **input: Unpack[PeopleDoPlay]) -> dict[str, Any]:
        """Do this play."""
        return self.run("foresight.do_play", ids, input)

    def call_webhook(self, ids: Sequence[int], **input: Unpack[PeopleCallWebhook]) -> dict[str, Any]:
        """Call a webhook."""
        return self.run("integrations.call_webhook", ids, input)

    def ask_again(self, ids: Sequence[int]) -> dict[str, Any]:
        """Ask again whether these are the same."""
        return self.run("objects.ask_again", ids)

    def keep_apart(self, ids: Sequence[int]) -> dict[str, Any]:
        """Never merge these."""
        return self.run("objects.keep_apart", ids)


class Product(TypedDict, total=False):
    id: Required[int]
    version: Required[int]
    name: str | None
    sku: str | None
    kind: Literal["goods", "shipping", "fee", "discount", "adjustment", "voucher", "other"] | None
    price: Money | None
    external_id: str | None
    created_at: str
    updated_at: str
    facts: dict[str, Any]


class ProductNew(TypedDict, total=False):
    name: Required[str]
    sku: Required[str]
    kind: Literal["goods", "shipping", "fee", "discount", "adjustment", "voucher", "other"] | None
    price: str | Money | None
    external_id: str | None


class ProductChange(TypedDict, total=False):
    name: str
    sku: str
    kind: Literal["goods", "shipping", "fee", "discount", "adjustment", "voucher", "other"] | None
    price: str | Money | None
    external_id: str | None


class ProductsStart(TypedDict, total=False):
    automation: Required[int]


class ProductsCallWebhook(TypedDict, total=False):
    webhook: Required[int]
    type: str
    values: dict[str, Any]


class Products(Resource[Product, ProductNew, ProductChange]):
    def start(self, ids: Sequence[int], **input: Unpack[ProductsStart]) -> dict[str, Any]:
        """Start an automation."""
        return self.run("automation.start", ids, input)

    def call_webhook(self, ids: Sequence[int], **input: Unpack[ProductsCallWebhook]) -> dict[str, Any]:
        """Call a webhook."""
        return self.run("integrations.call_webhook", ids, input)


class Task(TypedDict, total=False):
    id: Required[int]
    version: Required[int]
    title: str | None
    customer: Link | None
    due_at: str | None
    priority: Literal["low", "normal", "high"] | None
    owner: Link | None
    team: Link | None
    note: str | None
    done_at: str | None
    done_by: Link | None
    external_id: str | None
    created_at: str
    updated_at: str
    facts: dict[str, Any]


class TaskNew(TypedDict, total=False):
    title: Required[str]
    customer: int | Link | None
    due_at: str | None
    priority: Literal["low", "normal", "high"] | None
    owner: int | Link | None
    team: int | Link | None
    note: str | None
    external_id: str | None


class TaskChange(TypedDict, total=False):
    title: str
    customer: int | Link | None
    due_at: str | None
    priority: Literal["low", "normal", "high"] | None
    owner: int | Link | None
    team: int | Link | None
    note: str | None
    external_id: str | None


class TasksStart(TypedDict, total=False):
    automation: Required[int]


class TasksPostponeTask(TypedDict, total=False):
    until: Required[str]


class TasksCallWebhook(TypedDict, total=False):
    webhook: Required[int]
    type: str
    values: dict[str, Any]


class TasksMerge(TypedDict, total=False):
    winner: int | None
    fields: dict[str, Any]


class TasksUnmerge(TypedDict, total=False):
    loser: int | None


class Tasks(Resource[Task, TaskNew, TaskChange]):
    def start(self, ids: Sequence[int], **input: Unpack[TasksStart]) -> dict[str, Any]:
        """Start an automation."""
        return self.run("automation.start", ids, input)

    def complete_task(self, ids: Sequence[int]) -> dict[str, Any]:
        """Done."""
        return self.run("customers.complete_task", ids)

    def postpone_task(self, ids: Sequence[int], **input: Unpack[TasksPostponeTask]) -> dict[str, Any]:
        """Put off."""
        return self.run("customers.postpone_task", ids, input)

    def reopen_task(self, ids: Sequence[int]) -> dict[str, Any]:
        """Reopen."""
        return self.run("customers.reopen_task", ids)

    def call_webhook(self, ids: Sequence[int], **input: Unpack[TasksCallWebhook]) -> dict[str, Any]:
        """Call a webhook."""
        return self.run("integrations.call_webhook", ids, input)

    def ask_again(self, ids: Sequence[int]) -> dict[str, Any]:
        """Ask again whether these are the same."""
        return self.run("objects.ask_again", ids)

    def keep_apart(self, ids: Sequence[int]) -> dict[str, Any]:
        """Never merge these."""
        return self.run("objects.keep_apart", ids)

    def merge(self, ids: Sequence[int], **input: Unpack[TasksMerge]) -> dict[str, Any]:
        """Merge into the oldest."""
        return self.run("objects.merge", ids, input)

    def unmerge(self, ids: Sequence[int], **input: Unpack[TasksUnmerge]) -> dict[str, Any]:
        """Undo a merge."""
        return self.run("objects.unmerge", ids, input)


class Perennial(Client):
    """All resources that come with Perennial; `resource` has those that users made."""

    def __init__(
        self, url: str, key: str, *, timeout: float = 30.0, tries: int = 4, transport: httpx.BaseTransport | None = None
    ) -> None:
        super().__init__(url, key, timeout=timeout, tries=tries, transport=transport)
        self.calls = Calls(self, "calls")
        self.companies = Companies(self, "companies")
        self.customers = Customers(self, "customers")
        self.notes = Notes(self, "notes")
        self.orders = Orders(self, "orders")
        self.people = People(self, "people")
        self.products = Products(self, "products")
        self.tasks = Tasks(self, "tasks")

    def absences(self) -> Page[dict[str, Any]]:
        """Who is away or will be, and who stands in; for keys that manage users."""
        found = self.ask("GET", "absences", query={})
        return Page(found["data"], found["next"])

    def automations(self, *, object: str | None = None) -> Page[dict[str, Any]]:
        """List automations."""
        found = self.ask("GET", "automations", query={"object": object})
        return Page(found["data"], found["next"])

    def events(
        self,
        *,
        customer: int | None = None,
        type: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Page[dict[str, Any]]:
        """List events, latest first."""
        found = self.ask("GET", "events", query={"customer": customer, "type": type, "limit": limit, "cursor": cursor})
        return Page(found["data"], found["next"])

    def exports(self) -> Page[dict[str, Any]]:
        """The key's own exports, the latest first."""
        found = self.ask("GET", "exports", query={})
        return Page(found["data"], found["next"])

    def imports(self) -> Page[dict[str, Any]]:
        """The latest imports: the key's own, or everybody's for who manages the settings."""
        found = self.ask("GET", "imports", query={})
        return Page(found["data"], found["next"])

    def metrics(self, *, limit: int | None = None, cursor: str | None = None) -> Page[dict[str, Any]]:
        """List metrics by their keys."""
        found = self.ask("GET", "metrics", query={"limit": limit, "cursor": cursor})
        return Page(found["data"], found["next"])

    def segments(
        self,
        *,
        kind: str | None = None,
        retired: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Page[dict[str, Any]]:
        """List segments by their keys."""
        found = self.ask("GET", "segments", query={"kind": kind, "retired": retired, "limit": limit, "cursor": cursor})
        return Page(found["data"], found["next"])
