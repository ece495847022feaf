"""Scenarios from past populations: trends with shrinkage, official figures, cohort change."""
