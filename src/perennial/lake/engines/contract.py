"""What every engine of the lake can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import Refused

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from deltalake import DeltaTable

Arrow: TypeAlias = Any  # a table, a chunked array or a scalar of pyarrow, which has no types


class Engine(Protocol):
    """An open engine. It is asked by one thread at a time, and forgets everything when it is closed."""

    @property
    def name(self) -> str: ...

    def show_log(self, shown_as: str, table: DeltaTable) -> None:
        """Show all rows of a Delta table, of the version that it is at."""
        ...

    def show_current(self, shown_as: str, table: DeltaTable, *, id_column: str) -> None:
        """Show of each row the latest version that is not removed, without the columns of versions."""
        ...

    def table(self, shown_as: str) -> ir.Table: ...

    def interrupt(self) -> None:
        """Break off the question that another thread is asking: it ends with an error."""
        ...

    def arrow(self, asked: ir.Expr) -> Arrow:
        """What an expression comes to, in the types that the expression has: a table, a column or one value."""
        ...


class EngineMissing(Refused):
    """The engine that the settings name cannot be had; the sentence says what is missing."""

    code = "engine_missing"
    status = 503
    sentence = _("The engine of the lake does not answer.")


class NotInSql(Exception):
    """A question in DuckDB's SQL to another engine: ask by an Ibis expression, or open the lake with DuckDB."""
