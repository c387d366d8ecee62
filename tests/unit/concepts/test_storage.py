"""A lens on disk comes back as it was, or says clearly what is wrong with it."""

import dataclasses
import io
import json
import threading

import pytest
import torch
from PIL import Image

from semanticlens_widgets.concepts import (
    ConceptDatabase,
    ConceptExamples,
    Crops,
    Provenance,
    Relevance,
    Samples,
    open_database,
    pack,
    save_database,
)
from semanticlens_widgets.errors import LayerNotFoundError, LensFileError


def webp(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (4, 3), colour).save(file, "WEBP")
    return file.getvalue()


RED, BLUE = webp("red"), webp("blue")


def small_database(n_layers: int = 2) -> ConceptDatabase:
    generator = torch.Generator().manual_seed(0)
    layers = [f"layer{number}" for number in range(1, n_layers + 1)]
    thumbnail_bytes, offsets = pack([RED, b"", BLUE])
    return ConceptDatabase(
        examples={layer: small_examples(layer) for layer in layers},
        component_embeddings={layer: torch.randn(3, 4, generator=generator) for layer in layers},
        samples=Samples(
            ids=torch.tensor([2, 5, 9]),
            embeddings=torch.randn(3, 4, generator=generator),
            labels=["cat", None, "<img src=x onerror=alert(1)>"],
            names=["a.png", "ü/b.png", "c.png"],
            thumbnail_bytes=thumbnail_bytes,
            thumbnail_offsets=offsets,
        ),
        provenance=Provenance(
            model="Tiny",
            model_fingerprint="m",
            images_fingerprint="i",
            n_images=10,
            preprocessing_fingerprint="p",
            foundation_model="fake",
            foundation_model_fingerprint="f",
            foundation_model_recipe={"type": "ConSE"},
            pooling=dict.fromkeys(layers, "max"),
            sign="positive",
            k=2,
            normalize_examples=True,
            created="2026-01-01T00:00:00+00:00",
            broken={"d.png": "truncated"},
        ),
    )


def small_examples(layer: str) -> ConceptExamples:
    return ConceptExamples(
        layer=layer,
        sample_ids=torch.tensor([[2, 5], [9, 2], [5, -1]]),
        scores=torch.tensor([[3.0, 1.0], [0.5, -2.0], [1.0, -torch.inf]]),
        positions=torch.tensor([[0, 3], [1, 1], [2, -1]], dtype=torch.int32),
        grid=(2, 2),
        mean=torch.tensor([0.1, 0.2, 0.3]),
        variance=torch.tensor([1.0, 2.0, 3.0]),
        maximum=torch.tensor([3.0, 0.5, 1.0]),
        firing_rate=torch.tensor([0.5, 0.25, 1.0]),
        n_samples=10,
    )


def test_a_saved_database_comes_back_value_by_value(tmp_path):
    database = small_database()
    opened = open_database(save_database(database, tmp_path / "a.lens"))
    assert opened.layers == database.layers
    assert dataclasses.asdict(opened.provenance) == dataclasses.asdict(database.provenance)
    assert list(opened.samples.labels) == list(database.samples.labels)
    for layer in database.layers:
        torch.testing.assert_close(
            opened.component_embeddings[layer], database.component_embeddings[layer], rtol=0, atol=0
        )
        for field in dataclasses.fields(ConceptExamples):
            ours, theirs = (
                getattr(database.examples[layer], field.name),
                getattr(opened.examples[layer], field.name),
            )
            assert torch.equal(ours, theirs) if isinstance(ours, torch.Tensor) else ours == theirs


def small_relevance(layer: str, classes: tuple[str, ...] = ("cat", "<b>dog</b>", "newt")) -> Relevance:
    return Relevance(
        layer=layer,
        method="gradient",
        classes=classes,
        outputs=torch.tensor([7, 0, 3]),
        mean=torch.tensor([[1.0, 2.0, 3.0], [0.0, 0.5, -1.0], [torch.nan] * 3]),
        maximum=torch.tensor([[1.5, 2.0, 3.0], [0.0, 0.5, -1.0], [torch.nan] * 3]),
        share=torch.tensor([[0.2, 0.3, 0.5], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]),
        n_samples=torch.tensor([2, 1, 0]),
        sample_ids=torch.tensor([0, 4, 9]),
        sample_classes=torch.tensor([0, 1, 0]),
        predicted=torch.tensor([7, 7, 3]),
        relevance=torch.arange(9.0).reshape(3, 3).half(),
        scores=torch.arange(9.0).reshape(3, 3).half() / 2,
    )


def attributed_database() -> ConceptDatabase:
    database = small_database()
    return dataclasses.replace(
        database, relevance={"layer2": small_relevance("layer2"), "layer1": small_relevance("layer1")}
    )


