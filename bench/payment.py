"""How near one whole payment comes to what the database alone costs, on SQLite and on Postgres, and to other ledgers.

    PYTHONPATH=. .venv/bin/python bench/payment.py [sqlite] [postgres] [peers]      without a name: all three

A payment is: the attempt kept, the gateway's answer taken, interest posted, the money allocated, the entry, the
receipt, the audit and the mail; two durable commits, one payment at a time. The gateway answers at once. The other
ledgers post the balanced entry of the payment and nothing else.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys

from bench.sides import our_payment, raw_payment
from bench.sides.alternation import in_process, report, take_turns
from bench.sides.installation import Installation, installed
from bench.sides.peers import PEERS, peer, python_of_peers
from tests.fixtures.postgres import throwaway_postgres

LOANS = 200
TURNS = 15
UNITS = 60
AT_LEAST = 0.20
PEER_TURNS, PEER_UNITS, PEER_AT_LEAST = 9, 25, 5.0


def ids_of(installation: Installation) -> list[int]:
    from sqlalchemy import select

    from models import Agreement, db

    with installation.app.app_context():
        return list(db.session.scalars(select(Agreement.id).order_by(Agreement.id)))


def on_sqlite() -> bool:
    with installed(LOANS) as ours:
        copy = ours.folder / "raw.db"
        with sqlite3.connect(ours.database) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        shutil.copyfile(ours.database, copy)
        raw = raw_payment.Sqlite(copy)
        try:
            return compare("SQLite", "sqlite3, synchronous=FULL", ours, raw)
        finally:
            raw.close()


def on_postgres() -> bool:
    with throwaway_postgres(durable=True) as server:
        server.admin("CREATE DATABASE ours", "CREATE DATABASE raw")
        with installed(LOANS, server.url("raw")) as other, installed(LOANS, server.url("ours")) as ours:
            raw = raw_payment.Postgres(other.settings["DUEBOOK_DATABASE_URL"])
            try:
                return compare("Postgres", "psycopg, fsync on", ours, raw)
            finally:
                raw.close()


def compare(
    database: str, name: str, ours: Installation, raw: raw_payment.Sqlite | raw_payment.Postgres
) -> bool:
    print(f"\nOne payment on {database}, durable, one at a time")
    us = in_process("Duebook", our_payment.paying(ours))
    them = in_process(f"raw {name}", raw_payment.paying(raw, ids_of(ours), ours.who.person_id))
    take_turns([us, them], turns=TURNS, units=UNITS)
    return report(us, them, unit="payments", at_least=AT_LEAST)


def beside_peers() -> bool:
    if not python_of_peers().exists():
        print("\nThe other ledgers are not installed: `make bench` does it.")
        return False
    reached = True
    for name in PEERS:
        with installed(LOANS) as ours, peer(name, ours.folder) as them:
            print(f"\nThe same payment posted by {name}, SQLite, synchronous=FULL")
            us = in_process("Duebook, the whole payment", our_payment.paying(ours))
            take_turns([us, them], turns=PEER_TURNS, units=PEER_UNITS)
            reached &= report(us, them, unit="payments", at_least=PEER_AT_LEAST)
    return reached


PARTS = {"sqlite": on_sqlite, "postgres": on_postgres, "peers": beside_peers}


def main(wanted: list[str]) -> int:
    reached = [PARTS[name]() for name in wanted]
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(PARTS)))
