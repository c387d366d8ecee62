"""Identities of a model and its preprocessing, for caches and for the recognition of a saved lens.

The modules: `model`, architecture and weights; `behaviour`, hooks, attributes and code; `preprocessing`, the transform;
`content`, values as bytes.
"""
