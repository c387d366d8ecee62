"""How results are made, as numbers in the keys of the cache: what older code has kept is not taken for today's.

Raise a number by one in the commit with which the same model, images and settings begin to give another result. Faster
code with the same result leaves it.
"""

COLLECTING = 1
"""What a layer's output is read as, its pooling, ties, places and statistics: `collection`, and what of `layers` and
`tensors` it runs. Concept examples, their crops and their look-alikes carry it."""

ATTRIBUTING = 1
"""What a method gives a component for an output, the sums of classes and the scores beside them: `attribution`, and
what of `layers` and `tensors` it runs."""
