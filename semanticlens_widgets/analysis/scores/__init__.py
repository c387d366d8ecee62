"""Clarity, polysemanticity and redundancy of components."""
