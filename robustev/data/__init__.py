"""Regions, scenario sets and plans: frozen data that everything above reads."""
