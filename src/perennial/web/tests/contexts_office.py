"""Contexts of the import, lifecycle and settings pages."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from perennial.web.kit import specimens
from perennial.web.kit.pages import Button, Choice, Figure, Input
from perennial.web.kit.reader import Reader
from perennial.web.kit.stages import STAGE_QUESTIONS, STAGES

TODAY = specimens.TODAY


def importing(reader: Reader) -> dict[str, tuple[str, dict[str, Any]]]:
    orders = [
        Figure("New orders", "25,900", "in 540,455 lines"),
        Figure("New customers", "4,372", "none known before"),
        Figure("Returns", "3,654", "kept as returns"),
        Figure("Left out", "1,454", "0.3 % of the rows", "warn"),
    ]
    problems = [
        {"sentence": "The same line twice in one order", "count": 5268, "sample": "row 518: 536409, 21866", "tone": ""},
        {"sentence": "No customer number: kept as guest orders", "count": 135080, "sample": "", "tone": ""},
        {
            "sentence": "No price: a stock correction, not an order",
            "count": 2515,
            "sample": "row 623: 536414, 22139",
            "tone": "warn",
        },
    ]
    kinds = [
        {
            "key": "orders",
            "label": "Orders",
            "hint": "Lines of orders; customers and products come along.",
            "icon": "shopping-cart",
            "url": "#",
        },
        {"key": "people", "label": "People", "hint": "Names, addresses, owners.", "icon": "users", "url": "#"},
        {"key": "companies", "label": "Companies", "hint": "Firms, with their people.", "icon": "building", "url": "#"},
    ]
    done = [
        {
            "url": "#",
            "name": "online_retail.csv.gz",
            "kind": "Orders",
            "at": TODAY,
            "by": "Ada",
            "sentence": "540,455 rows came in, 1,454 were left out.",
            "state": "done",
        },
        {
            "url": "#",
            "name": "people.csv",
            "kind": "People",
            "at": TODAY - timedelta(days=3),
            "by": "Ben",
            "sentence": "The file stopped in the middle of a row.",
            "state": "failed",
        },
    ]
    mapping = [
        {
            "index": 0,
            "name": "InvoiceNo",
            "samples": ["536365", "536366", "C536379"],
            "field": "number",
            "is_guessed": True,
        },
        {"index": 1, "name": "StockCode", "samples": ["85123A", "71053"], "field": "sku", "is_guessed": True},
        {
            "index": 2,
            "name": "Description",
            "samples": ["WHITE HANGING HEART T-LIGHT HOLDER"],
            "field": "",
            "is_guessed": False,
        },
    ]
    return {
        "imports": ("web/imports.html", {"kinds": kinds, "imports": done}),
        "import-file": (
            "web/import_file.html",
            {
                "heading": "Bring in orders",
                "sub": "",
                "columns_text": "It needs a number, a day and an amount; a customer if you know them.",
                "template_url": "#",
            },
        ),
        "import-columns": (
            "web/import_columns.html",
            {
                "heading": "What are the columns?",
                "sub": "online_retail.csv, 541,909 rows, comma, UTF-8",
                "columns": mapping,
                "fields": [("number", "Order number", True), ("sku", "Product code", False)],
                "options": [
                    Input(
                        "dates",
                        "Dates are written",
                        "choice",
                        value="dmy",
                        options=[("dmy", "day, month, year"), ("mdy", "month, day, year")],
                        is_required=True,
                    )
                ],
            },
        ),
        "import-check": (
            "web/import_check.html",
            {
                "heading": "25,900 orders would come in",
                "sub": "Nothing has happened yet.",
                "figures": orders,
                "problems": problems,
                "columns": specimens.columns()[1:],
                "rows": [
                    SimpleNamespace(
                        number=index + 1, cells=row.cells, problem="the same line twice" if index == 2 else ""
                    )
                    for index, row in enumerate(specimens.rows(reader)[:4])
                ],
                "back_url": "#",
            },
        ),
        "import-run": (
            "web/import_run.html",
            {
                "title": "online_retail.csv",
                "heading": "Orders are coming in",
                "sub": "online_retail.csv, begun by Ada",
                "state": "running",
                "progress_url": "/x/",
                "done": 312400,
                "total": 541909,
                "total_text": "541,909",
                "rate_text": "21,300 rows a second, about 11 seconds left",
            },
        ),
        "import-done": (
            "web/import_run.html",
            {
                "title": "online_retail.csv",
                "heading": "25,900 orders came in",
                "sub": "online_retail.csv, in 24 seconds",
                "state": "done",
                "figures": orders,
                "skipped": problems,
                "skipped_url": "#",
                "revert_url": "#",
                "next": [Button("See the customers", url="#", is_primary=True)],
            },
        ),
    }


def stages() -> dict[str, Any]:
    where = specimens.where()
    worths = ("", "£64k asked for", "£96k", "£410k", "£412k")
    stages = [
        {
            **stage,
            "question": STAGE_QUESTIONS[stage["key"]],
            "worth": worth,
            "worth_note": "a year" if worth else "",
            "lines": [("Came in", "+ 112", "#", ""), ("Went on", "64", "#", ""), ("Gone quiet", "57", "#", "warn")],
        }
        for stage, worth in zip(where["stages"], worths, strict=True)
    ]
    keys = list(STAGES)
    moves = [
        {
            "from": keys[index],
            "to": keys[index + 1],
            "count": count,
            "url": "#",
            "part": count / 112,
            "note": f"{count}",
        }
        for index, count in enumerate((112, 61, 38, 17))
    ]
    moves.append({"from": "loyalty", "to": "retention", "count": 6, "url": "#", "part": 6 / 112, "note": "6"})
    return {
        "heading": "4,338 customers; 228 moved up in 90 days, 57 fell quiet",
        "sub": "Sales of the last 12 months beside each stage.",
        "periods": [Choice("30 days", "#"), Choice("90 days", "#", is_on=True), Choice("A year", "#")],
        "parts": where["parts"],
        "stages": stages,
        "moves": moves,
        "moves_note": "in the last 90 days",
        "stalls": [
            {
                "sentence": "First order, no second",
                "count": 312,
                "url": "#",
                "detail": "half of those who return do so within 47 days",
            },
            {
                "sentence": "Asked, but never ordered",
                "count": 61,
                "url": "#",
                "detail": "waiting for 12 days at the median",
            },
        ],
        "trend": [(f"week {week}", (week * 37) % 23 + 6, "#") for week in range(1, 27)],
        "trend_label": "First orders a week",
        "rules_url": "#",
    }


def settings_pages() -> dict[str, tuple[str, dict[str, Any]]]:
    pages = [
        SimpleNamespace(label=label, url="#", is_here=label == "Users")
        for label in ("Firm", "Users", "Roles", "Keys", "Mail", "Health")
    ]
    frame: dict[str, Any] = {"pages": pages, "title": "Settings"}
    users = [
        {
            "name": "Ada",
            "email": "ada@example.com",
            "role": "Administrator",
            "teams": "Sales",
            "state": "",
            "seen": TODAY,
            "url": "#",
        },
        {
            "name": "Ben",
            "email": "ben@example.com",
            "role": "Sales",
            "teams": "Sales, Service",
            "state": "invited",
            "seen": None,
            "url": "#",
        },
        {
            "name": "Dov",
            "email": "dov@example.com",
            "role": "Viewer",
            "teams": "",
            "state": "left",
            "seen": None,
            "url": "#",
        },
    ]
    verbs = [("view", "see"), ("create", "add"), ("edit", "change"), ("delete", "delete"), ("export", "export")]
    reaches = [("none", "none"), ("own", "own"), ("team", "team"), ("all", "all")]
    objects = [
        {
            "key": key,
            "label": label,
            "cells": [(verb, reach) for (verb, _label), reach in zip(verbs, cells, strict=True)],
        }
        for key, label, cells in (
            ("customers.customer", "Customers", ("all", "all", "team", "own", "none")),
            ("commerce.order", "Orders", ("all", "none", "none", "none", "none")),
            ("*", "Everything else", ("team", "own", "own", "none", "none")),
        )
    ]
    return {
        "firm": (
            "web/settings/form.html",
            {
                **frame,
                "heading": "Your firm",
                "sections": [
                    {"label": "Firm", "text": "How amounts and days are written.", "inputs": specimens.inputs()[:4]}
                ],
                "quiet": [
                    {
                        "label": "Remove the sample shop",
                        "text": "Takes away its customers and orders, and sets the calendar to today.",
                        "button": Button("Remove it", post="#", is_danger=True),
                    }
                ],
            },
        ),
        "users": (
            "web/settings/users.html",
            {
                **frame,
                "heading": "Three people work here",
                "users": users,
                "buttons": [Button("Invite somebody", dialog="#", is_primary=True)],
            },
        ),
        "roles": (
            "web/settings/roles.html",
            {
                **frame,
                "heading": "Seven roles",
                "roles": [
                    {"name": "Administrator", "summary": "May do everything.", "count": 1, "url": "#"},
                    {
                        "name": "Sales",
                        "summary": "Sees all customers, changes those of the team.",
                        "count": 4,
                        "url": "#",
                    },
                ],
            },
        ),
        "role": (
            "web/settings/role.html",
            {
                **frame,
                "heading": "What Sales may do",
                "verbs": verbs,
                "reaches": reaches,
                "objects": objects,
                "permissions": [
                    ("import.run", "Import files", True),
                    ("customers.merge", "Merge customers", False),
                    ("health.view", "See the health page", True),
                ],
            },
        ),
        "keys": (
            "web/settings/keys.html",
            {
                **frame,
                "heading": "Two keys for programs",
                "secret": "pk_live_9f2c1d77a0b64f5e8c3b1a2d4e6f",
                "secret_name": "Webshop",
                "keys": [
                    {
                        "name": "Webshop",
                        "prefix": "pk_live_9f2c",
                        "role": "Events only",
                        "by": "Ada",
                        "used": TODAY,
                        "revoke_url": "#",
                    },
                    {
                        "name": "Old script",
                        "prefix": "pk_live_1a2b",
                        "role": "Viewer",
                        "by": "Ada",
                        "used": None,
                        "is_revoked": True,
                    },
                ],
            },
        ),
        "health": (
            "web/settings/health.html",
            {
                **frame,
                "heading": "Everything runs; 3 events were refused today",
                "checks": [
                    {"label": "Export to the lake", "value": "2.1 s", "note": "behind the database", "tone": ""},
                    {"label": "Work waiting", "value": "0", "note": "nothing stalled", "tone": ""},
                    {"label": "Refused events", "value": "3", "note": "today, of 12,400", "tone": "warn", "url": "#"},
                ],
                "refused": [
                    {
                        "at": TODAY,
                        "reason": "The event is dated 3 days in the future.",
                        "sample": '{"type":"track","event":"Order Placed"}',
                        "count": 3,
                    }
                ],
                "jobs": [
                    {
                        "name": "lake.export",
                        "state": "failed",
                        "since": TODAY,
                        "error": "OSError: no space left on device",
                        "retry_url": "#",
                    }
                ],
            },
        ),
        "outbox": (
            "web/settings/outbox.html",
            {
                **frame,
                "heading": "Mail that waits for a server",
                "mails": [
                    {
                        "to": "ben@example.com",
                        "subject": "You are invited to the shop",
                        "at": TODAY,
                        "body": "Hello Ben,\n\nopen http://localhost/x",
                        "state": "kept",
                    }
                ],
            },
        ),
    }
