"""Exports are read back by the tools they are for, with every number of the lens."""

import builtins
import json
from dataclasses import replace

import duckdb
import numpy as np
import pandas as pd
import polars
import pyarrow.parquet
import pytest
import torch

from semanticlens_widgets.concepts import SparseTable, sparse_parts
from semanticlens_widgets.exports.schemas import SCHEMAS
from tests.fakes import CATEGORIES, attributed_lens, fake_lens


@pytest.fixture
def lens():
    return attributed_lens()


@pytest.fixture
def folder(lens, tmp_path):
    return lens.to_parquet(tmp_path / "out", labels=list(CATEGORIES))


def by_pandas(path):
    return pd.read_parquet(path)


def by_polars(path):
    return polars.read_parquet(path).to_pandas()


def by_duckdb(path):
    return duckdb.sql(f"select * from '{path}'").df()  # noqa: S608


READERS = {"pandas": by_pandas, "polars": by_polars, "duckdb": by_duckdb}


@pytest.fixture(params=READERS)
def read(request, folder):
    return lambda table: READERS[request.param](folder / f"{table}.parquet")


def test_every_table_is_there_with_its_columns(folder):
    assert {path.name for path in folder.iterdir()} == {f"{table}.parquet" for table in SCHEMAS}
    for table, columns in SCHEMAS.items():
        assert pyarrow.parquet.read_schema(folder / f"{table}.parquet").names == list(columns)


def test_components_are_those_of_the_lens(read, lens):
    table, database = read("components"), lens.database
    expected = [
        (layer, index) for layer, found in database.examples.items() for index in range(found.n_components)
    ]
    assert list(zip(table["layer"].astype(str), table["index"], strict=True)) == expected
    assert table["component"][41] == database.examples["bn2"].name(1)
    embeddings = torch.cat(list(database.component_embeddings.values())).numpy()
    assert np.array_equal(np.stack(list(table["embedding"])), embeddings)
    assert np.array_equal(
        table["maximum"], torch.cat([found.maximum for found in database.examples.values()])
    )


def test_examples_and_samples_are_those_of_the_lens(read, lens):
    table, found = read("examples"), lens.database.examples["bn2"]
    own = table[table["component"] == found.name(3)].sort_values("rank")
    assert list(own["sample"]) == found.sample_ids[3][found.sample_ids[3] >= 0].tolist()
    assert np.array_equal(own["score"], found.scores[3][: len(own)])
    samples = read("samples")
    assert list(samples["sample"]) == lens.database.samples.ids.tolist()
    assert list(samples["label"]) == list(lens.database.samples.labels)
    assert bytes(samples["thumbnail"][5]) == lens.database.samples.thumbnail(5)
    assert np.array_equal(np.stack(list(samples["embedding"])), lens.database.samples.embeddings)


def test_scores_and_labels_are_those_of_the_lens(read, lens):
    pd.testing.assert_frame_equal(
        read("scores").astype({"layer": "object", "component": "object", "nearest": "object"}),
        lens.scores().astype({"layer": "object", "component": "object", "nearest": "object"}),
        check_dtype=False,
    )
    table, expected = read("labels"), lens.label(list(CATEGORIES))
    assert list(table["label"]) == list(expected["label"])
    assert set(table["method"].astype(str)) == {"nearest"}
    assert np.allclose(table["similarity"].astype(float), expected["alignment"], equal_nan=True)
    assert [bool(one) for one in table["clear"]] == list(expected["clear"])


def dense(table, layer, relevance, column):
    found = np.zeros(relevance.relevance.shape, np.float32)
    own = table[table["layer"].astype(str) == layer]
    rows = np.searchsorted(relevance.sample_ids.numpy(), own["sample"].to_numpy())
    found[rows, own["index"].to_numpy()] = own[column].to_numpy()
    return found


