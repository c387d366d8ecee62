"""Dictionaries: directions of a layer that are learned from its activations, and used as latents.

`learn` (the arguments), `learning` (the whole way, step by step, cached), `rows` (activations, sampled), `fitting` and
`autoencoders` (the methods), `measures` (what a dictionary is worth), `dictionary` (the result: latents that are saved
with a lens), `coding` (encode and decode).
"""

from semanticlens_widgets.dictionaries.dictionary import Dictionary, restored_dictionary
from semanticlens_widgets.dictionaries.learn import learn_dictionary

__all__ = ["Dictionary", "learn_dictionary", "restored_dictionary"]
