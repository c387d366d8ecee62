"""Comparisons of what layers, models and foundation models represent.

`sides` are what is compared, with random groups of their images; `directions` and `correlations` measure how similar
components are; `nearest` and `one_to_one` match them, and `pairs` hold the matches with what chance gives. `concepts`
asks what each side knows; `comparison` is the result, with its `tables`, `figures`, `html` and `assertions`.
"""
