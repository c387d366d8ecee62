"""Results of a lens as files that other tools read.

`parquet` writes a folder of the `tables`, with the `schemas` that docs/export.md states; `label_tables` brings labels
of any origin into one form, and `label_csv` writes them as other tools exchange them.
"""

from semanticlens_widgets.exports.label_csv import write_label_csv
from semanticlens_widgets.exports.parquet import write_parquet

__all__ = ["write_label_csv", "write_parquet"]
