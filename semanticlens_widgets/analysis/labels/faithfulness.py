"""Does a label say when its component fires? No image generator needed.

Source: the simulation correlation of Bills et al., Language models can explain neurons in language models, OpenAI
2023, with a foundation model as the simulator, as in Oikarinen and Weng, CLIP-Dissect, ICLR 2023, arXiv 2204.10965,
and Kopf et al., CoSy: Evaluating Textual Explanations of Neurons, NeurIPS 2024, arXiv 2405.20331.
"""

from collections.abc import Mapping

import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from semanticlens_widgets._arguments import did_you_mean
from semanticlens_widgets.concepts import ConceptExamples
from semanticlens_widgets.foundation_models import FoundationModel, embed_texts_checked
from semanticlens_widgets.tensors._cosine import normalized


def simulation_correlation(
    scores: Float[Tensor, "image component"],
    images: Float[Tensor, "image dim"],
    labels: Float[Tensor, "label dim"],
) -> Float[Tensor, "component label"]:
    """Pearson correlation, over images, of a component's score with the cosine of image and label, in [-1, 1].

    NaN for a component or a label that does not vary over the images.
    """
    simulated = normalized(images) @ normalized(labels).T
    return _standardized(scores).T @ _standardized(simulated)


def score_table(examples: ConceptExamples) -> Float[Tensor, "sample component"]:
    """The score of every sample for every component, from a collection that kept them all; row i is sample i.

    Collect held-out images with k as large as their number. NaN for a sample that was broken. Raises ValueError where
    fewer were kept than seen.
    """
    if examples.k < examples.n_samples:
        raise ValueError(
            f"layer {examples.layer!r} kept the best {examples.k} of {examples.n_samples} samples; "
            f"collect with k={examples.n_samples} or more to have all scores"
        )
    n_rows = int(examples.sample_ids.max()) + 1
    # A missing example is -1: its score goes to a column that is cut off again.
    places = torch.where(examples.sample_ids < 0, n_rows, examples.sample_ids)
    table = torch.full((examples.n_components, n_rows + 1), torch.nan)
    return table.scatter_(1, places, examples.scores)[:, :n_rows].T


def faithfulness(
    labels: pd.DataFrame,
    scores: Mapping[str, Float[Tensor, "_ _"]],
    images: Float[Tensor, "image dim"],
    foundation_model: FoundationModel,
    *,
    column: str = "label",
) -> pd.DataFrame:
    """The table of labels with three columns more: how well each label foretells its component's scores, and what
    labels without knowledge of the component would reach.

    `scores` are those of held-out images, layer by layer, of shape (image, component) (see `score_table`), and `images`
    the same images embedded by `foundation_model`, best one that did not choose the labels.

    Columns:
        faithfulness: Simulation correlation of the component with its label; NaN without a label.
        constant_label: The same with the layer's commonest label for every component.
        random_label: The same with the label of a component drawn at random, in expectation.

    Raises ValueError for a column or a layer that is not there, and where numbers of images differ.
    """
    _check(labels, scores, images, column)
    found = labels.assign(faithfulness=torch.nan, constant_label=torch.nan, random_label=torch.nan)
    for layer, rows in labels.groupby("layer", sort=False):
        texts = rows[column].fillna("").astype(str)
        if texts.any():
            chosen = scores[str(layer)][:, torch.tensor(rows["index"].to_numpy())]
            columns = _of_layer(texts, chosen, images, foundation_model)
            found.loc[rows.index, list(columns)] = pd.DataFrame(columns, index=rows.index)
    return found


def labelled_layers(labels: pd.DataFrame, column: str = "label") -> list[str]:
    """The layers of a table of labels; ValueError where it has no column for them, the index or the label."""
    for name in (column, "layer", "index"):
        if name not in labels.columns:
            raise ValueError(
                f"the table of labels has no column {name!r}{did_you_mean(name, map(str, labels.columns))}"
            )
    return [str(layer) for layer in labels["layer"].unique()]


def _of_layer(
    texts: pd.Series,
    scores: Float[Tensor, "image component"],
    images: Float[Tensor, "image dim"],
    foundation_model: FoundationModel,
) -> dict[str, object]:
    counts = texts[texts != ""].value_counts(sort=False)
    names = [str(name) for name in counts.index]
    correlation = simulation_correlation(scores, images, embed_texts_checked(foundation_model, names))
    own = torch.tensor([names.index(text) if text else -1 for text in texts])
    share = torch.tensor(counts.to_numpy(), dtype=correlation.dtype) / int(counts.sum())
    faithful = correlation.gather(1, own.clamp(min=0).unsqueeze(1)).squeeze(1)
    return {
        "faithfulness": faithful.masked_fill(own < 0, torch.nan).numpy(),
        "constant_label": correlation[:, int(share.argmax())].numpy(),
        "random_label": (correlation.nan_to_num(nan=0.0) @ share)
        .masked_fill(correlation.isnan().all(1), torch.nan)
        .numpy(),
    }


def _standardized(columns: Float[Tensor, "image column"]) -> Float[Tensor, "image column"]:
    """Columns of mean 0 and length 1; NaN for one that does not vary."""
    columns = columns.double()
    centred = columns - columns.mean(0)
    # Below this only rounding varies.
    still = centred.abs().amax(0) <= 1e-6 * columns.abs().amax(0)
    return (centred / centred.norm(dim=0)).masked_fill(still, torch.nan).float()


def _check(
    labels: pd.DataFrame, scores: Mapping[str, Tensor], images: Float[Tensor, "image dim"], column: str
) -> None:
    for layer in labelled_layers(labels, column):
        if layer not in scores:
            raise ValueError(f"scores has no layer {layer!r}{did_you_mean(layer, scores)}")
        if len(scores[layer]) != len(images):
            raise ValueError(
                f"scores of layer {layer!r} has {len(scores[layer])} images and images {len(images)}; "
                "give the same images in the same order"
            )
    if len(images) < 2:
        raise ValueError(
            f"a correlation needs at least 2 images, not {len(images)}; give more held-out images"
        )
