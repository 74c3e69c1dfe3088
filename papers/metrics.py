"""How an installation runs, in the text format that Prometheus and its like read. Counts, moments and versions only.

`metrics_text` is given what `domain.reports.operating` found. Moments are whole seconds since 1970; what never happened
has no line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Duty(Protocol):
    """A timed duty: `state` is well, failed, late or never."""

    @property
    def name(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def ran_at(self) -> datetime | None: ...
    @property
    def well_at(self) -> datetime | None: ...


class Queue(Protocol):
    """How many wait by state, and since when the oldest does."""

    @property
    def counts(self) -> Mapping[str, int]: ...
    @property
    def oldest(self) -> datetime | None: ...


class Database(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def schema(self) -> str: ...
    @property
    def wanted(self) -> str: ...


def metrics_text(
    *, duties: Iterable[Duty], outbox: Queue, payments: Queue, stopped: bool, backup: datetime | None,
    database: Database, disk_free: int, now: datetime,
) -> str:  # fmt: skip
    """The whole page."""
    found = [
        *_duties(list(duties)),
        _by("duebook_outbox_messages", "Messages nobody got yet", "state", outbox.counts),
        _since("duebook_outbox_oldest_due_seconds", "How long the oldest due message waits", outbox.oldest, now),
        _by("duebook_payments", "Payments on their way", "state", payments.counts),
        _since("duebook_payments_unknown_oldest_seconds", "Age of the oldest payment without an answer",
               payments.oldest, now),
        _one("duebook_payments_stopped", "1 while all payments are stopped", int(stopped)),
        _one("duebook_disk_free_bytes", "Free on the disk of the instance folder", disk_free),
        _by("duebook_database_info", "The database and its schema", ("database", "schema", "wanted"),
            {(database.name, database.schema, database.wanted): 1}),
    ]  # fmt: skip
    if backup is not None:
        found.append(_one("duebook_backup_last_seconds", "When the last backup ended well", _seconds(backup)))
    registry = CollectorRegistry()
    registry.register(_Ready(found))
    return generate_latest(registry).decode()


def _duties(duties: list[Duty]) -> Iterator[Metric]:
    ran = {one.name: _seconds(one.ran_at) for one in duties if one.ran_at}
    well = {one.name: _seconds(one.well_at) for one in duties if one.well_at}
    yield _by("duebook_duty_last_run_seconds", "When a timed duty last ran", "duty", ran)
    yield _by("duebook_duty_last_success_seconds", "When it last ended well", "duty", well)
    failed = {one.name: int(one.state == "failed") for one in duties}
    yield _by("duebook_duty_failed", "1 where the last run failed", "duty", failed)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _one(name: str, words: str, value: int) -> Metric:
    return GaugeMetricFamily(name, words, value=value)


def _since(name: str, words: str, oldest: datetime | None, now: datetime) -> Metric:
    return _one(name, words, max(0, _seconds(now) - _seconds(oldest)) if oldest else 0)


def _by(name: str, words: str, labels: str | tuple[str, ...], values: Mapping[Any, int]) -> Metric:
    names = (labels,) if isinstance(labels, str) else labels
    family = GaugeMetricFamily(name, words, labels=names)
    for key, value in values.items():
        family.add_metric([key] if isinstance(key, str) else list(key), value)
    return family


class _Ready:
    """Figures that were read already, as the library wants to collect them."""

    def __init__(self, found: list[Metric]) -> None:
        self.found = found

    def collect(self) -> Iterable[Metric]:
        return self.found
