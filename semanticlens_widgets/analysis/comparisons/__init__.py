"""Comparisons of what layers, models and foundation models represent.

`directions` and `correlations` are the `measures` of how similar the components of two sides are, `cka` that of whole
layers; `nearest` and
`one_to_one` match them, and `matching` holds the matches with what chance gives. `concepts` asks what each side knows;
`comparison` is the result, with its `tables`, `figures`, `html` and `assertions`.
"""
