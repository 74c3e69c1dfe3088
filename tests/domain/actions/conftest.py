"""`till`   a `Till` of the house (tests.domain.actions.paying)
`loan`   ref of Bo's loan: 9,000.00 at 21 %, 28 days old; `bank` and `card` are ways to pay that Bo saved
`desk`   an `Office` of the house (tests.domain.actions.changing)
`works`  the `Works` of a business that debits Bo by file (tests.domain.actions.filing)
`silent` `with silent("look_up"):` the processor answers nothing to that
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.domain.actions.changing import Office
from tests.domain.actions.filing import Works
from tests.domain.actions.paying import Till, not_answering
from tests.fixtures.people import House


@pytest.fixture
def till(house: House) -> Till:
    return Till(house)


@pytest.fixture
def loan(open_agreement: Callable[..., str]) -> str:
    return open_agreement("bo")


@pytest.fixture
def bank(save_method: Callable[..., str]) -> str:
    return save_method("bo", "bank")


@pytest.fixture
def card(save_method: Callable[..., str]) -> str:
    return save_method("bo", "card")


@pytest.fixture
def silent(house: House) -> Callable[[str], AbstractContextManager[None]]:
    return not_answering


@pytest.fixture
def desk(house: House) -> Office:
    return Office(house)


@pytest.fixture
def works(
    till: Till, ach_account: Callable[..., str], open_agreement: Callable[..., str], tmp_path: Path
) -> Works:
    return Works(till, ach_account(), open_agreement, tmp_path / "outgoing")
