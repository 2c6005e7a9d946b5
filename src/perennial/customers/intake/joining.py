"""Whose each call is, and what turns out to be the same: one pass over a group in order, in memory.

A user id has a profile of its own and, from its first call on, a customer. A device (anonymous id) has a profile
without a customer until somebody is known on it:

- a call that names both joins the device to the user: all that the device did belongs to the user's customer;
- a device that already belongs to somebody else is *shared*: what it did stays where it is, and from now on it
  leads to the user who was named last;
- a visitor who gives an address without a user id becomes a customer whom the first user id on that device takes
  over; later ones do not.

So a customer has one user id at most, and nothing moves from one customer to another. Only people merge people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from perennial.customers.intake.calls import Call


@dataclass(slots=True)
class Joining:
    """Numbers below zero stand for the `new` customers, who are still to be made.

    `users` and `devices` lead to profiles, `customers` from profiles to customers; `registered` are the people whose
    external id is a user id that is new. `taken` are customers that have a user id already, `numbered` those with an
    external id. What came out of it: `attached` profiles, `shared` devices with their new profile, and the user ids
    that become somebody's external id (`names`).
    """

    users: dict[str, int]
    devices: dict[str, int]
    customers: dict[int, int]
    registered: Mapping[str, int]
    taken: set[int]
    numbered: set[int]
    seen_users: set[str]
    new: list[int] = field(default_factory=list)
    attached: dict[int, int] = field(default_factory=dict)
    shared: dict[str, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)

    def place(self, call: Call, *, tells_who: bool) -> int:
        """The profile that the call belongs to. `tells_who`: an identify with something to recognise a person by."""
        if not call.user_id:
            return self._visitor(call, tells_who)
        self.seen_users.add(call.user_id)
        profile = self.users[call.user_id]
        customer = self.customers.get(profile)
        if customer is None:
            customer = self._customer_for(call.user_id, call.device)
            self._attach(profile, customer)
        self.taken.add(customer)
        if call.device:
            self._join(call.device, profile, customer)
        if call.kind == "alias" and call.other_id in self.devices and call.other_id not in self.seen_users:
            self._join(call.other_id, profile, customer)
        return profile

    def _visitor(self, call: Call, tells_who: bool) -> int:
        profile = self.devices[call.device]
        if tells_who and profile not in self.customers:
            self._attach(profile, self._make())
        return profile

    def _customer_for(self, user_id: str, device: str) -> int:
        registered = self.registered.get(user_id)
        if registered is not None and registered not in self.taken:
            return registered
        customer = self.customers.get(self.devices[device]) if device else None
        if customer is None or customer in self.taken or customer in self.numbered:
            customer = self._make()
        if registered is None:
            self.names[customer] = user_id
        return customer

    def _join(self, device: str, profile: int, customer: int) -> None:
        on_device = self.devices[device]
        known = self.customers.get(on_device)
        if known is None:
            self._attach(on_device, customer)
        elif known != customer:
            self.devices[device] = self.shared[device] = profile

    def _make(self) -> int:
        self.new.append(-len(self.new) - 1)
        return self.new[-1]

    def _attach(self, profile: int, customer: int) -> None:
        self.customers[profile] = self.attached[profile] = customer
