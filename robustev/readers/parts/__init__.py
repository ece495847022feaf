"""What the formats share: files, tables and their cells, places, travel."""
