"""Answers about a comparison, which the browser sees as one lens whose layers are the sides.

`sides` are the layers that are compared, each with the lens that answers for it; `side_rankings` order their components
by a query, and `by_side` passes the requests about neurons and labels on to the lenses. `layouts` are the maps of all
sides together, `encodings` colours them by a query, `matches` tells which components match, and `results` has what two
galleries show. `handlers` has all of them, `protocol` the types of what is new.
"""
