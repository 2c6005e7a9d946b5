"""HTTP out of the house, guarded: the only way in which an address that somebody typed is ever asked.

The name is resolved here, every address that it has is judged, and the connection goes to one of those that were
judged, so that a name which means something else a moment later (rebinding) gains nothing. Addresses inside the house
are refused unless `OUTBOUND_ALLOW` names the host or its network. Redirects are answers and are not followed; proxies
of the environment are not asked; time and size are bounded whatever the other side does.

What goes wrong says whether the request can have arrived: `NotSent` is certain that it has not, `InDoubt` is not.
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from perennial.foundation.errors import Refused

CONNECT_SECONDS = 5.0
WHOLE_SECONDS = 15.0  # from the first byte sent to the last one read
MOST_READ = 64 * 1024
LONGEST_URL = 2_000
_PORTS = {"http": 80, "https": 443}
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")

# IANA's special-purpose registries, and what lies on public addresses but belongs to the machine's own host.
_REFUSED_4 = [ipaddress.IPv4Network(each) for each in (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
    "168.63.129.16/32",  # a cloud's own services, seen from its machines
)]  # fmt: skip
_GLOBAL_6 = ipaddress.IPv6Network("2000::/3")  # all else is local, mapped, translated or nobody's
_REFUSED_6 = [ipaddress.IPv6Network(each) for each in (
    "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "2620:4f:8000::/48",
)]  # fmt: skip


class NotSent(Refused):
    """The request has certainly not arrived. `is_lasting`: nor would it on another try."""

    code = "not_sent"
    is_lasting = False


class NotAllowed(NotSent):
    code = "address_not_allowed"
    is_lasting = True
    sentence = gettext_lazy("This address is not one that may be called from here.")


class InDoubt(Refused):
    """The request went out, and no answer came back: it may have had its effect."""

    code = "in_doubt"
    sentence = gettext_lazy("The request went out, but no answer came back.")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes  # its beginning, MOST_READ bytes at most


class Target(NamedTuple):
    """An address taken apart, and judged by its form alone."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def shown(self) -> str:
        """The host as headers and people have it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def target_of(url: str) -> Target:
    """Refuses what is no address of the web, what carries a password, and ports that speak something else."""
    if len(url) > LONGEST_URL or _UNSAFE.search(url) or not url.isascii():
        raise NotAllowed(_("Write an address such as https://example.com/hook, without spaces or special letters."))
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise NotAllowed(_("Write an address such as https://example.com/hook.")) from None
    if parts.scheme not in _PORTS or not host:
        raise NotAllowed(_("Write an address such as https://example.com/hook."))
    if parts.username is not None or parts.password is not None:
        raise NotAllowed(_("An address must not hold a name or a password."))
    port = _PORTS[parts.scheme] if port is None else port
    if port not in _PORTS.values() and port < 1024:
        raise NotAllowed(_("This port is not one that may be called: take 80, 443 or one above 1023."))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, path)


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, begin_by: float = inf, whole_seconds: float = WHOLE_SECONDS
) -> Answer:
    """Send once; the answer, whatever its status. Raises `NotSent`, also where the request could not begin before
    `begin_by` by the wall clock (a machine that slept), or `InDoubt`."""
    target = target_of(url)
    reached = _connected(target, allowed_addresses(target))
    if time.time() > begin_by:
        reached.close()
        raise NotSent(_("It was too late to begin."))
    connection = _Reached(target, reached)
    ending = threading.Timer(whole_seconds, _cut, [reached])  # a receiver that drips is not waited for
    ending.daemon = True
    ending.start()
    try:
        given = {"Host": target.shown, "Connection": "close", "Accept-Encoding": "identity", **headers}
        connection.request("POST", target.path, body=body, headers=given)
        answer = connection.getresponse()
        return Answer(answer.status, _beginning(answer))
    except (OSError, http.client.HTTPException) as error:
        raise InDoubt(_("The request went out, but no answer came back (%(why)s).") % {"why": _why(error)}) from None
    finally:
        ending.cancel()
        connection.close()
        reached.close()


def allowed_addresses(target: Target) -> list[str]:
    """All that the name means, if all of it may be called: one wrong address among them spoils the name."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotSent(_("The name %(host)s is not known.") % {"host": target.host[:200]}) from None
    addresses = list(dict.fromkeys(str(each[4][0]).partition("%")[0] for each in found))
    if not all(is_allowed(each, target) for each in addresses):
        raise NotAllowed(
            _("%(host)s lies inside the house or is reserved. Whoever runs this server can allow it: OUTBOUND_ALLOW.")
            % {"host": target.shown[:200]}
        )
    return addresses


def is_allowed(address: str, target: Target) -> bool:
    """Public, or named in OUTBOUND_ALLOW: a host ("hooks.internal"), one of its ports ("10.0.0.7:8080"), a network."""
    return is_public(address) or any(_names(each, address, target) for each in settings.OUTBOUND_ALLOW)


def is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in each for each in _REFUSED_4)
    return ip in _GLOBAL_6 and not any(ip in each for each in _REFUSED_6)


def _names(allowed: str, address: str, target: Target) -> bool:
    allowed = allowed.lower()
    if allowed in (target.host, target.shown, f"{target.host}:{target.port}"):
        return True
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(allowed)
    except ValueError:
        return False


def _connected(target: Target, addresses: Iterable[str]) -> socket.socket:
    """A socket to one of the judged addresses, TLS done: up to here nothing of the request has left."""
    why = ""
    for address in list(addresses)[:4]:
        reached: socket.socket | None = None
        try:
            reached = socket.create_connection((address, target.port), timeout=CONNECT_SECONDS)
            reached.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return _secured(reached, target) if target.scheme == "https" else reached
        except (OSError, UnicodeError) as error:
            why = _why(error)
            if reached is not None:
                reached.close()
    raise NotSent(_("%(host)s could not be reached (%(why)s).") % {"host": target.shown[:200], "why": why})


def _secured(reached: socket.socket, target: Target) -> socket.socket:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context.wrap_socket(reached, server_hostname=target.host.rstrip("."))


class _Reached(http.client.HTTPConnection):
    """http.client over a socket that is connected already: it never looks a name up, and never connects again."""

    auto_open = 0

    def __init__(self, target: Target, reached: socket.socket) -> None:
        super().__init__(target.host, target.port)
        self.sock: Any = reached


def _beginning(answer: http.client.HTTPResponse) -> bytes:
    """Its status is known by now, whatever becomes of the rest."""
    try:
        return answer.read(MOST_READ)
    except (OSError, http.client.HTTPException):
        return b""


def _cut(reached: socket.socket) -> None:
    try:
        socket.socket.shutdown(reached, socket.SHUT_RDWR)  # of the socket itself: TLS would wait for the other side
    except OSError:
        return


def _why(error: Exception) -> str:
    """For people, short, and without what the other side may have put into it."""
    match error:
        case ssl.SSLCertVerificationError():
            return str(error.verify_message)[:120]
        case TimeoutError():
            return _("it took too long")
        case OSError() if error.strerror:
            return error.strerror[:120]
    return type(error).__name__
