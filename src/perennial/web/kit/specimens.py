"""Invented but plausible things for the kit's page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString

from perennial.web.kit.cells import Hints, drawer, is_numeric, join_cells
from perennial.web.kit.lifeline import Lifeline, Mark, Spell
from perennial.web.kit.pages import Button, Choice, Clause, Column, Entry, Figure, Input, NeedRow, Row
from perennial.web.kit.reader import Reader

TODAY = datetime(2011, 12, 9, 10, 30, tzinfo=UTC)
_START = datetime(2010, 12, 1, 9, tzinfo=UTC)


def lifeline() -> Lifeline:
    spells = [
        Spell("reach", _at(0), _at(24), reason="Saw the catalogue"),
        Spell("acquisition", _at(24), _at(52), reason="Asked for a price list"),
        Spell("conversion", _at(52), _at(88), reason="First order"),
        Spell("retention", _at(88), _at(182), reason="Third order within their own rhythm"),
        Spell("loyalty", _at(182), _at(312), "active", reason="Five orders and two referrals"),
        Spell("loyalty", _at(312), None, "quiet", reason="61 days without an order, usually 19"),
    ]
    sizes = (310, 96, 140, 88, 240, 92, 150, 84, 420, 120, 130, 480, 90, 135, 140, 101, 148, 61)
    orders = [
        Mark(
            _at(52 + 14.3 * index + (index * 5) % 4),
            f"Order {536400 + index * 911}",
            amount=Decimal(size),
            url="#order",
            name="first order" if index == 0 else "",
        )
        for index, size in enumerate(sizes)
    ]
    moments = [
        Mark(_at(10), "Saw the autumn catalogue", "Page viewed 3 times", kind="touch", name="saw the catalogue"),
        Mark(_at(214), "Referred Fenwick Gifts", "They ordered on 5 July", kind="moment", name="referred two shops"),
        Mark(_at(233), "Return of 2 lines", amount=Decimal("-21.40"), kind="return"),
        Mark(_at(262), "Delivery promised for 19 Aug came on 26 Aug", kind="trouble", name="late delivery"),
        Mark(
            _at(296),
            "Ticket 1184 “Late again”",
            "Waiting for us for 21 days",
            kind="grave",
            name="late again, unanswered",
        ),
    ]
    return Lifeline(
        spells,
        [*orders, *moments],
        TODAY,
        summary="Lifeline from December 2010 to today: 18 orders; loyalty, quiet for 61 days.",
    )


def needs() -> list[NeedRow]:
    act = Button("Call", dialog="/act/", is_primary=True)
    return [
        NeedRow(
            "quiet-1", "Hargreaves & Daughters", "#", "Orders every 19 days; none for 61.",
            "Two late deliveries since August, the second unanswered by service for 21 days.",
            "loyalty", "quiet", "quiet 61 days", "£3,640", "in the last 12 months", act, "/later/",
        ),
        NeedRow(
            "promise-1", "Ћирић и Ардақ Қызылорда", "#", "Asked for a wholesale quote at 09:14.",
            "Seen by marketing with 6 pages viewed and one question. Your team promised 4 hours.",
            "acquisition", "won_back", "", "£2,200", "asked for", act, "/later/",
        ),
    ]  # fmt: skip


def figures() -> list[Figure]:
    return [
        Figure("At stake among your customers", "£18,240", "£2,310 more than last week", "warn", "#"),
        Figure("Gone quiet", "23", "of 412 active", url="#"),
        Figure("Ordered this week", "£6,900", "£5,480 a usual week", url="#"),
        Figure("Promises due this week", "4", "1 already late", url="#"),
    ]


def where() -> dict[str, Any]:
    stages = (
        ("reach", "Reach", 1345, "+ 112", ""),
        ("acquisition", "Acquisition", 737, "61 waiting for an answer", ""),
        ("conversion", "Conversion", 521, "+ 38 first orders", ""),
        ("retention", "Retention", 1215, "57 gone quiet", "warn"),
        ("loyalty", "Loyalty", 520, "£412k a year", ""),
    )
    return {
        "note": "4,338 customers, last 90 days",
        "parts": [(key, count) for key, _label, count, _note, _tone in stages],
        "stages": [
            {"key": key, "label": label, "count": count, "note": note, "tone": tone, "url": "#"}
            for key, label, count, note, tone in stages
        ],
    }


def columns() -> list[Column]:
    return [
        Column("name", "Name", sort_url="#"),
        Column("stage", "Stage", sort_url="#"),
        Column("standing", "Standing"),
        Column(
            "worth",
            "Worth a year",
            is_numeric=True,
            sort_url="#",
            sorted="descending",
            definition="Net sales of the last 12 months",
        ),
        Column("orders", "Orders", is_numeric=True, sort_url="#"),
        Column("last", "Last order", sort_url="#"),
        Column("email", "E-mail"),
        Column("owner", "Owner"),
    ]


def rows(reader: Reader) -> list[Row]:
    names = (
        "Hargreaves & Daughters",
        "Lindqvist Interiör AB",
        "Maison Peltier",
        "Oakfield Garden Centre",
        "Ақтау кітап үйі",
    )
    stages = ("loyalty", "retention", "conversion", "acquisition", "retention", "reach")
    standings = ("quiet", "active", "active", "", "lapsed", "won_back")
    owners = Hints(names={1: "Ada", 2: "Ben"})
    looks = ("stage", "standing", "money", "number", "day", "email", "member")
    draws = [(drawer(look, reader, owners), is_numeric(look)) for look in looks]
    found = []
    for index, name in enumerate(names):
        values = (
            stages[index % 6],
            standings[index % 6],
            Decimal("5060.40") / (index + 1),
            42 - index * 3 if index != 3 else None,
            TODAY - timedelta(days=61 - index * 5),
            f"buying{index}@example.com" if index % 3 else None,
            index % 2 + 1,
        )
        found.append(Row(index + 1, "#", name, join_cells(draws, values)))
    return found


def clauses() -> list[Clause]:
    return [Clause("ordered at least twice in the last 90 days", "#"), Clause("country is United Kingdom", "#")]


def ready() -> list[Choice]:
    return [
        Choice("Everyone", "#", is_on=True),
        Choice("Quiet", "#"),
        Choice("New this month", "#"),
        Choice("Mine", "#"),
    ]


def entries() -> list[Entry]:
    return [
        Entry(
            "1",
            TODAY,
            SafeString("Fell <b>quiet</b>: 61 days without an order, usually 19"),
            "trouble",
            why="Silent for longer than the usual 19 days and twice their spread of 8.",
            team="Lifecycle",
        ),
        Entry(
            "2",
            TODAY - timedelta(days=67),
            SafeString("Opened “Autumn range”, did not click"),
            "attention",
            team="Marketing",
        ),
        Entry(
            "3",
            TODAY - timedelta(days=80),
            SafeString("Delivery promised for 9 Sep came on <b>16 Sep</b>"),
            "trouble",
            team="Service",
        ),
        Entry(
            "4",
            TODAY - timedelta(days=90),
            SafeString("Order <b>581217</b>, 14 lines, <b>£148.20</b>"),
            "good",
            team="Commerce",
            url="#",
        ),
        Entry(
            "5",
            TODAY - timedelta(days=119),
            SafeString("Ada changed the owner"),
            changes=[("Owner", "Ben", "Ada")],
            undo="/undo/",
            team="Ada",
        ),
        Entry(
            "6",
            TODAY - timedelta(days=160),
            SafeString("Rose to <b>Loyalty</b>"),
            stage="loyalty",
            why="Five orders within their own rhythm, and two referrals.",
            team="Lifecycle",
        ),
        Entry("7", TODAY - timedelta(days=400), SafeString("Saw the catalogue"), team="Marketing"),
    ]


def inputs() -> list[Input]:
    return [
        Input("name", "Name", value="Hargreaves & Daughters", is_required=True),
        Input(
            "email",
            "E-mail",
            "email",
            value="post@",
            error="This is not an e-mail address. It needs a name, an @ and a domain.",
        ),
        Input(
            "stage",
            "Stage",
            "choice",
            value="loyalty",
            options=[("retention", "Retention"), ("loyalty", "Loyalty")],
            is_required=True,
        ),
        Input(
            "worth",
            "Credit limit",
            "money",
            value="2,500.00",
            currency="GBP",
            help="Orders above it wait for a person.",
        ),
        Input("company", "Company", "ref", shown="Fenwick Gifts", search_url="/refs/"),
        Input("born", "First talked to", "day", value="2010-12-01"),
        Input("note", "Note", "long", value="Prefers a call before noon."),
        Input("opens", "Opens", "time", value="09:30"),
        Input("share", "Share", "percentage", value="12.5", suffix="%"),
        Input("crew", "Crew", "refs", options=[(1, "Ada"), (2, "Ардақ")], search_url="/refs/", is_whole=True),
        Input("story", "Story", "rich_text", value="<p>Built in <b>Split</b>.</p>", is_whole=True),
        Input("deed", "Deed", "file", value="0" * 32, shown="deed.pdf", url="#", is_whole=True),
        Input("consent", "May be written to", "flag", value=True, help="Asked on 3 March by telephone."),
        Input(
            "sells_to",
            "Whom do you sell to?",
            "cards",
            value="firms",
            options=[("people", "People"), ("firms", "Firms"), ("both", "Both")],
        ),
    ]


def buttons() -> list[Button]:
    return [
        Button("Write", url="#"),
        Button("Log a call", dialog="#", icon="phone-call"),
        Button("Assign", dialog="#", is_primary=True),
    ]


def _at(days: float) -> datetime:
    return _START + timedelta(days=days)
