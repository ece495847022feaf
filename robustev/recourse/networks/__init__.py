"""Bipartite networks of one demand type: costs per unit on zone-site arcs, and what they ask."""
