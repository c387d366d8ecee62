"""Scores: clarity, polysemanticity and redundancy of components.

`scores` has the definitions and the table, `inner_products` what follows from k x k numbers per component.
"""