def test_relevance_comes_back_value_by_value_and_only_when_asked_for(tmp_path):
    path = save_database(attributed_database(), tmp_path / "a.lens")
    opened = open_database(path)
    found, expected = opened.relevance["layer2"], small_relevance("layer2")
    assert list(opened.relevance) == ["layer2", "layer1"]
    for field in dataclasses.fields(Relevance):
        ours, theirs = getattr(expected, field.name), getattr(found, field.name)
        if isinstance(ours, torch.Tensor):
            torch.testing.assert_close(theirs, ours, rtol=0, atol=0, equal_nan=True)
        else:
            assert ours == theirs
    (path / "relevance" / "0001.safetensors").unlink()
    assert opened.relevance["layer2"] is found
    with pytest.raises(LensFileError, match=r"0001\.safetensors"):
        opened.relevance["layer1"]


def test_a_lens_without_relevance_opens_without_any_and_saves_again_what_was_opened(tmp_path):
    assert open_database(save_database(small_database(), tmp_path / "a.lens")).relevance == {}
    opened = open_database(save_database(attributed_database(), tmp_path / "b.lens"))
    again = open_database(save_database(opened, tmp_path / "c.lens"))
    assert again.relevance["layer1"].classes == ("cat", "<b>dog</b>", "newt")


def test_a_class_has_a_row_and_an_unknown_one_offers_near_names():
    relevance = small_relevance("layer1")
    assert [relevance.row(name) for name in relevance.classes] == [0, 1, 2]
    with pytest.raises(ValueError, match="no class 'nwet'; did you mean 'newt'"):
        relevance.row("nwet")


def test_every_file_may_be_read_by_whoever_may_read_others(tmp_path):
    path = save_database(small_database(), tmp_path / "a.lens")
    (tmp_path / "other").write_text("")
    usual = (tmp_path / "other").stat().st_mode
    assert {file.stat().st_mode for file in path.rglob("*") if file.is_file()} == {usual}


def test_thumbnails_come_back_byte_by_byte_also_empty_ones(tmp_path):
    opened = open_database(save_database(small_database(), tmp_path / "a.lens"))
    assert [opened.samples.thumbnail(row) for row in range(3)] == [RED, b"", BLUE]


def test_layers_are_read_only_when_asked_for_and_once(tmp_path):
    path = save_database(small_database(), tmp_path / "a.lens")
    opened = open_database(path)
    first = opened.examples["layer1"]
    (path / "layers" / "0001.safetensors").unlink()
    assert opened.examples["layer1"] is first
    with pytest.raises(LensFileError, match="0001.safetensors"):
        opened.examples["layer2"]


def test_several_threads_read_a_layer_once(tmp_path):
    opened = open_database(save_database(small_database(), tmp_path / "a.lens"))
    seen = []
    threads = [threading.Thread(target=lambda: seen.append(opened.examples["layer1"])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(examples) for examples in seen}) == 1


def test_an_existing_lens_is_replaced_only_when_asked(tmp_path):
    path = save_database(small_database(2), tmp_path / "a.lens")
    with pytest.raises(FileExistsError, match="overwrite=True"):
        save_database(small_database(1), path)
    save_database(small_database(1), path, overwrite=True)
    assert open_database(path).layers == ["layer1"]
    assert [file.name for file in tmp_path.iterdir()] == ["a.lens"]


