"""One studied model, ready to be asked.

`lens` holds the public methods.
"""

from semanticlens_widgets.lens.lens import Lens as Lens
