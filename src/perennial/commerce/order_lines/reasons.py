"""Why a row was skipped, or what was decided about a row that was kept. Codes are permanent."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Skip(StrEnum):
    """The row was not written; it comes back in the file of skipped rows."""

    NO_NUMBER = "no_number"
    NO_CODE = "no_code"
    BAD_DATE = "bad_date"
    FUTURE_DATE = "future_date"
    BAD_QUANTITY = "bad_quantity"
    BAD_PRICE = "bad_price"
    BAD_TEXT = "bad_text"
    NO_QUANTITY = "no_quantity"
    BOOKKEEPING = "bookkeeping"
    STOCK_ADJUSTMENT = "stock_adjustment"
    STOCK_MOVEMENT = "stock_movement"
    NEGATIVE_QUANTITY = "negative_quantity"
    NEGATIVE_PRICE = "negative_price"
    POSITIVE_IN_RETURN = "positive_in_return"
    OTHER_CUSTOMER = "other_customer"
    DUPLICATE = "duplicate"
    ALREADY_HERE = "already_here"
    RATE_MISSING = "rate_missing"


class Remark(StrEnum):
    """The row was written, after a decision that its owner should know of."""

    CANCELLATION = "cancellation"
    GUEST = "guest"
    FREE = "free"
    CHARGE = "charge"
    UNKNOWN_COUNTRY = "unknown_country"


SENTENCES: dict[str, Promise] = {
    Skip.NO_NUMBER: _("The order number is missing."),
    Skip.NO_CODE: _("The stock code is missing."),
    Skip.BAD_DATE: _("The date cannot be read. Write it as 2026-11-21 14:30."),
    Skip.FUTURE_DATE: _("The date lies in the future."),
    Skip.BAD_QUANTITY: _("The quantity is not a number that can be kept."),
    Skip.BAD_PRICE: _("The price is not a number that can be kept."),
    Skip.BAD_TEXT: _("A text is too long or contains characters that cannot be stored."),
    Skip.NO_QUANTITY: _("The quantity is 0, so nothing was sold."),
    Skip.BOOKKEEPING: _("The number marks an entry of the books, such as a bad debt; it is not an order."),
    Skip.STOCK_ADJUSTMENT: _("A negative quantity without a price, outside a return: stock was written off."),
    Skip.STOCK_MOVEMENT: _("No price and no customer: goods were moved or counted, not sold."),
    Skip.NEGATIVE_QUANTITY: _("A negative quantity outside a return. Give the return a number of its own."),
    Skip.NEGATIVE_PRICE: _("The price is below zero. Write a discount as a line of a return, or correct the price."),
    Skip.POSITIVE_IN_RETURN: _("A positive quantity on a return; it cannot be told what came back."),
    Skip.OTHER_CUSTOMER: _("The order belongs to another customer, by its first line or by what is here already."),
    Skip.DUPLICATE: _("The very same line stands on this order once more: same product, quantity, price and date."),
    Skip.ALREADY_HERE: _("This line was imported before."),
    Skip.RATE_MISSING: _("There is no rate for the currency on this day. Enter the rate first."),
    Remark.CANCELLATION: _("Lines of cancelled invoices, kept as returns."),
    Remark.GUEST: _("Lines without a customer, kept as orders of guests."),
    Remark.FREE: _("Lines to a customer at no price, kept with an amount of 0."),
    Remark.CHARGE: _("Lines that are charges and not goods: shipping, fees, discounts, vouchers, adjustments."),
    Remark.UNKNOWN_COUNTRY: _("Lines whose country is not known; the order is kept without one."),
}
