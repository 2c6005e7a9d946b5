"""What people do on a firm's sites and apps. Names with a dollar are ours, all others the client's own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from perennial.timeline.types import EventType, Property, register_event_type

PAGE_VIEWED = register_event_type(EventType(
    key="customers.page_viewed", label=_("Page viewed"), sentence=_("Viewed the page {$name}"), icon="world",
    team="customers", properties=(Property("$name"), Property("$category"), Property("url"), Property("referrer")),
))  # fmt: skip
SCREEN_VIEWED = register_event_type(EventType(
    key="customers.screen_viewed", label=_("Screen viewed"), sentence=_("Viewed the screen {$name}"),
    icon="device-mobile", team="customers", properties=(Property("$name"), Property("$category")),
))  # fmt: skip
IDENTIFIED = register_event_type(EventType(
    key="customers.identified", label=_("Identified"), sentence=_("Was recognised by a site or an app"),
    icon="fingerprint", team="customers", properties=(Property("$user_id"), Property("$anonymous_id")), is_ours=True,
))  # fmt: skip
GROUPED = register_event_type(EventType(
    key="customers.grouped", label=_("Company named"), sentence=_("Belongs to the company {$group_id}"),
    icon="building", team="customers", properties=(Property("$group_id"),), subject="customers.company",
    is_ours=True,
))  # fmt: skip
ALIASED = register_event_type(EventType(
    key="customers.aliased", label=_("Other id named"), sentence=_("Is also known as {$previous_id}"),
    icon="fingerprint", team="customers", properties=(Property("$user_id"), Property("$previous_id")), is_ours=True,
))  # fmt: skip
