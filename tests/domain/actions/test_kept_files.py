"""Files with account numbers lie sealed, for nobody else to read, and follow when the keys are changed."""

from __future__ import annotations

import pytest

from domain import sealing
from domain.actions import kept_files

pytestmark = pytest.mark.usefixtures("app")


def test_what_was_kept_is_read_again_and_lies_sealed(tmp_path) -> None:
    content = bytes(range(256)) + b"000123456789"
    name = kept_files.keep(tmp_path / "outgoing", "a", content)
    place = tmp_path / "outgoing" / name
    assert kept_files.read(tmp_path / "outgoing", name) == content
    assert b"000123456789" not in place.read_bytes()
    assert (place.stat().st_mode & 0o777, place.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_file_that_was_changed_or_moved_does_not_open(tmp_path) -> None:
    name = kept_files.keep(tmp_path, "a", b"content")
    (tmp_path / "b.sealed").write_bytes((tmp_path / name).read_bytes())
    with pytest.raises(sealing.CannotOpen):
        kept_files.read(tmp_path, "b.sealed")
    (tmp_path / name).write_text((tmp_path / name).read_text()[:-4] + "AAA=")
    with pytest.raises(sealing.CannotOpen):
        kept_files.read(tmp_path, name)


def test_files_are_sealed_anew_when_the_key_is_changed(app, tmp_path) -> None:
    kept_files.keep(tmp_path / "outgoing", "a", b"first")
    kept_files.keep(tmp_path / "received", "b", b"second")
    before = sealing.current_key()
    app.config["SETTINGS"].sealing_keys.renew()
    assert kept_files.keys_in_use(tmp_path) == {before: 2}
    assert kept_files.reseal(tmp_path) == 2
    assert kept_files.reseal(tmp_path) == 0
    assert kept_files.keys_in_use(tmp_path) == {sealing.current_key(): 2}
    assert kept_files.read(tmp_path / "received", "b.sealed") == b"second"
