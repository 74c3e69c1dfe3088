"""A sign of life reaches whoever waits for it, and is told apart from one that did not."""

from __future__ import annotations

import pytest

from channels import watcher as channel
from channels.message import ChannelSilent


def test_the_whole_address_is_asked_for(watcher) -> None:
    channel.tell(watcher.url)
    assert watcher.heard == ["/ping/abc?rid=1"]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_any_other_answer_was_not_heard(watcher, status) -> None:
    watcher.status = status
    with pytest.raises(ChannelSilent, match=str(status)) as told:
        channel.tell(watcher.url)
    assert "abc" not in str(told.value)


def test_nobody_there_is_silence_and_names_no_address() -> None:
    with pytest.raises(ChannelSilent, match="did not answer") as told:
        channel.tell("http://127.0.0.1:9/secret", timeout=1)
    assert "secret" not in str(told.value)
