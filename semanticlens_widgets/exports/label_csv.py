"""Labels as CSV, in the form that other tools write and `import_labels` reads."""

from pathlib import Path

import pandas as pd

from semanticlens_widgets._arguments import check_new_file
from semanticlens_widgets._texts import to_csv
from semanticlens_widgets.concepts import ConceptDatabase
from semanticlens_widgets.exports.label_tables import joined_labels


def write_label_csv(path: str | Path, labels: pd.DataFrame, database: ConceptDatabase) -> Path:
    """Writes the columns layer, unit, description and similarity, a row a component with a label; returns the path.

    A unit is the component's number, with "-" behind it for a negative half. A text that a spreadsheet would take for a
    formula begins with an apostrophe.
    """
    target = check_new_file("path", path)
    table = joined_labels({"labels": labels}, database)
    table = table[table["label"] != ""]
    units = [component.rpartition(":")[2] for component in table["component"]]
    columns = {
        "layer": table["layer"],
        "unit": units,
        "description": table["label"],
        "similarity": table["similarity"],
    }
    target.write_text(to_csv(pd.DataFrame(columns)), encoding="utf-8", newline="")
    return target
