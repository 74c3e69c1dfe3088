"""Webhooks doubled, shuffled, lost, forged and too early: the books end as if each had come once and in order (T5)."""

from __future__ import annotations

import sys

import pytest

from tests.fixtures.stripe_peer import KEY, SECRET
from tests.torture import broken
from tests.torture.webhook_storm import Storm

pytestmark = pytest.mark.settings(
    DUEBOOK_TODAY="2026-03-02", DUEBOOK_STRIPE_KEY=KEY, DUEBOOK_STRIPE_WEBHOOK_SECRET=SECRET
)
INNOCENT = {"differs": [], "forged_and_taken": 0, "faults": 0, "still_parked": 0, "not_heard": 0}


@pytest.fixture
def storm(till, open_agreement, capsys):
    """`storm(events)` -> the verdict; the figures are printed."""

    def rage(events: int, seed: int = 20_261_123, **more: int) -> dict[str, object]:
        weather = Storm(till, open_agreement, events, seed, **more)
        weather.calm()
        weather.rage()
        verdict = weather.verdict()
        with capsys.disabled():
            told = f"{sum(weather.answers.values())} webhooks, {len(weather.forged_ids)} forged"
            sys.stdout.write(
                f"\nT5 seed {seed}: {len(weather.stories)} payments, {len(weather.listed)} events, {told},"
                f" answers {dict(weather.answers)}, {verdict}\n"
            )
        return verdict

    return rage


@pytest.mark.safety("M15", "M16", "M17", "M18")
def test_a_storm_of_webhooks_ends_in_the_books_of_a_calm_day(storm, rounds) -> None:
    assert storm(rounds(250, 100_000)) == INNOCENT


@pytest.mark.database("sqlite")
def test_canary_a_build_that_hears_the_same_news_twice_is_found_out(storm, monkeypatch) -> None:
    broken.news_without_unique_id(monkeypatch)
    assert storm(150)["differs"]


@pytest.mark.database("sqlite")
def test_canary_a_build_that_does_not_look_at_signatures_is_found_out(storm, monkeypatch) -> None:
    broken.signature_not_checked(monkeypatch)
    verdict = storm(150, forged=30)
    assert verdict["forged_and_taken"]
    assert verdict["differs"]


@pytest.mark.safety("M17")
@pytest.mark.database("sqlite")
def test_canary_a_build_that_drops_news_of_payments_it_does_not_know_is_found_out(storm, monkeypatch) -> None:
    broken.early_news_dropped(monkeypatch)
    assert storm(400)["differs"]
