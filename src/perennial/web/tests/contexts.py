"""A plausible context for every page template, for the rendering test and the pictures."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from perennial.web.kit import specimens
from perennial.web.kit.pages import Button, Choice, Input
from perennial.web.kit.reader import Reader
from perennial.web.tests.contexts_office import importing, settings_pages, stages

TODAY = specimens.TODAY


def contexts(request: HttpRequest, reader: Reader) -> dict[str, tuple[str, dict[str, Any]]]:
    """Page name → (template, context)."""
    return {
        **_signing(),
        **_daily(request, reader),
        **importing(reader),
        **settings_pages(),
        "lifecycle": ("web/stages.html", stages()),
        "missing": ("404.html", {}),
        "forbidden": ("403.html", {}),
        "broken": ("500.html", {}),
    }


def _signing() -> dict[str, tuple[str, dict[str, Any]]]:
    email = Input("email", "E-mail", "email", is_required=True, autocomplete="username", has_focus=True)
    password = Input("password", "Password", "password", is_required=True, autocomplete="current-password")
    return {
        "sign-in": (
            "web/sign_in.html",
            {"firm_name": "Perennial sample shop", "inputs": [email, password], "next": "/"},
        ),
        "sign-in-wrong": (
            "web/sign_in.html",
            {
                "firm_name": "the shop",
                "inputs": [email, password],
                "errors": ["E-mail address and password do not fit together."],
            },
        ),
        "forgotten": ("web/password_forgotten.html", {"inputs": [email]}),
        "sent": ("web/password_forgotten.html", {"is_sent": True}),
        "invitation": (
            "web/password_reset.html",
            {"is_welcome": True, "name": "Ben", "firm_name": "The shop", "inputs": [password]},
        ),
        "expired": ("web/password_reset.html", {"is_expired": True}),
        "first-run": (
            "web/first_run.html",
            {
                "person_inputs": [
                    Input("name", "Your name", is_required=True),
                    email,
                    Input("password", "Password", "password", is_required=True, help="At least ten letters."),
                ],
                "firm_inputs": [
                    Input("firm_name", "Name of the firm", is_required=True),
                    Input(
                        "currency",
                        "Currency",
                        "choice",
                        value="EUR",
                        options=[("EUR", "Euro (€)"), ("KZT", "Tenge (₸)")],
                        is_required=True,
                    ),
                    Input(
                        "timezone",
                        "Time zone",
                        "choice",
                        value="Asia/Almaty",
                        options=[("Asia/Almaty", "Asia/Almaty")],
                        is_required=True,
                    ),
                    Input("language", "Language", "choice", value="en", options=[("en", "English")], is_required=True),
                    Input(
                        "sells_to",
                        "Whom do you sell to?",
                        "cards",
                        value="both",
                        options=[("people", "People"), ("firms", "Firms"), ("both", "People and firms")],
                    ),
                    Input(
                        "sells",
                        "How do you sell?",
                        "cards",
                        value="shop",
                        options=[("shop", "Customers order when they like"), ("deals", "We work on each sale")],
                    ),
                ],
                "sample_url": "/sample/",
            },
        ),
    }


def _daily(request: HttpRequest, reader: Reader) -> dict[str, tuple[str, dict[str, Any]]]:
    whose = [Choice("All teams", "#"), Choice("My customers", "#", is_on=True), Choice("Unassigned", "#")]
    shared = {
        "columns": specimens.columns(),
        "path": "/customers/",
        "find_placeholder": "Name, e-mail, phone or number",
        "title": "Customers",
    }
    empty = {
        "icon": "users",
        "title": "No customers yet",
        "text": "Import your orders, and their customers come along.",
        "buttons": [Button("Import", url="/import/", is_primary=True)],
    }
    return {
        "today": (
            "web/today.html",
            {
                "needs": specimens.needs(),
                "count": 4,
                "at_stake": "£11,670",
                "at_stake_against": "over the last 12 months",
                "whose": whose,
                "figures": specimens.figures(),
                "where": specimens.where(),
            },
        ),
        "today-done": ("web/today.html", {"needs": [], "count": 0, "whose": whose, "where": specimens.where()}),
        "today-new": (
            "web/today.html",
            {
                "needs": [],
                "count": 0,
                "is_new": True,
                "buttons": [Button("Import a file", url="/import/", is_primary=True)],
            },
        ),
        "customers": (
            "web/list.html",
            {
                **shared,
                "heading": "About 4,300 customers, 57 of them quiet",
                "sub": "",
                "rows": specimens.rows(reader),
                "next_url": "/more/",
                "clauses": specimens.clauses(),
                "clear_url": "#",
                "ready": specimens.ready(),
                "filter_form_url": "/clause/",
                "count_sentence": "About 4,300 fit. 10 are shown.",
                "buttons": [Button("Import", url="#"), Button("Add a customer", url="#", is_primary=True)],
                "export_url": "#",
                "bulk": [Button("Assign", dialog="#"), Button("Delete", post="#")],
                "empty": empty,
            },
        ),
        "customers-empty": ("web/list.html", {**shared, "heading": "No customers yet", "rows": [], "empty": empty}),
        "customers-none": (
            "web/list.html",
            {
                **shared,
                "heading": "Nobody fits",
                "rows": [],
                "is_filtered": True,
                "clauses": specimens.clauses(),
                "clear_url": "#",
                "empty": empty,
            },
        ),
        "customer": ("web/record.html", _customer(request)),
        "form": (
            "web/form.html",
            {
                "title": "Edit",
                "heading": "Change Hargreaves & Daughters",
                "sub": "",
                "inputs": specimens.inputs(),
                "action": "#",
                "submit_label": "Keep",
                "cancel_url": "#",
                "list_url": "#",
                "list_label": "Customers",
            },
        ),
    }


def _customer(request: HttpRequest) -> dict[str, Any]:
    draw = lambda name, **context: render_to_string(f"web/{name}.html", context, request)  # noqa: E731
    filters = [
        (
            "Team",
            [
                Choice("Everything", "#", is_on=True),
                Choice("Commerce", "#"),
                Choice("Marketing", "#"),
                Choice("Service", "#"),
            ],
        )
    ]
    return {
        "title": "Hargreaves & Daughters",
        "heading": "Hargreaves & Daughters",
        "list_url": "#",
        "list_label": "Customers",
        "stage": "loyalty",
        "stage_text": "Loyalty since June",
        "standing": "quiet",
        "standing_text": "quiet 61 days, usually 19",
        "chips": ["Gift shop, York"],
        "buttons": specimens.buttons(),
        "more": [
            Button("Change", dialog="#", icon="pencil"),
            Button("Merge with another", dialog="#", icon="arrow-merge"),
            Button("Erase", dialog="#", icon="trash", is_danger=True),
        ],
        "head": [draw("_lifeline_panel", life=specimens.lifeline(), span="Dec 2010 to today, 18 orders, £2,925")],
        "tabs": [
            Choice("Timeline", "#", is_on=True),
            Choice("Orders", "#", count=42),
            Choice("Notes", "#", count=2),
            Choice("Tasks", "#"),
            Choice("History", "#"),
        ],
        "tab": draw("_timeline", entries=specimens.entries(), filters=filters, next_url="/more/"),
        "side": [
            draw(
                "_reasons_panel",
                heading="£3,640 at stake",
                note="in 12 months",
                reasons=[
                    ("No order for 61 days, usually 19", "most", "warn"),
                    ("Ticket unanswered for 21 days", "much", "warn"),
                    ("Referred two customers", "against", "good"),
                ],
            ),
            draw(
                "_facts_panel",
                pairs=[
                    ("Worth a year", "£5,060", ""),
                    ("Average order", "£235", "Net sales by orders"),
                    ("Usual gap", "19 days", ""),
                    ("Owner", "Ada", ""),
                    ("Consent", "mail, phone", ""),
                ],
            ),
        ],
    }
