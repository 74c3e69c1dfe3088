"""Files of bank statements as tests write them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Put = Callable[[bytes | str], Path]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    def write(content: bytes | str) -> Path:
        path = tmp_path / "statement"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write