def test_a_folder_that_is_no_lens_is_never_replaced(tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
    with pytest.raises(FileExistsError, match="not a lens"):
        save_database(small_database(), tmp_path / "thesis", overwrite=True)
    assert (tmp_path / "thesis" / "chapter.txt").read_text() == "years of work"


def test_a_failed_save_leaves_the_old_lens_and_no_rubbish(tmp_path):
    path = save_database(small_database(1), tmp_path / "a.lens")
    bad = dataclasses.replace(small_database(2), component_embeddings={})
    with pytest.raises(KeyError):
        save_database(bad, path, overwrite=True)
    assert open_database(path).layers == ["layer1"]
    assert [file.name for file in tmp_path.iterdir()] == ["a.lens"]


def test_a_missing_lens_offers_near_names(tmp_path):
    save_database(small_database(), tmp_path / "resnet.lens")
    with pytest.raises(LensFileError, match=r"there is no lens at .*did you mean .*resnet\.lens"):
        open_database(tmp_path / "resnt.lens")


def test_a_truncated_lens_says_which_file_and_how_long(tmp_path):
    path = save_database(small_database(), tmp_path / "a.lens")
    file = path / "samples.safetensors"
    size = file.stat().st_size
    file.write_bytes(file.read_bytes()[:-5])
    with pytest.raises(LensFileError, match=rf"samples\.safetensors has {size - 5} bytes instead of {size}"):
        open_database(path)


@pytest.mark.parametrize(
    "text", ["", "{", "[1]", '{"format": "other"}', '{"format": "semanticlens_widgets.lens"}']
)
def test_an_unreadable_manifest_is_a_lens_file_error(tmp_path, text):
    path = save_database(small_database(), tmp_path / "a.lens")
    (path / "lens.json").write_text(text)
    with pytest.raises(LensFileError):
        open_database(path)


def test_bytes_that_are_no_tensors_are_a_lens_file_error(tmp_path):
    path = save_database(small_database(), tmp_path / "a.lens")
    file = path / "layers" / "0001.safetensors"
    file.write_bytes(b"\xff" * file.stat().st_size)
    opened = open_database(path)
    with pytest.raises(
        LensFileError, match="0001.safetensors: its content is not what was saved; copy or save"
    ):
        opened.examples["layer2"]


def test_a_lens_of_a_newer_version_says_to_upgrade(tmp_path):
    path = save_database(small_database(), tmp_path / "a.lens")
    manifest = json.loads((path / "lens.json").read_text())
    (path / "lens.json").write_text(json.dumps({**manifest, "version": 99}))
    with pytest.raises(LensFileError, match="lens format 99, and this version reads format 5; upgrade"):
        open_database(path)


def test_a_lens_of_an_older_version_says_to_build_it_again(tmp_path):
    path = save_database(small_database(), tmp_path / "a.lens")
    manifest = json.loads((path / "lens.json").read_text())
    (path / "lens.json").write_text(json.dumps({**manifest, "version": 2}))
    with pytest.raises(
        LensFileError, match="lens format 2, and this version reads format 5; build the lens again"
    ):
        open_database(path)


def test_an_unknown_layer_offers_near_names():
    with pytest.raises(LayerNotFoundError, match="no layer 'layer3'; did you mean"):
        small_database().layer_name("layer3")


def test_example_embeddings_gather_rows_and_mark_missing_ones():
    database = small_database()
    embeddings = database.example_embeddings("layer1", torch.tensor([2]))
    torch.testing.assert_close(embeddings[0, 0], database.samples.embeddings[1])
    assert embeddings[0, 1].isnan().all()


def test_rows_of_samples_that_are_nobodys_example_are_an_error():
    with pytest.raises(
        LensFileError, match="sample 3 is no component's concept example, or the lens is damaged"
    ):
        small_database().samples.rows(torch.tensor([2, 3]))


def test_names_of_signed_halves_go_there_and_back():
    one = small_examples("l")
    tensors = {name: torch.cat([getattr(one, name)] * 2) for name in ("sample_ids", "scores", "positions")}
    tensors |= {
        name: torch.cat([getattr(one, name)] * 2) for name in ("mean", "variance", "maximum", "firing_rate")
    }
    both = dataclasses.replace(one, sign="both", **tensors)
    assert [both.name(row) for row in (0, 2, 3, 5)] == ["l:0", "l:2", "l:0-", "l:2-"]
    assert all(both.component(both.name(row)) == row for row in range(6))


@pytest.mark.parametrize("name", ["l:3", "7", "l:-1", "l:0-", "x", "l:1.5", "²"])
def test_names_of_components_that_are_not_there_are_an_error(name):
    with pytest.raises(ValueError, match="has components 0 to 2|without negative halves"):
        small_examples("l").component(name)


def small_crops() -> Crops:
    thumbnail_bytes, offsets = pack([BLUE, b"", RED])
    return Crops(
        sample_ids=torch.tensor([2, 2, 5]),
        boxes=torch.tensor([[0, 0, 4, 4], [2, 1, 6, 5], [3, 0, 9, 6]], dtype=torch.int32),
        sizes=torch.tensor([[8, 6], [8, 6], [9, 7]], dtype=torch.int32),
        embeddings=torch.arange(12.0).view(3, 4),
        thumbnail_bytes=thumbnail_bytes,
        thumbnail_offsets=offsets,
        rows={"layer2": torch.tensor([[1, 2], [0, 1], [2, -1]])},
        threshold=0.25,
    )


def cropped_database() -> ConceptDatabase:
    return dataclasses.replace(small_database(), crops=small_crops())


def test_crops_come_back_as_they_were(tmp_path):
    found, crops = open_database(save_database(cropped_database(), tmp_path / "a.lens")).crops, small_crops()
    for field in ("sample_ids", "boxes", "sizes", "embeddings", "thumbnail_bytes", "thumbnail_offsets"):
        assert torch.equal(getattr(found, field), getattr(crops, field))
    assert found is not None
    assert list(found.rows) == ["layer2"]
    assert torch.equal(found.rows["layer2"], crops.rows["layer2"])
    assert (found.threshold, len(found)) == (0.25, 3)
    assert [found.thumbnail(row) for row in range(3)] == [BLUE, b"", RED]


def test_examples_are_crops_where_their_layer_has_some():
    database = cropped_database()
    embeddings = database.example_embeddings("layer2")
    torch.testing.assert_close(embeddings[0, 1], small_crops().embeddings[2])
    assert embeddings[2, 1].isnan().all()
    assert database.example_table("layer1")[0] is database.samples.embeddings


def test_a_lens_whose_crops_are_cut_short_is_damaged(tmp_path):
    path = save_database(cropped_database(), tmp_path / "a.lens")
    file = path / "crops.safetensors"
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(LensFileError, match="crops.safetensors has"):
        open_database(path)
