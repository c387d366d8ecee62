"""Answers about a comparison, which the browser sees as one lens whose layers are the sides.

`sides` are the layers that are compared, each with the lens that answers for it, and `by_side` passes the requests
about neurons and labels on to these lenses. `layouts` are the maps of all sides together, `encodings` colours them by a
query, and `matches` tells which components match. `handlers` has all of them, `protocol` the types of what is new.
"""
