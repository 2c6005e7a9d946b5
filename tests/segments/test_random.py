"""Whatever happens, in whatever order: live work comes to what asking everybody anew comes to."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from perennial.commerce.models import Order
from perennial.customers.models import Customer
from perennial.foundation.sql import execute
from perennial.objects.types import object_types
from perennial.rules.changing import make_segment
from perennial.rules.index import forget_index
from perennial.rules.live import turn
from perennial.rules.models import Segment, SegmentVersion
from perennial.workspace.actor import SYSTEM
from tests.segments.world import (
    CALLED,
    day,
    did,
    fresh,
    inside,
    it_is,
    known,
    logged,
    ordered,
    person,
    rule,
    segment,
    settled,
    update,
)

RULES = (
    ("customers.person", f"did {CALLED} at least 2 times within 30 days"),
    ("customers.person", f"did not {CALLED} within 10 days"),
    ("customers.person", f'country = "KZ" or (did {CALLED} and company.country = "BA")'),
    ("customers.person", "has commerce.order.customer at least 2 times where (total > 60)"),
    ("customers.person", "sum(total of related commerce.order.customer) > 150"),
    ("customers.person", "created_at older than 104 days"),
    ("customers.person", "did commerce.order_placed before 20 days ago"),
    ("customers.person", 'changed country to "KZ"'),
    ("customers.company", f"did {CALLED} at least 2 times"),
    ("customers.customer", f'stage = "loyalty" or did {CALLED} exactly 1 time within 2 weeks'),
    ("customers.customer", f"did {CALLED} at least 2 times within 30 days"),
)  # fmt: skip

things = st.lists(
    st.tuples(
        st.sampled_from(
            ["call", "call", "order", "country", "join", "delete", "restore", "stage", "void", "time", "time"]
        ),
        st.integers(0, 3),
        st.sampled_from([0.3, 1, 2.5, 5, 12]),
        st.booleans(),
    ),
    min_size=3,
    max_size=16,
)


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(things=things)
def test_live_stays_what_asking_everybody_anew_says(things) -> None:
    _begin_again()
    now = 100.0
    firms = [known("Peltier", kind="company", country="BA"), known("Hargreaves", kind="company", country="GB")]
    people = [
        person("Cleo", country="KZ"),
        person("Anne", company=firms[0]),
        person("Dov", at=3),
        person("Emil", at=60),
    ]
    made = []
    for number, (kind, text) in enumerate(RULES):
        made.append(make_segment(object_types[kind], f"Rule {number}", rule(text, kind), by=SYSTEM, is_live=True))
    made.append(segment(f"in segment {made[0].key} or in segment {made[2].key}", "Outer"))
    for what, whom, span, is_settled in things:
        customer = people[whom]
        match what:
            case "call":
                did(customer, CALLED, now - span)
            case "order":
                ordered(customer, day(now - span), 70)
            case "country":
                update(customer, country="KZ" if customer.country != "KZ" else "BA")
            case "join":
                firm, old = firms[int(span) % 2], Customer.objects.get(pk=customer.pk).company_id
                Customer.objects.filter(pk=customer.pk).update(company=firm)
                logged("customers.person", customer.pk, "update", company=[old, firm.pk])
            case "delete" | "restore":
                Customer.objects.filter(pk=customer.pk).update(deleted_at=day(now) if what == "delete" else None)
                logged("customers.person", customer.pk, what)
            case "stage":
                stage = "loyalty" if span > 2 else "reach"
                Customer.objects.filter(pk=customer.pk).update(stage=stage)
            case "void":
                order = Order.objects.filter(customer=customer, deleted_at=None).first()
                if order is not None:
                    Order.objects.filter(pk=order.pk).update(deleted_at=day(now))
                    logged("commerce.order", order.pk, "delete")
            case "time":
                now += min(span, 5)
                it_is(now)
        if is_settled:
            turn()
    settled()
    for each in made:
        assert inside(each) == fresh(each), each.name


def _begin_again() -> None:
    execute(
        "TRUNCATE customers_customer, commerce_order, commerce_customer_facts, timeline_event, timeline_change,"
        " timeline_consumer, rules_touched, rules_stay CASCADE"
    )
    SegmentVersion.objects.all().delete()
    Segment.objects.all().delete()
    execute("UPDATE rules_mark SET version = version + 1, watched = '{}'")
    execute("UPDATE rules_passing SET followed_to = NULL")
    forget_index()
    it_is(100)
