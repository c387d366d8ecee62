import pytest

from semanticlens_widgets.analysis.labels.imported import import_labels
from semanticlens_widgets.analysis.labels.labels import label
from tests.word_space import WORDS, WordSpace, database_of, examples_like


@pytest.fixture
def database():
    examples = {"layer3": examples_like(["frog", "toad"]), "layer4": examples_like(["car"])}
    return database_of(examples, n_others=60)


def csv_of(folder, text):
    path = folder / "dissect.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_descriptions_of_another_tool_stand_beside_ours(tmp_path, database):
    path = csv_of(tmp_path, "layer,unit,description,similarity\nlayer3,1,a toad,0.5\nlayer4,0,automobile,\n")
    imported = import_labels(path, database)
    assert list(imported.columns) == ["component", "layer", "index", "dissect", "dissect_similarity"]
    assert list(imported["component"]) == ["layer3:1", "layer4:0"]
    joined = label(database, WordSpace(), WORDS).merge(imported, how="left")
    assert list(joined["label"]) == ["frog", "toad", "car"]
    assert list(joined["dissect"].fillna("-")) == ["-", "a toad", "automobile"]
    assert joined["dissect_similarity"][1] == 0.5
    assert joined["dissect_similarity"].isna().tolist() == [True, False, True]


def test_the_column_label_works_too_in_any_order_and_case_with_a_byte_order_mark(tmp_path, database):
    path = csv_of(tmp_path, "\ufeffUnit, Label ,layer\n0.0,frog,layer3\n")
    imported = import_labels(path, database, name="milan")
    assert imported["milan"].tolist() == ["frog"]


def test_rows_of_other_layers_are_left_out_and_counted(tmp_path, database):
    path = csv_of(tmp_path, "layer,unit,label\nlayer1,0,x\nlayer1,1,x\nlayer3,0,frog\n")
    with pytest.warns(UserWarning, match=r"which are left out: 'layer1' \(2\)"):
        imported = import_labels(path, database)
    assert len(imported) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "layer,unit\nlayer3,0\n",
            "must have the columns layer, unit and description .or label., and 'description'",
        ),
        ("neuron,label\n0,frog\n", "'layer' is not among its columns: neuron, label"),
        ("", "is not among its columns: none"),
        ("layer,unit,label\n", "has no rows under its columns"),
        ("layer,unit,label\nlayr3,0,frog\n", "it names 'layr3'; did you mean 'layer3'"),
        (
            "layer,unit,label\nlayer3,7,frog\n",
            "line 2 of dissect.csv: layer 'layer3' has components 0 to 1, not '7'",
        ),
        (
            "layer,unit,label\nlayer3,0,a\nlayer3,0,b\n",
            "line 3 of dissect.csv names 'layer3:0', as line 2 does",
        ),
        ("layer,unit,label,similarity\nlayer3,0,a,high\n", "similarity must be a number, not 'high'"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path, database, text, message):
    with pytest.raises(ValueError, match=message):
        import_labels(csv_of(tmp_path, text), database)
