"""The rows behind the words of this room, one aggregate a file."""

from perennial.commerce.models.facts import CustomerFacts, CustomerGoods
from perennial.commerce.models.order import Order, OrderLine
from perennial.commerce.models.product import LineKind, Product
from perennial.commerce.models.rate import Rate

__all__ = ["CustomerFacts", "CustomerGoods", "LineKind", "Order", "OrderLine", "Product", "Rate"]
