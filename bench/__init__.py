"""Measurements, always as a ratio of two things done in one run; docs/performance.md says what they gave."""
