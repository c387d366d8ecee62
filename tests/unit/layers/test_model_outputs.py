"""The classes in a model's output are found in the usual containers, named by the user, or asked for."""

from collections import OrderedDict, namedtuple
from dataclasses import dataclass

import pytest
import torch
from torch import nn
from transformers.modeling_outputs import BaseModelOutputWithPooling, ImageClassifierOutput
from transformers.models.clip.modeling_clip import CLIPVisionModelOutput

from semanticlens_widgets.layers import check_output_choice, count_outputs, output_rows

LOGITS = torch.arange(12.0).view(3, 4)
FEATURES, TOKENS = torch.zeros(3, 9), torch.zeros(3, 7, 9)
Aux = namedtuple("Aux", "logits aux")


@dataclass(frozen=True)
class Own:
    logits: torch.Tensor
    features: torch.Tensor


@pytest.mark.parametrize(
    "output",
    [
        LOGITS,
        (LOGITS,),
        [LOGITS],
        (LOGITS, None),
        {"out": LOGITS},
        {"features": FEATURES, "logits": LOGITS},
        Aux(LOGITS, LOGITS + 1),
        Own(LOGITS, FEATURES),
        OrderedDict(logits_per_image=LOGITS, image_embeds=FEATURES),
        ImageClassifierOutput(logits=LOGITS, hidden_states=(TOKENS,)),
    ],
)
def test_the_usual_containers_are_recognised(output):
    assert torch.equal(output_rows(output, 3), LOGITS)


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (
            (FEATURES, LOGITS),
            r"a tuple of 0: shape \(3, 9\), 1: shape \(3, 4\), .* cannot be told; pass output=1",
        ),
        ({"a": LOGITS, "b": LOGITS}, r"pass output='b' or another"),
        ({"features": FEATURES}, "cannot be told"),
        (BaseModelOutputWithPooling(last_hidden_state=TOKENS, pooler_output=FEATURES), "cannot be told"),
        (CLIPVisionModelOutput(image_embeds=FEATURES, last_hidden_state=TOKENS), "'image_embeds': shape"),
        ([{"boxes": FEATURES, "labels": LOGITS.long()}], "a list of 0: a dict"),
        (TOKENS, r"one row of outputs a sample, not shape \(3, 7, 9\) for 3 samples"),
        (LOGITS.long(), r"not torch.int64 of shape \(3, 4\)"),
        (LOGITS[:2], r"not shape \(2, 4\) for 3 samples"),
        ("text", "not a str for 3 samples"),
        ([], "not a list"),
    ],
)
def test_others_are_asked_for(output, message):
    with pytest.raises(ValueError, match=message):
        output_rows(output, 3)


@pytest.mark.parametrize(
    ("output", "choice"),
    [
        ((FEATURES, LOGITS), 1),
        ((FEATURES, LOGITS), -1),
        ({"embed": LOGITS}, "embed"),
        ({"embed": FEATURES, "b": LOGITS}, 1),
        (Aux(FEATURES, LOGITS), "aux"),
        (Own(FEATURES, LOGITS), "features"),
        (CLIPVisionModelOutput(image_embeds=LOGITS, last_hidden_state=TOKENS), "image_embeds"),
        ([{"scores": LOGITS}], lambda output: output[0]["scores"]),
    ],
)
def test_a_part_can_be_named(output, choice):
    assert torch.equal(output_rows(output, 3, choice), LOGITS)


@pytest.mark.parametrize(
    ("output", "choice"),
    [((FEATURES, LOGITS), 2), ((FEATURES, LOGITS), "logits"), ({"a": LOGITS}, "b"), (LOGITS, 0)],
)
def test_a_part_that_is_not_there_is_an_error(output, choice):
    with pytest.raises(
        ValueError, match=f"output={choice!r} must be a part of what the model gives, which is"
    ):
        output_rows(output, 3, choice)


def test_one_number_a_sample_is_one_output():
    assert output_rows(torch.ones(3), 3).shape == (3, 1)
    assert output_rows(torch.tensor(1.0), 1).shape == (1, 1)


@pytest.mark.parametrize("choice", [True, 1.5, ["logits"], b"logits"])
def test_a_choice_of_another_type_is_an_error(choice):
    with pytest.raises(TypeError, match="output must be the number or the name of a part"):
        check_output_choice(choice)


class Head(nn.Module):
    """The mean colours, bent by `bend`."""

    def __init__(self, bend):
        super().__init__()
        self.head, self.bend = nn.Linear(3, 5), bend

    def forward(self, pixels):
        return self.bend(self.head(pixels.mean((2, 3))))


@pytest.mark.parametrize(
    ("bend", "cause"),
    [
        (nn.functional.dropout, "depends on chance"),
        (lambda y: y + torch.rand_like(y), "depends on chance"),
        (
            lambda y: nn.functional.batch_norm(y, None, None, training=True) if len(y) > 1 else y,
            "other samples",
        ),
        (lambda y: y.softmax(0), "other samples"),
    ],
)
def test_outputs_that_do_not_belong_to_the_sample_alone_are_refused(bend, cause):
    with pytest.raises(ValueError, match=f"the model's output gives the same sample other values .*{cause}"):
        count_outputs(Head(bend), torch.rand(3, 8, 8))


def test_the_outputs_are_counted_and_the_state_of_chance_stays():
    torch.manual_seed(3)
    model, before = Head(nn.Dropout()), torch.get_rng_state()
    assert count_outputs(model, torch.rand(3, 8, 8, generator=torch.Generator())) == 5
    assert torch.equal(torch.get_rng_state(), before)
    assert model.training


def test_a_model_of_one_fixed_batch_size_is_counted():
    def only_one(y):
        assert len(y) == 1
        return y

    assert count_outputs(Head(only_one), torch.rand(3, 8, 8)) == 5
