"""Handlers of the browser's requests.

`neurons` answers about single components and rankings, `labels` about labels, `map` about positions and clusters, and
`audit` about classes. In each, `handlers` has the handler of every kind of request, `protocol` the types of its
parameters and results. `results` describes cards and what a layer knows, `predictions` answers about single images.
"""
