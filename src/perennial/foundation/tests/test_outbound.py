"""What may be asked for outside, and what is known when it went wrong."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.test import override_settings

from perennial.foundation.outbound import InDoubt, NotAllowed, NotSent, allowed_addresses, is_public, post, target_of


@contextmanager
def answering(*answers: bytes, drips: bytes = b"") -> Iterator[tuple[int, list[bytes]]]:
    """A receiver on loopback that answers each connection with the next of these bytes; without any it goes on
    dripping until the other side leaves."""
    heard: list[bytes] = []
    waiting = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for answer in answers:
            try:
                reached, _address = waiting.accept()
            except OSError:
                return
            with reached:
                heard.append(reached.recv(65536))
                try:
                    reached.sendall(answer)
                    while drips:
                        reached.sendall(drips)
                        threading.Event().wait(0.02)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield waiting.getsockname()[1], heard
    finally:
        waiting.close()


@pytest.mark.parametrize("address", [
    "127.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "0.0.0.1", "224.0.0.1",
    "255.255.255.255", "192.0.0.192", "198.18.0.1", "168.63.129.16", "240.0.0.1", "192.88.99.1",
    "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1",
    "3fff::1", "fec0::1", "5f00::1",
])  # fmt: skip
def test_addresses_inside_the_house_and_reserved_ones_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.215.14", "172.32.0.1", "2606:4700:4700::1111", "2a00::1"])
def test_the_rest_of_the_world_is(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("url", [
    "", "example.com", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "javascript:alert(1)",
    "http://", "http:///x", "https://ada:secret@example.com/", "https://ada@example.com/", "http://example.com:22/",
    "http://example.com:25/", "http://example.com:0/", "http://example.com:99999/", "http://example.com:x/",
    "http://exa mple.com/", "http://example.com/\r\nX: 1", "http://example.com\\@10.0.0.1/", "http://[::1/",
    "http://example.com/\x00", "http://пример.example/", "http://example.com/" + "x" * 2000,
])  # fmt: skip
def test_what_is_no_address_of_the_web_is_refused_by_its_form(url: str) -> None:
    with pytest.raises(NotAllowed):
        target_of(url)


@pytest.mark.parametrize("host", [
    "127.0.0.1", "localhost", "localhost.", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0", "10.0.0.1", "169.254.169.254",
])  # fmt: skip
def test_however_it_is_written_the_house_is_not_called(host: str) -> None:
    """Some ways of writing are no name at all on some machines; they are not called either."""
    with pytest.raises(NotSent):
        allowed_addresses(target_of(f"http://{host}:8000/hook"))


def test_what_is_allowed_is_allowed_by_host_by_port_or_by_network() -> None:
    target = target_of("http://127.0.0.1:8099/hook")
    for allowed in ("127.0.0.1", "127.0.0.1:8099", "127.0.0.0/8"):
        with override_settings(OUTBOUND_ALLOW=(allowed,)):
            assert allowed_addresses(target) == ["127.0.0.1"]
    for other in ("127.0.0.1:8098", "127.0.0.2", "10.0.0.0/8", "nonsense/99", "*"):
        with override_settings(OUTBOUND_ALLOW=(other,)), pytest.raises(NotAllowed):
            allowed_addresses(target)


def test_one_address_inside_spoils_a_name_that_has_several(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(0, 0, 0, "", (each, 443)) for each in ("1.1.1.1", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *asked, **more: found)
    with pytest.raises(NotAllowed):
        allowed_addresses(target_of("https://two-faced.example/"))


def test_the_connection_goes_to_the_address_that_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that means the house a moment later (rebinding) gains nothing: it is looked up once."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def look_up(host: str, *given: object, **more: object) -> object:
        if host == "rebinding.example":
            asked.append(host)
            return [(2, 1, 6, "", ("127.0.0.1", 0))]
        return real(host, *given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with answering(b"HTTP/1.1 204 No Content\r\n\r\n") as (port, heard):
        with override_settings(OUTBOUND_ALLOW=("rebinding.example",)):
            assert post(f"http://rebinding.example:{port}/hook", b"{}", {}).status == 204
        assert asked == ["rebinding.example"]
        assert f"Host: rebinding.example:{port}".encode() in heard[0]


@override_settings(OUTBOUND_ALLOW=("127.0.0.1",))
def test_an_answer_is_an_answer_whatever_its_status_and_redirects_are_not_followed() -> None:
    with answering(
        b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 500 Oh\r\nContent-Length: 3\r\n\r\nbad",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 300_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense",
    ) as (port, heard):
        url = f"http://127.0.0.1:{port}/hook?a=1"
        assert post(url, b"{}", {"X-Kept": "yes"}).status == 302
        assert post(url, b"{}", {}).body == b"bad"
        assert len(post(url, b"{}", {}).body) == 64 * 1024
        assert post(url, b"{}", {}).status == 200
    assert len(heard) == 4
    assert heard[0].startswith(b"POST /hook?a=1 HTTP/1.1\r\n")
    assert b"X-Kept: yes" in heard[0]


@override_settings(OUTBOUND_ALLOW=("127.0.0.1",))
def test_what_left_without_an_answer_is_in_doubt() -> None:
    headers = b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: 1\r\n" % number for number in range(500))
    with answering(b"", b"nonsense\r\n\r\n", headers) as (port, _heard):
        for _answer in range(3):
            with pytest.raises(InDoubt):
                post(f"http://127.0.0.1:{port}/", b"{}", {})


@override_settings(OUTBOUND_ALLOW=("127.0.0.1",))
def test_a_receiver_that_drips_is_cut_off() -> None:
    with answering(b"HTTP/1.1 2", drips=b"0") as (port, _heard), pytest.raises(InDoubt):
        post(f"http://127.0.0.1:{port}/", b"{}", {}, whole_seconds=0.2)
    with answering(b"HTTP/1.1 200 OK\r\nX: ", drips=b"y") as (port, _heard):
        assert post(f"http://127.0.0.1:{port}/", b"{}", {}, whole_seconds=0.2).status == 200


@override_settings(OUTBOUND_ALLOW=("127.0.0.1",))
def test_what_cannot_have_left_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        closed = nobody.getsockname()[1]
    with pytest.raises(NotSent) as refused:
        post(f"http://127.0.0.1:{closed}/", b"{}", {})
    assert not refused.value.is_lasting
    with answering(b"not TLS at all") as (port, _heard), pytest.raises(NotSent):
        post(f"https://127.0.0.1:{port}/", b"{}", {})
    with answering(b"HTTP/1.1 200 OK\r\n\r\n") as (port, heard), pytest.raises(NotSent):
        post(f"http://127.0.0.1:{port}/", b"{}", {}, begin_by=0.0)
    assert heard in ([], [b""])
    monkeypatch.setattr(socket, "getaddrinfo", _unknown)
    with pytest.raises(NotSent):
        post("https://no-such-name.example/", b"{}", {})


def _unknown(*asked: object, **more: object) -> object:
    raise socket.gaierror(-2, "Name or service not known")


@override_settings(OUTBOUND_ALLOW=("127.0.0.1",))
def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") as (port, _heard):
        assert post(f"http://127.0.0.1:{port}/", b"", {}).status == 200
