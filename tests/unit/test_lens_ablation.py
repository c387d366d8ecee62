import numpy as np
import pytest
import torch

from semanticlens_widgets._choices import Sign
from semanticlens_widgets.images import as_images
from semanticlens_widgets.lens import Lens
from tests.colour_world import COLOURS, ColourModel, ColourSpace, labels, pictures, to_tensor


def lens(sign: Sign = "positive"):
    return Lens.build(
        ColourModel(), as_images(pictures(4), labels=labels(4)), ["eye"], transform=to_tensor,
        foundation_model=ColourSpace(), k=2, sign=sign, classes=list(COLOURS), progress=False,
    )  # fmt: skip


def by_hand(model, gone):
    """The share of pictures that the model gets right while `gone` changes what the eye gives."""
    hook = model.eye.register_forward_hook(lambda _module, _inputs, output: gone(output.clone()))
    pixels = torch.from_numpy(pictures(4).astype(np.float32) / 255).permute(0, 3, 1, 2)
    with torch.no_grad():
        answers = model(pixels).argmax(1).tolist()
    hook.remove()
    return np.mean([list(COLOURS)[answer] == label for answer, label in zip(answers, labels(4), strict=True)])


def without_green(output):
    output[:, 1] = 0
    return output


def test_the_accuracy_is_that_of_the_model_with_zeros_in_their_place():
    asked = lens()
    found = asked.ablation("eye:1", progress=False)
    assert found.before.overall == 1
    assert found.after.overall == pytest.approx(by_hand(asked._session.studied.model, without_green))
    assert found.after.overall < 1
    assert found.table["class"].tolist() == ["red", "green", "blue", "all"]


def test_the_model_is_left_as_it_was():
    asked = lens()
    before = asked.ablation("eye:0", progress=False).before
    assert asked.ablation("eye:2", progress=False).before.predicted.equal(before.predicted)


def only_negative_green(output):
    output[:, 1] = output[:, 1].clamp(max=0)
    return output


def test_of_halves_the_one_without_a_sign_is_the_positive_one():
    asked = lens("both")
    positive = asked.ablation("eye:1", progress=False).after.overall
    assert positive == pytest.approx(by_hand(asked._session.studied.model, only_negative_green))
    # The next layer lets no negative values through.
    assert asked.ablation("eye:1-", progress=False).after.overall == 1


def test_what_is_told_after_every_batch_may_end_it():
    def stop(done, total):
        raise InterruptedError(f"{done} of {total}")

    with pytest.raises(InterruptedError, match="12 of 12"):
        lens().ablation("eye:0", progress=False, report=stop)


@pytest.mark.parametrize(
    ("components", "about", "message"),
    [
        ([], {}, "at least one component"),
        ("eye:9", {}, "components 0 to 2"),
        ("eye:0", {"class_name": "rde"}, "there is no class 'rde'; did you mean 'red'"),
    ],
)
def test_what_cannot_be_taken_out_says_why(components, about, message):
    with pytest.raises(ValueError, match=message):
        lens().ablation(components, progress=False, **about)
