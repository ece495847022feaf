"""Plans judged on what really happened: decisions in past years, costs in the years that came."""
