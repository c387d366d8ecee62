"""From what a user typed to an order of components."""
