"""The code that banking apps read: the lines of EPC069-12, as the library writes them into the picture."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from segno import helpers

from papers.transfer_qr import transfer_qr

GIVEN = {
    "name": "Lena Lets",
    "iban": "DE89370400440532013000",
    "bic": "COBADEFFXXX",
    "reference": "RF591000000042",
}


def lines_of(**changed: object) -> list[str]:
    """The text inside the code: what the library is about to draw."""
    seen: list[bytes] = []
    make = helpers.segno.make_qr

    def watched(content: bytes, **how: object):
        seen.append(content)
        return make(content, **how)

    with patch.object(helpers.segno, "make_qr", watched):
        assert transfer_qr(**({"amount_minor": 125_050} | GIVEN | changed)).startswith("data:image/svg+xml")
    return seen[0].decode().split("\n")


def test_it_says_whom_how_much_and_for_what_in_the_standards_order() -> None:
    """EPC069-12: tag, version, character set, identification, BIC, name, IBAN, amount, purpose, reference."""
    assert lines_of()[:10] == [
        "BCD", "002", "1", "SCT", "COBADEFFXXX", "Lena Lets", "DE89370400440532013000", "EUR1250.5", "",
        "RF591000000042",
    ]  # fmt: skip
    assert lines_of(bic="", amount_minor=1)[4] == ""
    assert lines_of(amount_minor=1)[7] == "EUR0.01"


@pytest.mark.parametrize("amount", [0, -1, 100_000_000_000])
def test_an_amount_that_no_code_can_carry_gives_no_picture(amount: int) -> None:
    assert transfer_qr(amount_minor=amount, **GIVEN) == ""
