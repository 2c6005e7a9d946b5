"""What the import page, the command line and the sample offer: orders, one line a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from perennial.commerce.models import LineKind
from perennial.commerce.order_lines.codes import DEFAULT_CODES, parse_codes
from perennial.commerce.order_lines.drafts import Draft, drafts_of
from perennial.commerce.order_lines.parties import ACTION, Target
from perennial.commerce.order_lines.reading import AHEAD, Line, Reader, Rules
from perennial.commerce.order_lines.reasons import SENTENCES, Remark, Skip
from perennial.commerce.order_lines.writing import write_orders
from perennial.commerce.products import first_line_of, tidy_products
from perennial.foundation import clock
from perennial.foundation.errors import Invalid, Text
from perennial.objects.importing.kinds import (
    ImportField,
    ImportKind,
    ImportOption,
    ImportRow,
    Outcome,
    Session,
    Skipped,
    register_import_kind,
)  # fmt: skip
from perennial.workspace.firm import the_firm

KEY = "commerce.order_lines"
BATCH = 10_000  # rows; the last invoice of a batch is kept whole

FIELDS = (
    ImportField("number", _("Order number"), required=True, aliases=(
        "invoice", "invoice no", "invoiceno", "invoice number", "order", "order no", "order id", "order name",
        "receipt", "transaction id", "bill no")),
    ImportField("code", _("Stock code"), required=True, aliases=(
        "stock code", "stockcode", "sku", "product code", "product id", "item", "item number", "article",
        "lineitem sku")),
    ImportField("description", _("Description"), aliases=(
        "product", "product name", "item name", "title", "lineitem name", "name")),
    ImportField("quantity", _("Quantity"), required=True, aliases=("qty", "pieces", "units", "lineitem quantity")),
    ImportField("placed_at", _("Date"), required=True, aliases=(
        "invoice date", "invoicedate", "order date", "placed at", "created at", "date", "purchased at")),
    ImportField("price", _("Price of one"), required=True, aliases=(
        "unit price", "unitprice", "price", "unit cost", "lineitem price", "price each")),
    ImportField("customer", _("Customer number"), aliases=(
        "customer id", "customerid", "customer no", "customer", "client id", "account", "account number")),
    ImportField("country", _("Country"), aliases=("billing country", "shipping country", "customer country", "nation")),
)  # fmt: skip

OPTIONS = (
    ImportOption("dates", _("Dates with slashes are written"), (
        ("dmy", _("day first: 31/12/2026")), ("mdy", _("month first: 12/31/2026"))), default="dmy",
        help=_("Dates such as 2026-12-31 are always understood. Times are local to your firm.")),
    ImportOption("customers", _("New customers are"), (
        ("", _("what your firm sells to")), ("company", _("companies")), ("person", _("people"))), default=""),
    ImportOption("returns", _("Numbers of cancelled orders begin with"), default="C",
                 help=_("Their lines become returns. Several beginnings are separated by commas.")),
    ImportOption("books", _("Numbers that are no orders begin with"), default="A",
                 help=_("Entries of the books, such as bad debts. Their rows are skipped.")),
    ImportOption("codes", _("Stock codes that are charges"), default=DEFAULT_CODES,
                 help=_("One kind a line: shipping, fee, discount, adjustment, voucher or other. "
                        "A star stands for any letters.")),
    ImportOption("same", _("The same line twice on an order"), (
        ("skip", _("is a mistake: keep one")), ("keep", _("is meant: keep both"))), default="skip"),
    ImportOption("currency", _("Currency"), default="", help=_("Three letters such as EUR; empty for your firm's.")),
    ImportOption("shop", _("Shop or system"), default="import",
                 help=_("Order numbers are told apart by it, when several shops number their orders alike.")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Read:
    """A batch before the database is asked: its good lines, their orders by number, and the rows that are none."""

    lines: list[Line]
    drafts: dict[str, Draft]
    skipped: list[tuple[int, Skip]]


class OrderLineWriter:
    """One import at work: reads rows by the options, and writes whole orders a batch at a time."""

    def __init__(self, session: Session) -> None:
        options = {option.key: option.default for option in OPTIONS} | dict(session.options)
        _check(options)
        firm = the_firm()
        self._session = session
        self._keep_same = options["same"] == "keep"
        self._reader = Reader(Rules(
            timezone=firm.timezone, returns=tuple(options["returns"].split(",")),
            books=tuple(options["books"].split(",")), codes=options["codes"], dates=options["dates"],
            latest=clock.now() + AHEAD,
        ))  # fmt: skip
        kind = options["customers"] or ("person" if firm.sells_to == "people" else "company")
        self._target = Target(
            by=session.by, run=session.run, source=options["shop"].strip() or "import",
            currency=options["currency"].strip().upper() or firm.currency, customer_kind=kind,
            is_sample=session.is_sample,
        )  # fmt: skip

    def read(self, rows: Sequence[ImportRow]) -> Read:
        lines: list[Line] = []
        skipped: list[tuple[int, Skip]] = []
        for number, cells in rows:
            read = self._reader.read(number, cells)
            if isinstance(read, Line):
                lines.append(read)
            else:
                skipped.append((number, read))
        drafts, left_out = drafts_of(lines, keep_same=self._keep_same)
        return Read(lines, drafts, skipped + left_out)

    def write(self, read: Read) -> Outcome:
        left_out = [*read.skipped, *write_orders(read.drafts, self._target)]
        out = {number for number, _reason in left_out}
        kept = [line for line in read.lines if line.row not in out] if out else read.lines
        known = sum(reason is Skip.ALREADY_HERE for _number, reason in left_out)
        lost = [each for each in left_out if each[1] is not Skip.ALREADY_HERE]
        return Outcome(
            created=len(kept), unchanged=known, remarks=remarks_on(kept),
            skipped=[Skipped(number, reason.value, str(SENTENCES[reason])) for number, reason in sorted(lost)],
            made={line.row: said(line) for line in kept} if self._session.is_preview else {},
        )  # fmt: skip

    def finish(self) -> None:
        """Names and prices of products are settled once, by the latest lines of the whole file."""
        after = first_line_of(self._session.run.id)
        if after is not None:
            tidy_products(after - 1, by=self._session.by, action=ACTION, run_id=self._session.run.id)


def remarks_on(lines: Sequence[Line]) -> dict[str, int]:
    """What was decided about lines that were kept, counted by sentence."""
    goods = LineKind.GOODS
    counts = {
        Remark.CANCELLATION: sum(line.is_return for line in lines),
        Remark.GUEST: sum(line.customer is None for line in lines),
        Remark.FREE: sum(not line.price for line in lines),
        Remark.CHARGE: sum(line.kind is not goods for line in lines),
        Remark.UNKNOWN_COUNTRY: sum(line.has_strange_country for line in lines),
    }
    return {str(SENTENCES[remark]): counts[remark] for remark in Remark if counts[remark]}


def said(line: Line) -> str:
    """What a row did, for the preview."""
    what = _("Return %(number)s") if line.is_return else _("Order %(number)s")
    return f"{what % {'number': line.number}} · {line.kind.label}"


def _check(options: Mapping[str, str]) -> None:
    wrong: dict[str, Text] = {}
    try:
        parse_codes(options["codes"])
    except ValueError as error:
        wrong["codes"] = str(error)
    if len(options["currency"].strip()) not in (0, 3):
        wrong["currency"] = _("A currency has three letters.")
    if len(options["shop"]) > 40 or "\x00" in options["shop"]:
        wrong["shop"] = _("At most 40 letters.")
    if len(options["returns"]) + len(options["books"]) > 200:
        wrong["returns"] = _("Too many beginnings.")
    if wrong:
        raise Invalid(wrong)


register_import_kind(ImportKind(
    key=KEY, label=_("Orders, one line a row"), icon="shopping-bag", fields=FIELDS, options=OPTIONS,
    needs=(("commerce.order", "create"), ("commerce.product", "create"), ("customers.company", "create"),
           ("customers.person", "create")),
    open=OrderLineWriter, object_key="commerce.order", together="number", batch=BATCH,
))  # fmt: skip
