"""What is learned from a clear no: an address that does not take what we send, a browser that listens no more.

Verb: `heard_no`. Whoever reads their mail at another address sees on their pages what is wrong, and what to do.
"""

from __future__ import annotations

from datetime import datetime

from channels.message import ChannelRefused
from domain.actions import push_devices
from domain.records import address_troubles
from domain.rules.sign_in_names import folded
from domain.transaction import transaction
from models import Outbox


def heard_no(mail_id: int, refused: ChannelRefused, now: datetime) -> None:
    """Remember that the address of this row of the outbox refused for good; other refusals say nothing of it."""
    if refused.about != "recipient":
        return
    with transaction() as session:
        mail = session.get_one(Outbox, mail_id)
        channel, address = mail.channel, mail.to_address
        if channel != "push":
            address = folded(address) if channel == "email" else address
            address_troubles.note(session, channel, address, str(refused), now)
    if channel == "push":
        push_devices.end(address, str(refused.code or "refused"), now)
