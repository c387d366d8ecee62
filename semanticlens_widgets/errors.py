"""Exceptions that a caller may catch.

SemanticLensError
├── LayerNotFoundError        also a LookupError
├── ImagesError               also a ValueError: no sample can be used
├── NonFiniteError            also an ArithmeticError: NaN or infinity where a number must be
├── WeightsUnavailableError   also a RuntimeError: weights that cannot be loaded
├── LensFileError             also a ValueError: a lens that cannot be read or saved
└── WorkerError               also a RuntimeError: a worker of an executor that is lost or cannot do the work

Wrong arguments raise the built-in `TypeError` and `ValueError`.
"""


class SemanticLensError(Exception):
    """The base class of this package's own errors."""


class LayerNotFoundError(SemanticLensError, LookupError):
    """A layer that the model, or the lens, does not have."""


class ImagesError(SemanticLensError, ValueError):
    """Images without a single usable one."""


class NonFiniteError(SemanticLensError, ArithmeticError):
    """NaN or infinity in activations, weights or embeddings."""


class WeightsUnavailableError(SemanticLensError, RuntimeError):
    """Weights that are neither on this computer nor can be downloaded."""


class LensFileError(SemanticLensError, ValueError):
    """A saved lens that is missing, damaged or of another version, or one that cannot be saved."""


class WorkerError(SemanticLensError, RuntimeError):
    """A worker of an executor is lost again and again, or cannot do the work."""
