"""Files that others publish, made into tables of zones or sites: one file for each kind."""
