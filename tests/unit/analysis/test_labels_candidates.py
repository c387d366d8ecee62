"""Labels by a labeller of the user's: its words are judged as those of a vocabulary, and chance pays for its choice."""

import numpy as np
import pytest
import torch
from PIL import Image

import semanticlens_widgets as slw
from semanticlens_widgets import analysis
from semanticlens_widgets.analysis.labels.two_best import two_of_pairs
from semanticlens_widgets.lens.labelling import candidates
from tests.colour_world import ColourModel, ColourSpace, labels, pictures, to_tensor
from tests.fakes import CATEGORIES, category_of, fake_lens
from tests.random_lenses import NAMES, cluster_members, images_in_clusters, lens_with, random_members
from tests.word_space import WordSpace


def words_for(answers):
    """Candidates without pictures: `answers` holds those of each component."""

    def of(lens, reference):
        texts = [text for one in answers for text in one]
        embedded = analysis.embed_vocabulary(lens.database, WordSpace(), list(dict.fromkeys(texts)))
        known = analysis.embed_vocabulary(lens.database, WordSpace(), reference)
        return analysis.Candidates(
            analysis.joined(known, embedded), {"layer": [tuple(one) for one in answers]}
        )

    return of


def test_the_label_is_the_nearest_of_a_components_own_words_with_the_numbers_of_a_vocabulary():
    lens = lens_with(cluster_members([0, 1, 2], 6, 240), images_in_clusters(240))
    answers = [[NAMES[5], NAMES[0]], [NAMES[0], "nothing"], []]
    found = words_for(answers)(lens, list(NAMES))
    table = analysis.label(lens.database, None, found)
    assert list(table["best"]) == [NAMES[0], table["best"][1], ""]
    assert table["runner_up"][0] == NAMES[5]
    ours = analysis.label(lens.database, WordSpace(), [*NAMES, "nothing"])
    for column in ("alignment", "null_z_score", "chance_percentile"):
        assert table[column][0] == pytest.approx(ours[column][0], abs=1e-6)
    assert table["label"][0] == NAMES[0]
    assert table["labels"][0] == [(NAMES[0], 1.0)]
    assert table["label"][2] == ""
    assert np.isnan(table["alignment"][2])
    assert list(table["candidates"]) == [tuple(one) for one in answers]


@pytest.mark.parametrize("n_candidates", [0, 1, 2, 40])
def test_the_two_best_candidates_are_those_of_all_scores_with_the_others_left_out(n_candidates):
    generator = torch.Generator().manual_seed(n_candidates)
    draw = lambda *shape: torch.randn(*shape, generator=generator)  # noqa: E731
    embeddings, texts = draw(300, 8), draw(50, 8)
    texts[7] = texts[3]  # equal scores: the earlier text is the best
    own = [torch.randperm(50, generator=generator)[: n_candidates * (index % 3)] for index in range(300)]
    of = {"layer": [tuple(f"text {row}" for row in rows.tolist()) for rows in own]}
    vocabulary = analysis.EmbeddedVocabulary(tuple(f"text {row}" for row in range(50)), texts, draw(5, 8))
    found = two_of_pairs(embeddings, texts, *analysis.Candidates(vocabulary, of).pairs("layer"))
    for component, rows in enumerate(own):
        scores = {row: float(embeddings[component] @ texts[row]) for row in sorted(rows.tolist())}
        scores = {row: scores.get(3, score) if row == 7 else score for row, score in scores.items()}
        best = sorted(scores, key=lambda row: (-scores[row], row))[:2]
        assert found.index[:, component].tolist() == [*best, -1, -1][:2]
        expected = torch.tensor([*(scores[row] for row in best), -torch.inf, -torch.inf][:2])
        torch.testing.assert_close(found.score[:, component], expected, rtol=0, atol=1e-5)


def test_a_labeller_that_always_finds_the_best_word_still_names_five_percent_of_random_components():
    shares = []
    for seed in range(3):
        lens = lens_with(random_members(200, 6, 240, seed), images_in_clusters(240, seed))
        best = analysis.label(lens.database, WordSpace(), list(NAMES))["best"]
        found = words_for([[word] for word in best])(lens, list(NAMES))
        shares.append(analysis.label(lens.database, None, found, threshold=-10)["clear"].mean())
    assert 0.02 <= np.mean(shares) <= 0.07


