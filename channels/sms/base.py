"""One text message as plain data, and the door that every way of sending one has.

The two ways to fail are those of mail: `ChannelSilent` (try again later with the same id) and `ChannelRefused`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from channels.message import ChannelRefused

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}\Z")
_BARRED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
LONGEST = 480
"""Characters; above 160 (70 outside the Latin letters of GSM 03.38) a gateway sends it in parts and asks for each."""


@dataclass(frozen=True, slots=True)
class TextMessage:
    """A text for one telephone number (E.164). Raises ChannelRefused when it could not be sent by anybody."""

    to: str
    text: str

    def __post_init__(self) -> None:
        if not _NUMBER.match(self.to):
            raise ChannelRefused("this is not a telephone number with its country code", about="recipient")
        if not self.text.strip() or len(self.text) > LONGEST or _BARRED.search(self.text):
            raise ChannelRefused("the text is empty, too long, or holds control characters")


class TextChannel(Protocol):
    """What the outbox needs from a way of sending text messages."""

    def deliver(self, message: TextMessage, message_id: str) -> None:
        """Hand the text over; returns when it was taken, raises ChannelSilent or ChannelRefused when it was not."""
