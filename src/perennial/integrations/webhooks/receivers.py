"""Receivers: made, changed, given another secret, switched off. Each change stands in the change log, secrets never."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, overload

from django.db import transaction
from django.utils.translation import gettext as _

from perennial.foundation import clock
from perennial.foundation.crypto import decrypt, encrypt
from perennial.foundation.errors import Conflict, Forbidden, Invalid, NotFound, Text
from perennial.foundation.outbound import NotSent, allowed_addresses, target_of
from perennial.integrations.models import Receiver
from perennial.timeline.outbox.reading import wake
from perennial.timeline.record import Change, ChangeKind, log_changes
from perennial.workspace.actor import Actor

PERMISSION = "webhooks.manage"
MOST = 100
_PURPOSE = "webhook"
_LOGGED_AS = "integrations.receiver"


class Offered(Sequence[tuple[str, Text]]):
    """The receivers as the choices of a form, asked each time they are shown."""

    def __iter__(self) -> Iterator[tuple[str, Text]]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())

    @overload
    def __getitem__(self, index: int) -> tuple[str, Text]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[tuple[str, Text]]: ...
    def __getitem__(self, index: int | slice) -> Any:
        return self._now()[index]

    def _now(self) -> list[tuple[str, Text]]:
        found = Receiver.objects.filter(retired_at=None).order_by("name").values_list("pk", "name")
        return [(str(pk), name) for pk, name in found]


def receivers() -> list[Receiver]:
    return list(Receiver.objects.filter(retired_at=None).order_by("name"))


def receiver(receiver_id: int) -> Receiver:
    found = Receiver.objects.filter(pk=receiver_id, retired_at=None).first()
    if found is None:
        raise NotFound
    return found


def make_receiver(name: str, url: str, *, by: Actor) -> tuple[Receiver, str]:
    """The receiver, and its secret, which is told this once."""
    _require(by)
    name, url = _checked(name, url)
    if Receiver.objects.filter(retired_at=None).count() >= MOST:
        raise Conflict(_("There are %(most)d receivers already. Remove one that nobody uses.") % {"most": MOST})
    told = _new_secret()
    with transaction.atomic():
        made = Receiver.objects.create(name=name, url=url, secret=encrypt(_PURPOSE, told), created_by=by.log_name)
        _log(made, "make", {"name": name, "host": target_of(url).shown}, by, kind="create")
    return made, told


def change_receiver(found: Receiver, name: str, url: str, *, by: Actor) -> None:
    """Deliveries that wait go to the new address."""
    _require(by)
    name, url = _checked(name, url, but=found)
    said: dict[str, Any] = {}
    if name != found.name:
        said["name"] = [found.name, name]
    if url != found.url:
        said["host"] = [target_of(found.url).shown, target_of(url).shown]
    if said:
        found.name, found.url = name, url
        with transaction.atomic():
            found.save(update_fields=["name", "url"])
            wake(found.lane)
            _log(found, "change", said, by)


def switch(found: Receiver, *, is_on: bool, by: Actor) -> None:
    """Off: what is due for it is not sent, and says so."""
    _require(by)
    if found.is_on == is_on:
        return
    with transaction.atomic():
        Receiver.objects.filter(pk=found.pk).update(is_on=is_on)
        wake(found.lane)
        _log(found, "switch", {"is_on": [found.is_on, is_on]}, by)
    found.is_on = is_on


def renew_secret(found: Receiver, *, by: Actor) -> str:
    """Another secret, told this once. The one before signs beside it until the next change, so that a receiver that
    does not know the new one yet misses nothing."""
    _require(by)
    told = _new_secret()
    found.earlier_secret, found.secret = found.secret, encrypt(_PURPOSE, told)
    with transaction.atomic():
        found.save(update_fields=["secret", "earlier_secret"])
        _log(found, "renew_secret", {"secret": ["…", "…"]}, by)
    return told


def forget_earlier(found: Receiver, *, by: Actor) -> None:
    """From now on only the newest secret signs."""
    _require(by)
    found.earlier_secret = ""
    with transaction.atomic():
        found.save(update_fields=["earlier_secret"])
        _log(found, "forget_earlier", {"secret": ["…", "…"]}, by)


def retire(found: Receiver, *, by: Actor) -> None:
    """Gone for good, with its secret; what was sent stays to be read in the change log of what sent it."""
    _require(by)
    with transaction.atomic():
        Receiver.objects.filter(pk=found.pk).update(
            retired_at=clock.real_now(),
            is_on=False,
            secret="",
            earlier_secret="",
            name=f"{found.name[:60]} ({found.pk})",
        )
        _log(found, "retire", {"name": [found.name, None]}, by, kind="delete")


def secrets_of(found: Receiver) -> list[str]:
    """Those that sign, the newest first; none when they cannot be read any more."""
    kept = [each for each in (found.secret, found.earlier_secret) if each]
    return [told for each in kept if (told := decrypt(_PURPOSE, each)) is not None]


def _checked(name: str, url: str, *, but: Receiver | None = None) -> tuple[str, str]:
    name, url = " ".join(name.replace("\x00", "").split()), url.strip()
    faults: dict[str, Text] = {}
    others = Receiver.objects.exclude(pk=but.pk if but is not None else 0)
    if not 1 <= len(name) <= 60:
        faults["name"] = _("Give it a name of at most 60 letters.")
    elif others.filter(name=name).exists():
        faults["name"] = _("There is one of this name already.")
    try:
        allowed_addresses(target_of(url))
    except NotSent as error:
        faults["url"] = error.sentence
    if faults:
        raise Invalid(faults)
    return name, url


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def _require(by: Actor) -> None:
    if not by.may(PERMISSION):
        raise Forbidden


def _log(found: Receiver, word: str, values: Mapping[str, Any], by: Actor, *, kind: ChangeKind = "configure") -> None:
    log_changes([Change(_LOGGED_AS, found.pk, kind, values)], actor=by.log_name, action=f"webhooks.{word}")
