"""Fair comparison of plans: the same fresh futures for all, and how sure every figure is."""
