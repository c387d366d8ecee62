"""Lens: one studied model, ready to be asked.

`lens` holds the public methods with their docs. `session` holds the state that they share with widgets: locks, memo,
subscribers. `memo` is the bounded memo; `probes`, `vocabularies` and `relevances` compute what it keeps, `activations`
keeps scores on request. `labelling` asks a labeller, `comparing` holds several lenses against each other.
"""

from semanticlens_widgets.lens.comparing import assert_no_lost, compare
from semanticlens_widgets.lens.lens import Lens

__all__ = ["Lens", "assert_no_lost", "compare"]
