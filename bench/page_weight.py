"""The weight of the first pages with everything they load, plain and as a proxy would compress them.

    PYTHONPATH=. .venv/bin/python bench/page_weight.py

A page's weight is its HTML and each file of ours that it names: style sheets, scripts, icons. Every such file must be
addressed by the hash of its content and may be kept for ever, so a second visit loads the HTML alone.
"""

from __future__ import annotations

import gzip
import re
import sys
from datetime import UTC, datetime

from flask.testing import FlaskClient

from bench.sides.installation import installed

PLAIN_AT_MOST, PACKED_AT_MOST = 120_000, 40_000
FILES = re.compile(r'(?:href|src)="(/static/[^"#]+)')
NAMED_IN_CSS = re.compile(r"url\([\"']?(?!data:)([^\"')]+)")
FOR_EVER = "public, max-age=31536000, immutable"


def weigh(client: FlaskClient, path: str) -> dict[str, bytes]:
    """Address -> body of the page and of every file it loads. Raises ValueError for one that is not kept for ever."""
    page = client.get(path, headers={"Accept-Language": "en"})
    if page.status_code != 200:
        raise ValueError(f"{path} answered {page.status_code}")
    loaded = {path: page.data}
    for address in dict.fromkeys(FILES.findall(page.text)):
        answer = client.get(address)
        if answer.headers.get("Cache-Control") != FOR_EVER:
            raise ValueError(f"{address} may not be kept for ever")
        if address.split("?")[0].endswith(".css") and NAMED_IN_CSS.search(answer.text):
            raise ValueError(f"{address} loads further files, which are not counted here")
        loaded[address] = answer.data
    return loaded


def tell(name: str, loaded: dict[str, bytes]) -> bool:
    """Print one page's weight, file by file; whether it is light enough."""
    packed = {address: len(gzip.compress(body, 6, mtime=0)) for address, body in loaded.items()}
    plain_sum, packed_sum = sum(map(len, loaded.values())), sum(packed.values())
    reached = plain_sum <= PLAIN_AT_MOST and packed_sum <= PACKED_AT_MOST
    print(f"\n{name}")
    for address, body in loaded.items():
        print(f"  {address.split('?')[0]:<44}{len(body):>9,}{packed[address]:>9,}")
    print(f"  {'in all (bytes, plain and gzip)':<44}{plain_sum:>9,}{packed_sum:>9,}")
    print(
        f"  {'target at most':<44}{PLAIN_AT_MOST:>9,}{PACKED_AT_MOST:>9,} {'reached' if reached else 'MISSED'}"
    )
    return reached


def main() -> int:
    from domain.actions import sign_ins

    with installed(2, age_days=300) as ours:
        home = tell("The home page of a first visitor", weigh(ours.app.test_client(), "/"))
        customer = ours.app.test_client()
        secret = sign_ins.begin(
            ours.who.user_id, stage="full", address="127.0.0.1", device="Bench", now=datetime.now(UTC)
        )
        customer.set_cookie("duebook", secret)
        board = tell("The customer's first page", weigh(customer, "/dashboard"))
    return 0 if home and board else 1


if __name__ == "__main__":
    sys.exit(main())
