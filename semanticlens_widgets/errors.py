"""What a caller may catch.

SemanticLensError
├── LayerNotFoundError        also a LookupError
├── ImagesError               also a ValueError: no sample can be used
├── NonFiniteError            also an ArithmeticError: NaN or infinity where a number must be
├── WeightsUnavailableError   also a RuntimeError: weights that cannot be had from here
└── LensFileError             also a ValueError: a saved lens that cannot be read

Wrong arguments raise the built-in `TypeError` and `ValueError`.
"""


class SemanticLensError(Exception):
    """The root of every error that only this package raises."""


class LayerNotFoundError(SemanticLensError, LookupError):
    """A layer that the model, or the lens, does not have."""


class ImagesError(SemanticLensError, ValueError):
    """Images of which none can be used."""


class NonFiniteError(SemanticLensError, ArithmeticError):
    """NaN or infinity in activations, weights or embeddings."""


class WeightsUnavailableError(SemanticLensError, RuntimeError):
    """Weights that are neither here nor reachable."""


class LensFileError(SemanticLensError, ValueError):
    """A saved lens that is not there, damaged, or of a newer version."""