def test_relevance_is_that_of_the_lens_without_zeros(read, lens):
    ((layer, relevance),) = lens.database.relevance.items()
    table = read("relevance")
    assert np.array_equal(dense(table, layer, relevance, "relevance"), relevance.relevance.float().numpy())
    assert np.array_equal(dense(table, layer, relevance, "score"), relevance.scores.float().numpy())
    assert ((table["relevance"] != 0) | (table["score"] != 0)).all()
    classes = dict(zip(relevance.sample_ids.tolist(), relevance.sample_classes.tolist(), strict=True))
    assert table["class"][0] == relevance.classes[classes[table["sample"][0]]]
    known = read("classes")
    assert list(known["class"]) == list(relevance.classes)
    assert list(known["n_samples"]) == relevance.n_samples.tolist()


def test_sparse_relevance_is_the_same(lens, folder, tmp_path):
    ((layer, relevance),) = lens.database.relevance.items()

    def sparse(table):
        parts = sparse_parts(table)
        offsets = torch.cat([torch.zeros(1, dtype=torch.int64), parts[""].cumsum(0)])
        return SparseTable(offsets, parts["components"], parts["values"], table.shape[1])

    thin = replace(relevance, relevance=sparse(relevance.relevance), scores=sparse(relevance.scores))
    lens.database = replace(lens.database, relevance={layer: thin})
    other = lens.to_parquet(tmp_path / "sparse", labels=None)
    pd.testing.assert_frame_equal(
        by_pandas(other / "relevance.parquet"), by_pandas(folder / "relevance.parquet")
    )


def test_the_provenance_goes_with_every_file(folder, lens):
    about = json.loads(
        pyarrow.parquet.read_schema(folder / "scores.parquet").metadata[b"semanticlens_widgets"]
    )
    assert about["version"] == 1
    assert about["provenance"]["model"] == lens.database.provenance.model


def test_a_lens_that_was_not_attributed_has_empty_tables_of_relevance(tmp_path):
    folder = fake_lens(8).to_parquet(tmp_path / "out", labels=None)
    for table in ("relevance", "classes", "labels"):
        assert list(by_pandas(folder / f"{table}.parquet").columns) == list(SCHEMAS[table])
        assert len(by_pandas(folder / f"{table}.parquet")) == 0


def test_labels_of_several_methods_stand_one_below_the_other(tmp_path):
    lens = fake_lens(8)
    ours = lens.label(list(CATEGORIES))
    path = lens.export_labels(tmp_path / "theirs.csv", ours)
    theirs = lens.import_labels(path)
    folder = lens.to_parquet(
        tmp_path / "out", labels={"ours": ours, "theirs": theirs, "words": ["bird", "car"]}
    )
    table = by_pandas(folder / "labels.parquet")
    assert list(table["method"].unique()) == ["ours", "theirs", "words"]
    known = table[table["method"] == "ours"].set_index("component")
    again = table[table["method"] == "theirs"].set_index("component")
    assert dict(again["label"]) == dict(known["label"][known["label"] != ""])
    assert np.allclose(again["similarity"], known["similarity"][known["label"] != ""])
    with pytest.raises(ValueError, match="labels 'x' must be a table with a column 'component'"):
        lens.to_parquet(tmp_path / "no", labels={"x": pd.DataFrame({"a": [1]})})


def test_an_export_is_replaced_only_by_one_and_on_demand(folder, lens, tmp_path):
    with pytest.raises(FileExistsError, match="pass overwrite=True to replace it"):
        lens.to_parquet(folder, labels=None)
    lens.to_parquet(folder, labels=None, overwrite=True)
    assert len(by_pandas(folder / "labels.parquet")) == 0
    (folder / "notes.txt").touch()
    with pytest.raises(FileExistsError, match="holds other files, so it is not replaced"):
        lens.to_parquet(folder, labels=None, overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_without_pyarrow_the_extra_is_named(monkeypatch, tmp_path):
    real = builtins.__import__

    def absent(name, *rest):
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return real(name, *rest)

    lens = fake_lens(4)
    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(ImportError, match=r"pip install 'semanticlens-widgets\[parquet\]'"):
        lens.to_parquet(tmp_path / "out", labels=None)
