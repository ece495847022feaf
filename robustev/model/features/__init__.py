"""Rules on what may be built, one file each; the register lists them."""
