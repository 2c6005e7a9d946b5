"""The address of a PostgreSQL database, read from and written to the one form `postgresql://user:password@host/name`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit


class WrongAddress(Exception):
    """The text is no PostgreSQL address."""


@dataclass(frozen=True)
class Address:
    user: str
    password: str
    host: str
    """A host name, or the folder of a Unix socket (begins with a slash)."""
    port: int
    name: str
    options: tuple[tuple[str, str], ...] = ()

    @classmethod
    def not_there(cls, home: Path) -> Address:
        """Stands in for the embedded database before its first start: connecting fails, reading settings does not."""
        return cls("perennial", "", str(home / "run"), 5432, "perennial")

    @property
    def url(self) -> str:
        query = list(self.options)
        host = quote(self.host)
        if self.host.startswith("/"):
            query, host = [("host", self.host), *query], ""
        port = f":{self.port}" if self.port != 5432 else ""
        tail = f"?{urlencode(query)}" if query else ""
        return f"postgresql://{quote(self.user)}:{quote(self.password, safe='')}@{host}{port}/{quote(self.name)}{tail}"

    @property
    def shown(self) -> str:
        """For people and logs: without the password."""
        return f"{self.name} at {self.host}" + ("" if self.port == 5432 else f":{self.port}")

    def django(self) -> dict[str, Any]:
        return {
            "ENGINE": "perennial.foundation.database",
            "NAME": self.name,
            "USER": self.user,
            "PASSWORD": self.password,
            "HOST": self.host,
            "PORT": str(self.port),
            "OPTIONS": dict(self.options),
        }

    def variables(self) -> dict[str, str]:
        """What psql, pg_dump and pg_restore read, so that the password stays out of their command lines."""
        return {
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
            "PGHOST": self.host,
            "PGPORT": str(self.port),
            "PGDATABASE": self.name,
            **{f"PG{key.upper()}": value for key, value in self.options if key in ("sslmode", "sslrootcert")},
        }


def parse(url: str) -> Address:
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise WrongAddress("A database address looks like postgresql://user:password@host:5432/name.")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host = query.pop("host", "") or unquote(parts.hostname or "") or "localhost"
    return Address(
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=host,
        port=parts.port or int(query.pop("port", "5432")),
        name=unquote(parts.path.strip("/")),
        options=tuple(sorted(query.items())),
    )
