"""Files in and out: CSV import with everything it does, beside bare COPY; the streamed export."""

from __future__ import annotations

import csv
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from bench.deployment import Deployment
from bench.figures import Figure

PEOPLE, LINES = 250, 500  # rows for each request asked for: 50,000 people and 100,000 lines by default
COPIED = 2_000  # rows of a bare COPY at a time
EXPORTED = 300_000  # rows that are read of an export


def imports(it: Deployment, requests: int) -> list[Figure]:
    mark = uuid.uuid4().hex[:8]
    people = _people_file(it.home / "bench-people.csv", requests * PEOPLE, mark)
    lines = _lines_file(it, it.home / "bench-lines.csv", requests * LINES, mark)
    it.settle()
    person = _imported(it, people, "customers.person")
    it.settle()
    bare_people = _bare_people(it, min(requests * PEOPLE, 20_000), mark)
    line = _imported(it, lines, "commerce.order_lines")
    it.settle()
    bare_lines = _bare_lines(it, min(requests * LINES, 100_000))
    return [
        Figure(
            "CSV import, people",
            person,
            "/s",
            5_000,
            more=True,
            yardstick=bare_people,
            yardstick_name=f"bare COPY of the row alone, {COPIED:,} at a time",
        ),
        Figure(
            "CSV import, order lines",
            line,
            "/s",
            20_000,
            more=True,
            yardstick=bare_lines,
            yardstick_name=f"bare COPY of the line alone, {COPIED:,} at a time",
        ),
    ]


def export(it: Deployment, requests: int) -> list[Figure]:
    """Streamed rows, from the request to the last byte that is read."""
    wanted = min(EXPORTED, it.people)
    browser = it.browser()
    started, rows = time.perf_counter(), 0
    browser.connection.request("GET", "/o/customers.person/export.csv", headers={"Cookie": browser.headers["Cookie"]})
    answer = browser.connection.getresponse()
    assert answer.status == 200, answer.status
    while rows < wanted and (part := answer.read(1 << 18)):
        rows += part.count(b"\n")
    rate = rows / (time.perf_counter() - started)
    browser.connection.close()
    with psycopg.connect(it.database, autocommit=True) as connection:
        started = time.perf_counter()
        with connection.cursor().copy(
            "COPY (SELECT id, name, email, phone, company_id, stage, standing, worth, owner_id, country, city,"
            " external_id, created_at FROM customers_customer WHERE kind = 'person' AND deleted_at IS NULL"
            f" ORDER BY worth DESC, id DESC LIMIT {wanted}) TO STDOUT (FORMAT csv)"
        ) as copy:
            bare = sum(1 for _row in copy)
        bare_rate = bare / (time.perf_counter() - started)
    return [Figure("export", rate, "/s", 50_000, more=True, yardstick=bare_rate, yardstick_name="bare COPY TO STDOUT")]


def _people_file(path: Path, count: int, mark: str) -> Path:
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Name", "First name", "Last name", "E-mail", "Telephone", "Country", "City", "External id"])
        for number in range(count):
            rows.writerow([f"Imported Person{number}", "Imported", f"Person{number}", f"i{number}.{mark}@bench.example",
                           f"+4477{number:08d}", "GB", "Leeds", f"{mark}-{number}"])  # fmt: skip
    return path


def _lines_file(it: Deployment, path: Path, count: int, mark: str) -> Path:
    """Orders of five lines by customers whom the file brings along."""
    codes = it.fetch("SELECT sku, name, price FROM commerce_product WHERE sku IS NOT NULL ORDER BY id LIMIT 500")
    now = datetime.now(UTC)
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "Customer ID"])
        for number in range(count):
            code, name, price = codes[(number * 7) % len(codes)]
            order = number // 5
            placed = now - timedelta(minutes=order % 500_000)
            rows.writerow([f"B{mark}{order}", code, name, 1 + number % 4, f"{placed:%Y-%m-%d %H:%M}", price,
                           f"B{mark}-{order % max(1, count // 25)}"])  # fmt: skip
    return path


def _imported(it: Deployment, file: Path, kind: str) -> float:
    """Rows a second, by the import's own clock."""
    it.run("import", str(file), "--kind", kind)
    rows, skipped, seconds, error = it.fetch(
        "SELECT position, skipped, extract(epoch FROM finished_at - started_at)::float8, error"
        " FROM objects_import ORDER BY id DESC LIMIT 1"
    )[0]
    assert not skipped, f"{skipped} rows of {file} were skipped"
    assert not error, error
    file.unlink()
    return float(rows / seconds)


def _bare_people(it: Deployment, count: int, mark: str) -> float:
    now = datetime.now(UTC)
    grams = "{" + ",".join(str(97 << 16 | number * 131) for number in range(60)) + "}"
    rows = [("person", f"Bare Person{n}", "Bare", f"Person{n}", f"b{n}.{mark}@bench.example", f"+4478{n:08d}", "GB",
             "Leeds", f"bare-{mark}-{n}", f"bare person{n}", f"bare person{n}", grams, 1, False, "{}", now, now)
            for n in range(count)]  # fmt: skip
    columns = ("kind, name, first_name, last_name, email, phone, country, city, external_id, sort_key, folded, grams,"
               " version, is_sample, custom, created_at, updated_at")  # fmt: skip
    return _bare_copy(it, "customers_customer", columns, rows)


def _bare_lines(it: Deployment, count: int) -> float:
    """Into orders that the import has just made, as lines that they do not have."""
    orders = [id for (id,) in it.fetch("SELECT id FROM commerce_order ORDER BY id DESC LIMIT %s", [max(1, count // 5)])]
    rows = [(orders[n // 5 % len(orders)], 1, 100 + n % 5, "goods", "Blue Oak Lamp", 2, "12.50", "25.00", 10**6 + n)
            for n in range(count)]  # fmt: skip
    columns = "order_id, product_id, position, kind, description, quantity, unit_price, amount, fingerprint"
    return _bare_copy(it, "commerce_order_line", columns, rows)


def _bare_copy(it: Deployment, table: str, columns: str, rows: list[tuple[object, ...]]) -> float:
    with psycopg.connect(it.database) as connection:
        started = time.perf_counter()
        for start in range(0, len(rows), COPIED):
            with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows[start : start + COPIED]:
                    copy.write_row(row)
            connection.commit()
        return len(rows) / (time.perf_counter() - started)