def test_a_labeller_sees_the_examples_best_first_and_look_alikes_that_are_none():
    lens = fake_lens(12)
    seen = []

    def labeller(examples, others):
        seen.append(
            (len(examples), len(others), all(isinstance(one, Image.Image) for one in examples + others))
        )
        return [category_of(examples[0]), "thing"]

    table = lens.label(list(CATEGORIES), layer="bn1", labeller=labeller, progress=False)
    alive = (~lens.scores("bn1")["dead"]).to_numpy()
    assert len(seen) == alive.sum()
    assert all(n == lens.database.examples["bn1"].k and as_pictures for n, _, as_pictures in seen)
    assert list(table["best"][alive])[:6] == [CATEGORIES[index % 6] for index in range(6)]
    assert (table["best"][~alive] == "").all()


def test_with_the_images_at_hand_a_labeller_sees_them_in_full_size():
    lens = slw.Lens.build(
        ColourModel(), slw.as_images(pictures(size=40), labels=labels()), "eye", foundation_model=ColourSpace(),
        transform=to_tensor, k=3, progress=False,
    )  # fmt: skip
    sizes = []

    def labeller(examples, others):
        sizes.extend(image.size for image in examples + others)
        red, green, blue = np.asarray(examples[0]).reshape(-1, 3).mean(0)
        return max((red, "red"), (green, "green"), (blue, "blue"))[1]

    table = lens.label(["red", "green", "blue"], labeller=labeller, progress=False)
    assert list(table["best"]) == ["red", "green", "blue"]
    assert set(sizes) == {(40, 40)}
    assert list(table["candidates"]) == [("red",), ("green",), ("blue",)]


def test_a_labeller_that_fails_or_gives_no_text_is_answered_with_the_component():
    lens = fake_lens(6)
    with pytest.raises(RuntimeError, match="labeller failed for bn1:0: ZeroDivisionError"):
        lens.label(labeller=lambda examples, others: str(1 / 0), layer="bn1", progress=False)
    with pytest.raises(TypeError, match="must return a text or a list of texts, and for bn1:0 it returned 3"):
        lens.label(labeller=lambda examples, others: 3, layer="bn1", progress=False)  # pyright: ignore[reportArgumentType]
    with pytest.raises(ValueError, match="method with a labeller must be 'nearest'"):
        lens.label(labeller=lambda examples, others: "a", layer="bn1", method="csp", progress=False)
    with pytest.raises(TypeError, match="labeller must be a function"):
        candidates(lens._session, "blip", None, [])  # pyright: ignore[reportArgumentType]


def test_labels_of_several_methods_stand_side_by_side(tmp_path):
    lens = lens_with(cluster_members([0, 1, 2], 6, 240), images_in_clusters(240))
    path = tmp_path / "other.csv"
    path.write_text("layer,unit,label\nlayer,0,mine\nlayer,2,yours\n")
    ours = lens.label(list(NAMES))
    table = analysis.side_by_side(
        {"nearest": ours, "csp": lens.label(list(NAMES), method="csp"), "tool": lens.import_labels(path)}
    )
    assert list(table["component"]) == ["layer:0", "layer:1", "layer:2"]
    assert list(table["tool"]) == ["mine", "", "yours"]
    assert list(table["nearest"]) == list(ours["label"])
    assert {"nearest_clear", "nearest_chance_percentile", "csp_clear"} <= set(table.columns)
    with pytest.raises(ValueError, match="at least one name and table"):
        analysis.side_by_side({})


def test_each_method_has_its_faithfulness_beside_it():
    lens = slw.Lens.build(
        ColourModel(), slw.as_images(pictures(), labels=labels()), "eye", foundation_model=ColourSpace(),
        transform=to_tensor, k=3, progress=False,
    )  # fmt: skip
    right = lens.label(["red", "green", "blue"], threshold=-10)
    right["label"] = right["best"]
    wrong = right.assign(label=["green", "blue", "red"])
    table = lens.faithfulness({"right": right, "wrong": wrong}, pictures(5), progress=False)
    alone = lens.faithfulness(right, pictures(5), progress=False)
    assert list(table["right_faithfulness"]) == pytest.approx(list(alone["faithfulness"]))
    assert (table["right_faithfulness"] > table["wrong_faithfulness"]).all()
    assert list(table["wrong"]) == ["green", "blue", "red"]
    assert torch.tensor(table["right_constant_label"].to_numpy()).isfinite().all()
