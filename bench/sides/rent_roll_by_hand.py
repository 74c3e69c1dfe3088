"""The rent roll's figures as somebody would ask a database for them by hand: no ORM, no rights, no words.

`kept` reads the balances that are kept, `summed` the lines. Both give the sums by property, 50 rows, and in all
(balance, past due).
"""

from __future__ import annotations

import sqlite3
from datetime import date

OWED = (
    "'rent_receivable', 'other_receivable', 'fees_receivable', 'deposits_receivable', 'lease_receivable',"
    " 'credit_line_receivable', 'finance_receivable', 'loan_principal', 'loan_interest', 'customer_credit'"
)
PARTS = "SUM(amount_minor) AS owed, SUM(CASE WHEN account = 'customer_credit' THEN amount_minor ELSE 0 END) AS credit"
KEPT = f"SELECT agreement_id, {PARTS} FROM balance WHERE account IN ({OWED}) GROUP BY agreement_id"
LINES = (
    f"SELECT agreement_id, {PARTS} FROM journal_entry AS e JOIN journal_line AS l ON l.entry_id = e.id"
    f" WHERE e.effective_on <= :on AND account IN ({OWED}) GROUP BY agreement_id"
)
HERE = (
    "a.kind = 'rental' AND a.status <> 'undone' AND a.start_on <= :on AND (a.ended_on IS NULL OR a.ended_on >= :on)"
    " AND (a.ends_on IS NULL OR a.ends_on >= :on)"
)
UNITS = (
    "SELECT u.property_id, COUNT(*), SUM(u.size), SUM(u.market_rent_minor), COUNT(a.id) FROM unit AS u"
    f" LEFT JOIN agreement AS a ON a.unit_id = u.id AND {HERE} GROUP BY u.property_id"
)
MONTHS = (
    "SELECT u.property_id, json_extract(line.value, '$.type') AS type, SUM(json_extract(line.value, '$.amount_minor'))"
    " FROM agreement AS a JOIN unit AS u ON u.id = a.unit_id JOIN json_each(a.terms, '$.terms.lines') AS line"
    f" WHERE {HERE} GROUP BY u.property_id, type"
)
AHEAD = (
    "SELECT SUM(c.amount_minor) FROM charge AS c JOIN journal_entry AS e ON e.id = c.entry_id"
    " WHERE (posted_on IS NULL OR due_on > posted_on) AND c.due_on > :on AND e.effective_on <= :on"
)
ROWS = (
    "SELECT p.name, u.name, u.beds, u.size, u.market_rent_minor, a.number, a.terms, o.name, b.account, b.amount_minor"
    " FROM (SELECT u.* FROM unit AS u JOIN property AS p ON p.id = u.property_id ORDER BY p.name, p.id, u.name, u.id"
    " LIMIT 50) AS u JOIN property AS p ON p.id = u.property_id"
    f" JOIN agreement AS a ON a.unit_id = u.id AND {HERE}"
    " JOIN agreement_party AS y ON y.agreement_id = a.id JOIN person AS o ON o.id = y.person_id"
    " LEFT JOIN balance AS b ON b.agreement_id = a.id"
)


def kept(connection: sqlite3.Connection, on: date) -> tuple[int, int]:
    return _asked(connection, KEPT, on)


def summed(connection: sqlite3.Connection, on: date) -> tuple[int, int]:
    return _asked(connection, LINES, on)


def _asked(connection: sqlite3.Connection, per: str, on: date) -> tuple[int, int]:
    day = {"on": on.isoformat()}
    money = (
        "SELECT u.property_id, SUM(owed), SUM(CASE WHEN credit < 0 THEN -credit ELSE 0 END)"
        f" FROM ({per}) AS m JOIN agreement AS a ON a.id = m.agreement_id JOIN unit AS u ON u.id = a.unit_id"
        f" WHERE {HERE} GROUP BY u.property_id"
    )
    for question in (UNITS, MONTHS, ROWS):
        connection.execute(question, day).fetchall()
    rows = connection.execute(money, day).fetchall()
    coming = connection.execute(AHEAD, day).fetchone()[0] or 0
    balance = sum(row[1] for row in rows)
    return balance, balance + sum(row[2] for row in rows) - coming
