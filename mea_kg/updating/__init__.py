"""Incremental update: a change of the entries brings closure, rules and validation up to date, and nothing else."""

from mea_kg.updating.live import LiveGraph, Update

__all__ = ["LiveGraph", "Update"]
