"""What-if: a local page on which a planner closes sites and moves budget and demand."""
