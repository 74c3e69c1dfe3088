"""A sign of life for a program elsewhere that raises the alarm when none comes (safety O8). Verb: `beat`.

It is given only while every timed duty runs and ended well the last time, so a duty that fails or hangs is noticed as
well as a machine that is gone. That nobody answers is logged and changes nothing here.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from channels import watcher
from channels.message import ChannelSilent
from domain.actions.duty_marks import Marks
from domain.reports import operating
from domain.transaction import nothing_open
from models import db

NAME = "tell_watcher"
log = structlog.get_logger()


def beat(url: str, marks: Marks, *, now: datetime) -> bool:
    """Tell the watcher at `url`, if there is one and all is well; whether it heard.

    A duty that has not had its first round in this process yet is not late, however long the machine was off.
    """
    if not url:
        return False
    up = now - (marks.since or now) - operating.GRACE
    late = {name for name, every in marks.timetable.items() if up > timedelta(seconds=every)}
    wrong = [
        one.name
        for one in operating.duties(marks.timetable, now)
        if one.name != NAME and (one.state == "failed" or (one.state != "well" and one.name in late))
    ]
    db.session.rollback()
    if wrong:
        log.warning("watcher_not_told", duties=wrong)
        return False
    nothing_open()
    try:
        watcher.tell(url)
    except ChannelSilent as silence:
        log.warning("watcher_silent", why=str(silence))
        return False
    return True
