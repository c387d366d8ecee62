"""Knowledge of a layer, summed up in words: its clear labels over a hierarchy of hypernyms, with the holes.

`hierarchy` places words, `counts` compares their components with chance; `summary` is the result, `figures` draws it.
"""
