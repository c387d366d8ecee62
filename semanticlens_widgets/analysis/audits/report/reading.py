"""Explanation of every number and word of a report, for readers who do not know the method."""

from semanticlens_widgets.analysis.audits.report.parts import mark
from semanticlens_widgets.analysis.audits.verdicts import FEWEST_SAMPLES, VERDICTS


def how_to_read(threshold: float) -> str:
    """The terms in the order in which a reader meets them."""
    verdicts = "".join(f"<li>{mark(verdict)}: it {verdict.meaning}.</li>" for verdict in VERDICTS)
    terms = {
        "Component": "A channel, token feature or latent of the layer; its examples are the images that excite it.",
        "Relevance": "The amount that a component adds to the output of a class, averaged over the class's samples. "
        "Shares are of the positive relevance.",
        "Verdicts": f"<ul>{verdicts}</ul>",
        "Percentile of chance": "The share of random groups of images, each as large as a component's examples, that "
        "answer to the concept less than the component does. A component answers from 95% on; where a class has "
        "several concepts from a higher percentile on, so that of random groups still 5% answer to any of them.",
        "z": "The distance to unrelated words, for a picture or a component as concept to random images, in standard "
        f"deviations. It has to reach {threshold:g} too.",
        "Interval": "A 95% bootstrap interval over the samples of the class: how far a share would move with other "
        "samples of the same kind; a single sample has none. It knows nothing of mistakes in the verdicts themselves.",
        "Outcome": "A class passes if the whole interval of its spurious share is within the limit, fails if it is "
        f"beyond, and is undecided where it crosses. Below {FEWEST_SAMPLES} samples nothing is said.",
        "Not explained": "What is unexpected, the named concepts do not explain: a class can pass with most of its "
        "relevance unexplained. An audit finds what is named, and what the foundation model can see. A dead component, "
        "whose score is the same for all images, answers to nothing; what it adds to an output is unexpected too.",
        "After an audit": "Pruning components repairs accuracy, and leaves much of an artefact's influence in those "
        "that remain; training again without the images that show it removes it (Dreyer et al. 2025, figure 4).",
    }
    return f"<dl>{''.join(f'<dt>{term}</dt><dd>{html}</dd>' for term, html in terms.items())}</dl>"
