"""The tables by section, re-exported by `models`, which is the only door to them."""
