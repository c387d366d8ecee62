"""Interpretability cards: how clear, mixed and redundant the components of layers are, and how many have a name.

`numbers` are those of a layer, `clarity` its part above chance; `card` is the result, with its `figures`, `trends` and
`html`.
"""
