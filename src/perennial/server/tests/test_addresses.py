from __future__ import annotations

import pytest

from perennial.server.addresses import Address, WrongAddress, parse


@pytest.mark.parametrize(
    "address",
    [
        Address("ada", "p@ss/word:1", "db.example.com", 5433, "crm", (("sslmode", "require"),)),
        Address("perennial", "x", "/tmp/run folder", 5432, "perennial"),
    ],
)
def test_an_address_reads_back_as_written(address: Address) -> None:
    assert parse(address.url) == address
    assert address.password not in address.shown or address.password == "x"


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(WrongAddress):
        parse("mysql://ada@localhost/crm")
