"""Examples within a class: the samples to which a component matters most there, cut and embedded."""

import numpy as np
import pytest
import torch
from PIL import Image

from semanticlens_widgets.analysis import Requirement
from semanticlens_widgets.images import as_images
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.lens.relevances import class_examples_of
from semanticlens_widgets.pipeline._class_examples import FEWEST, MOST, RESTS_ON
from tests.colour_world import COLOURS, ColourModel, ColourSpace, to_tensor
from tests.unit.pipeline.test_crops import centre, slow_box

LAYER = "eye"
CLASSES = list(COLOURS)


def patches(n_each):
    """Green pictures with a red patch and a blue one, each as strong as it is in no other picture."""
    found = []
    for number in range(3 * n_each):
        pixels = np.zeros((64, 96, 3), np.uint8)
        pixels[..., 1] = 40 + 2 * number
        top, left = 8 + 6 * number % 30, 20 + 5 * number % 40
        pixels[top : top + 8, left : left + 8] = (250 - 3 * number, 0, 0)
        pixels[48:56, 70:78] = (0, 0, 150 + 4 * (7 * number % 19))
        found.append(Image.fromarray(pixels))
    return found


def build(n_each=12, **options):
    lens = Lens.build(
        ColourModel(),
        as_images(patches(n_each), labels=CLASSES * n_each),
        [LAYER],
        foundation_model=ColourSpace(),
        transform=options.pop("transform", centre),
        k=4,
        classes=CLASSES,
        progress=False,
        **options,
    )
    return lens.attribute(progress=False)


def examples_of(lens, name="green"):
    return class_examples_of(lens._session, LAYER, name)


def slow_choice(lens, component, name="green"):
    """The class's samples to which the component is most relevant, none where it adds nothing."""
    relevance = lens.relevance(LAYER)
    row = relevance.row(name)
    own = [n for n, of in enumerate(relevance.sample_classes.tolist()) if of == row]
    ranked = sorted(own, key=lambda n: -float(relevance.relevance[n, component]))
    k = min(MOST, len(own) // 3)
    return [int(relevance.sample_ids[n]) for n in ranked[:k] if float(relevance.relevance[n, component]) > 0]


@pytest.mark.parametrize("crop", [False, True])
def test_examples_are_those_of_the_definition(crop):
    lens, images, space = build(crop=crop, crop_threshold=0.5), patches(12), ColourSpace()
    found = examples_of(lens)
    assert found is not None
    shares = lens.relevance(LAYER).share[CLASSES.index("green")]
    for component in range(3):
        larger = float(shares[shares > shares[component]].sum())
        chosen = slow_choice(lens, component) if larger < RESTS_ON else []
        assert int(found.n_examples[component]) == len(chosen)
        cut = [
            images[n].crop(tuple(slow_box(images[n], component, 0.5))) if crop else images[n] for n in chosen
        ]
        if cut:
            vectors = torch.nn.functional.normalize(space.embed_images(cut), dim=1)
            torch.testing.assert_close(
                found.embeddings[component], torch.nn.functional.normalize(vectors.mean(0), dim=0)
            )
    assert (found.n_examples > 0).any()
    every = [number for number, label in enumerate(CLASSES * 12) if label == "green"]
    torch.testing.assert_close(found.samples, space.embed_images([images[number] for number in every]))


def test_components_beyond_the_share_that_a_class_rests_on_have_none():
    lens = build()
    found, share = examples_of(lens), lens.relevance(LAYER).share[CLASSES.index("green")]
    assert found is not None
    assert share.max() > RESTS_ON
    assert found.n_examples.tolist() == [4 if value == share.max() else 0 for value in share.tolist()]


def test_a_class_with_too_few_samples_has_none():
    assert examples_of(build(n_each=3 * FEWEST - 1)) is None
    assert examples_of(build(n_each=3 * FEWEST)) is not None


def test_nothing_is_embedded_twice_and_a_second_audit_embeds_nothing(tmp_path):
    lens = build(crop=True, cache=tmp_path)
    space = lens.foundation_model
    assert isinstance(space, ColourSpace)
    wanted = Requirement("green", valid=["green"], spurious=["red"])
    first = lens.audit(wanted, within_class=True)
    done = space.n_images
    assert lens.audit(wanted, within_class=True).table.equals(first.table)
    again = build(crop=True, cache=tmp_path)
    assert again.audit(wanted, within_class=True).table.equals(first.table)
    assert isinstance(again.foundation_model, ColourSpace)
    assert (space.n_images, again.foundation_model.n_images) == (done, 0)


def test_an_opened_lens_says_what_it_needs(tmp_path):
    lens = build()
    wanted = Requirement("green", valid=["green"])
    path = lens.save(tmp_path / "lens")
    opened = Lens.open(path, foundation_model=ColourSpace())
    with pytest.raises(ValueError, match="opened without its model, which this needs"):
        opened.audit(wanted, within_class=True)
    assert opened.audit(wanted).table["verdict"].tolist()
    whole = Lens.open(
        path,
        foundation_model=ColourSpace(),
        model=ColourModel(),
        transform=centre,
        images=as_images(patches(12), labels=CLASSES * 12),
    )
    assert whole.audit(wanted, within_class=True).table.equals(lens.audit(wanted, within_class=True).table)


def test_plain_pictures_have_examples_of_their_own_class():
    frames = [np.full((32, 32, 3), colour, np.uint8) for colour in COLOURS.values()]
    pixels = np.stack([frame // 2 + 4 * n for n in range(9) for frame in frames])
    lens = Lens.build(
        ColourModel(), as_images(pixels, labels=CLASSES * 9), [LAYER], foundation_model=ColourSpace(),
        transform=to_tensor, k=4, classes=CLASSES, progress=False,
    ).attribute(progress=False)  # fmt: skip
    found = examples_of(lens, "blue")
    assert found is not None
    assert found.embeddings[2].argmax() == 2
