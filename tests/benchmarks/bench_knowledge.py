"""Knowledge: how many of the categories that Caltech-101 holds the outputs of a model know, and of others.

The rule was fixed before any result was seen. Held: 20 drawn with seed 0 from the dataset's categories that ImageNet's
classes have as a name, synonym or hypernym, so that ConSE can name them. Not held: 20 drawn with the same seed from the
names of classes that have no category of the dataset among their names, synonyms and hypernyms. The vocabulary is both
lists they are drawn from. The rule by which a word is known was developed on the words that were not drawn.
"""

import random
import sys
from typing import Any

from semanticlens_widgets.foundation_models import efficientnet_lite, imagenet_classes
from tests.benchmarks.bench_offline import CALTECH, missing, offline_model, read_caltech

OUTPUTS = "classifier"
N, SEED = 20, 0


def figures() -> list[dict[str, Any]]:
    """Categories that are known: 16 of 20 at least of those held, 2 at most of the others."""
    if missing() is not None or not CALTECH.is_dir():
        print("bench_knowledge: skipped, the extra `offline` or ../shared/data is missing", file=sys.stderr)
        return []
    images, labels = read_caltech()
    held, others = candidates(sorted(set(labels)))
    known = known_words(images, [*held, *others])
    draw = random.Random(SEED)  # noqa: S311 (a fixed draw)
    return [
        figure("held", draw.sample(held, N), known, least=16),
        figure("not held", draw.sample(others, N), known, most=2),
    ]


def candidates(categories: list[str]) -> tuple[list[str], list[str]]:
    """The categories that ConSE can name, and the names of classes that the dataset has no category for."""
    own = {category.casefold() for category in categories}
    texts = [
        {text.casefold() for text in [entry["name"], *entry["synonyms"], *entry["hyper"]]}
        for entry in imagenet_classes()
    ]
    held = [category for category in categories if any(category.casefold() in each for each in texts)]
    absent = [entry["name"] for entry, each in zip(imagenet_classes(), texts, strict=True) if not each & own]
    return held, sorted(set(absent))


def known_words(images: list[Any], words: list[str]) -> set[str]:
    """The words that more outputs have as their label than of random groups of images."""
    from semanticlens_widgets import Lens

    model, transform = efficientnet_lite(0)
    lens = Lens.build(
        model, images, [OUTPUTS], foundation_model=offline_model(), transform=transform, progress=False
    )
    table = lens.knowledge(words, layer=OUTPUTS).table
    return set(table.loc[table["known"], "word"])


def figure(kind: str, words: list[str], known: set[str], least: int = 0, most: int = N) -> dict[str, Any]:
    """One figure, with the words that are not as they should be."""
    found = [word for word in words if word in known]
    wrong = [word for word in words if (word in known) != (least > 0)]
    return {
        "name": f"Caltech-101, {kind}: known categories of {N} (not as hoped: {', '.join(wrong) or 'none'})",
        "ours": len(found),
        "unit": "categories",
        "peer": None,
        "ratio": None,
        "target": f"at least {least}" if least else f"at most {most}",
        "falls_short": not least <= len(found) <= most,
    }
