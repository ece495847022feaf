"""Dual ascent on site prices of every scenario, for more sites than a master of cuts can hold."""
