"""Large tensors in files, written and read in parts, so that memory doesn't grow with them.

`_spill`, bytes that grow in a temporary file; `_save_file`, tensors as safetensors; `_blocks`, the bytes of a tensor.
"""

from semanticlens_widgets.storage._blocks import BLOCK, KEPT, byte_blocks, value_blocks
from semanticlens_widgets.storage._save_file import save_file
from semanticlens_widgets.storage._spill import Filed, Spill

__all__ = ["BLOCK", "KEPT", "Filed", "Spill", "byte_blocks", "save_file", "value_blocks"]
