"""Answers about one image: `explained` holds what is asked of it, `rows` its components, `places` its maps.

`steering` answers with the outputs of the steered model, `handlers` has the handler of every kind of request, and
`protocol` the types of their parameters and results.
"""
