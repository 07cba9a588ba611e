"""Rows read and written with plain SQL: sqlite-utils' insert asks for the schema on every call.

Names of tables and columns are ours, values are bound.
"""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database


def one(db: Database, sql: str, parameters: list[Any] | dict[str, Any]) -> dict[str, Any] | None:
    """The first row of a query as a dictionary; None when there is none."""
    cursor = db.execute(sql, parameters)
    row = cursor.fetchone()
    return None if row is None else dict(zip((column[0] for column in cursor.description), row, strict=True))


def insert(db: Database, table: str, values: dict[str, Any]) -> int:
    """Write a new row; its number, where the table numbers them."""
    marks = ", ".join("?" * len(values))
    sql = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})"  # noqa: S608
    return int(db.execute(sql, list(values.values())).lastrowid or 0)


def update(db: Database, table: str, key: str, number: int, values: dict[str, Any]) -> None:
    """Write some columns of the row whose column `key` has this number."""
    settings = ", ".join(f"{name} = ?" for name in values)
    db.execute(f"UPDATE {table} SET {settings} WHERE {key} = ?", [*values.values(), number])  # noqa: S608
