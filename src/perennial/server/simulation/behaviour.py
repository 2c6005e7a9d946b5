"""What is only an event: visits, baskets, mail, complaints. Tells all that happened, in the order of time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from perennial.server.simulation.columns import moments, pick, texts, time_ids
from perennial.server.simulation.loading import copy_columns
from perennial.server.simulation.model import DAY, Lives, Model, Numbers
from perennial.server.simulation.names import COMPLAINTS, PAGES
from perennial.server.simulation.people import Cast
from perennial.server.simulation.purchases import Goods, Invoices, order_properties

PAGE, PRODUCT, BASKET, MAIL_SENT, MAIL_OPENED, COMPLAINT, SETTLED, ORDERED, RETURNED, CREATED = range(10)
_TYPES = ("customers.page_viewed", "custom.product_viewed", "custom.product_added", "custom.email_delivered",
          "custom.email_opened", "custom.complaint_made", "custom.complaint_settled", "commerce.order_placed",
          "commerce.order_returned", "customers.person_created")  # fmt: skip
_CHANNELS = ("web", "web", "web", "email", "email", "email", "email", "web", "web", "")
_SOURCES = (*["shop"] * 3, *["mail"] * 4, *["perennial"] * 3)
_OF_VISITS = (PAGE, PRODUCT, BASKET)
_CHUNK = 200_000
OPENS = 0.35  # of the mail of a campaign
_MINUTE = 60 * 1_000_000


@dataclass(frozen=True, slots=True)
class Happenings:
    """`detail` is what the kind needs: a page, a product, an invoice's row, a campaign, a complaint's words."""

    who: Numbers
    at: Numbers
    kind: Numbers
    detail: Numbers

    def __len__(self) -> int:
        return len(self.at)


class TooFewEvents(ValueError):
    """What must be told of these people is more than was asked for."""


def all_happenings(lives: Lives, invoices: Invoices, *, events: int, end: int, random: np.random.Generator,
                   model: Model) -> Happenings:  # fmt: skip
    """Exactly so many events: what must be told, and visits for the rest."""
    told = [_arrivals(lives), _orders(invoices), *_complaints(lives, end, random), *_mail(lives, end, random, model)]
    left = events - sum(map(len, told))
    if left < 0:
        raise TooFewEvents(events - left)
    everything = [*told, *_visits(lives, left, end, random)]
    at = np.concatenate([part.at for part in everything])
    order = np.argsort(at, kind="stable")

    def sorted_by_time(name: str) -> Numbers:
        return np.asarray(np.concatenate([getattr(part, name) for part in everything])[order])

    return Happenings(sorted_by_time("who"), at[order], sorted_by_time("kind"), sorted_by_time("detail"))


def load_events(happenings: Happenings, cast: Cast, invoices: Invoices, goods: Goods, *, currency: str,
                random: np.random.Generator, report: Callable[[int, int], None]) -> None:  # fmt: skip
    said = _Said(invoices, goods, currency)
    for start in range(0, len(happenings), _CHUNK):
        part = slice(start, start + _CHUNK)
        _load_chunk(Happenings(happenings.who[part], happenings.at[part], happenings.kind[part],
                               happenings.detail[part]), cast, invoices, said, random)  # fmt: skip
        report(min(start + _CHUNK, len(happenings)), len(happenings))


def _load_chunk(part: Happenings, cast: Cast, invoices: Invoices, said: _Said, random: np.random.Generator) -> None:
    kind, at = part.kind, moments(part.at)
    is_visit = np.isin(kind, _OF_VISITS)
    is_order, is_new = np.isin(kind, (ORDERED, RETURNED)), kind == CREATED
    subject = np.where(is_order, invoices.first_id + part.detail, cast.first_person + part.who)
    kinds = texts(["commerce.order", "customers.person", None])
    copy_columns("timeline_event", {
        "id": time_ids(part.at, random), "occurred_at": at, "known_at": at,
        "profile_id": pa.array(np.where(is_visit, cast.visits[part.who], cast.profile[part.who])),
        "type": pick(_TYPES, kind), "source": pick(_SOURCES, kind), "channel": pick(_CHANNELS, kind),
        "subject_kind": pick(kinds, np.where(is_order, 0, np.where(is_new, 1, 2))),
        "subject_id": pa.array(subject, mask=~(is_order | is_new)),
        "properties": said.properties(part),
    })  # fmt: skip


class _Said:
    """The properties of events as JSON. All but those of orders come from a short list."""

    def __init__(self, invoices: Invoices, goods: Goods, currency: str) -> None:
        self.invoices, self.currency = invoices, currency
        pages = [f'{{"$name": "{name}", "url": "/{name.lower().replace(" ", "-")}/"}}' for name in PAGES]
        viewed, added = ([
            f'{{"$name": "{words}", "sku": "{code}", "price": {cents / 100:.2f}, "product": "{name}"}}'
            for code, name, cents in zip(goods.codes, goods.names, goods.cents.tolist(), strict=True)
        ] for words in ("Product Viewed", "Product Added"))  # fmt: skip
        sent, opened = ([f'{{"$name": "{words}", "campaign": "{number}"}}' for number in range(9)]
                        for words in ("Email Delivered", "Email Opened"))  # fmt: skip
        made, settled = ([f'{{"$name": "{words}", "about": "{about}"}}' for about in COMPLAINTS]
                         for words in ("Complaint Made", "Complaint Settled"))  # fmt: skip
        lists = (pages, viewed, added, sent, opened, made, settled, [""], [""], ["{}"])
        sizes = np.array([len(each) for each in lists])
        self.starts = np.cumsum(sizes) - sizes
        self.sizes = sizes
        self.texts = texts([text for each in lists for text in each])

    def properties(self, part: Happenings) -> pa.Array:
        """Orders are told after the others and put in their places by one `take`."""
        rows = np.flatnonzero(np.isin(part.kind, (ORDERED, RETURNED)))
        known = self.texts.take(pa.array(self.starts[part.kind] + part.detail % self.sizes[part.kind]))
        told = order_properties(self.invoices, part.detail[rows], self.currency)
        places = np.arange(len(part))
        places[rows] = len(part) + np.arange(len(rows))
        return pa.concat_arrays([known, told]).take(pa.array(places))


def _arrivals(lives: Lives) -> Happenings:
    return _all(np.arange(len(lives.arrived)), lives.arrived, CREATED, 0)


def _orders(invoices: Invoices) -> Happenings:
    kind = np.where(invoices.is_return, RETURNED, ORDERED).astype(np.int8)
    return Happenings(invoices.who.astype(np.int32), invoices.at, kind, np.arange(len(invoices.at), dtype=np.int32))


def _complaints(lives: Lives, end: int, random: np.random.Generator) -> list[Happenings]:
    """A complaint comes some days after its order; being put right, some days later."""
    orders = lives.orders
    made = np.flatnonzero(orders.complained)
    at = orders.at[made] + (random.random(len(made)) * 2 * DAY).astype(np.int64) + DAY
    about = random.integers(0, len(COMPLAINTS), len(made))
    settled = orders.put_right[made]
    later = at[settled] + (random.random(int(settled.sum())) * DAY).astype(np.int64)
    who = orders.who[made]
    return [
        _before(_all(who, at, COMPLAINT, about), end),
        _before(_all(who[settled], later, SETTLED, about[settled]), end),
    ]


def _mail(lives: Lives, end: int, random: np.random.Generator, model: Model) -> list[Happenings]:
    told = []
    for number, campaign in enumerate(model.campaigns):
        who = np.flatnonzero(lives.treated[:, number])
        at = np.full(len(who), end - campaign.days_before_end * DAY) + random.integers(0, 30 * _MINUTE, len(who))
        opens = random.random(len(who)) < OPENS
        opened = at[opens] + random.integers(_MINUTE, 2 * DAY, int(opens.sum()))
        told += [_all(who, at, MAIL_SENT, number), _all(who[opens], opened, MAIL_OPENED, number)]
    return told


def _visits(lives: Lives, count: int, end: int, random: np.random.Generator) -> list[Happenings]:
    """A third leads to orders, minutes before each. The rest is by interest, and thins out before somebody leaves."""
    orders = lives.orders
    leading = min(count // 3, 3 * len(orders))
    row = random.permutation(len(orders))[: leading // 3]
    steps = np.repeat(row, 3)
    before = np.tile(np.array([9, 5, 2]) * _MINUTE, len(row)) + random.integers(0, _MINUTE, len(steps))
    kinds = np.tile(np.array([PAGE, PRODUCT, BASKET], np.int8), len(row))
    product = random.integers(0, 2**20, len(steps))
    lead = Happenings(orders.who[steps].astype(np.int32), np.maximum(orders.at[steps] - before, 0), kinds,
                      product.astype(np.int32))  # fmt: skip
    rest = count - len(lead)
    stays = np.minimum(lives.left, end) - lives.arrived
    interest = np.cumsum((0.5 + np.where(lives.buys, lives.rate, 0.0)) * stays)
    who = np.searchsorted(interest, random.random(rest) * interest[-1]).astype(np.int32)
    share = random.random(rest, np.float32)
    share = np.where(lives.left[who] < end, share**1.5, share)
    kind = random.choice(np.array([PAGE, PRODUCT, BASKET], np.int8), rest, p=(0.65, 0.3, 0.05))
    at = lives.arrived[who] + (share * stays[who]).astype(np.int64)
    return [lead, Happenings(who, at, kind, random.integers(0, 2**20, rest, np.int32))]


def _all(who: Numbers, at: Numbers, kind: int, detail: Numbers | int) -> Happenings:
    return Happenings(who.astype(np.int32), at, np.full(len(who), kind, np.int8),
                      np.broadcast_to(np.asarray(detail, np.int32), len(who)))  # fmt: skip


def _before(happenings: Happenings, end: int) -> Happenings:
    those = happenings.at < end
    return Happenings(*(getattr(happenings, name)[those] for name in ("who", "at", "kind", "detail")))
