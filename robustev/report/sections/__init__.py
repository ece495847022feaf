"""The report's sections, one file each: a function from a result folder to a section or None."""
