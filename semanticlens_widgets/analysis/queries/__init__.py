"""Queries: from typed text to a ranking of components.

`language` parses text into signed terms, `query` reads any query once at the door, `text_vectors` and `probes` embed
it, `null_words` and `calibration` say what an alignment is worth, `ranking` orders one layer, `first` finds its best
components, with `halves` in layers of 50,000 and more, and `search` makes the table. `unrelated` compares with random
directions.
"""
