"""Whom an announcement is for and how loud it is, in words."""

from __future__ import annotations

from collections.abc import Mapping

from domain.words import N_

AUDIENCES: Mapping[str, str] = {
    "all": N_("Everybody"),
    "public": N_("Everybody, also before they sign in"),
    "property": N_("The people of a property"),
    "sort": N_("Those with one sort of agreement"),
}
WEIGHTS: Mapping[str, str] = {"plain": N_("Plain"), "urgent": N_("Urgent")}
