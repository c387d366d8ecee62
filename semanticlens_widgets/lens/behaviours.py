"""Behavioural tests of a lens: its images edited by `explanations.edits`, and the outputs that follow."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image
from tqdm.auto import tqdm

from semanticlens_widgets import analysis
from semanticlens_widgets._arguments import check_at_least, did_you_mean, shown
from semanticlens_widgets.explanations import Reading, outputs_for
from semanticlens_widgets.explanations.behaviour import Behaviour, Trial
from semanticlens_widgets.explanations.edits import as_patch, elsewhere, pasted, removed
from semanticlens_widgets.images import labels_of
from semanticlens_widgets.layers import check_input, input_region_finder
from semanticlens_widgets.lens.explaining import reading_of
from semanticlens_widgets.lens.session import Session
from semanticlens_widgets.pipeline import n_outputs

_KEPT = 4
"""Edited pictures that a trial keeps."""
Masks = Mapping[str, Mapping[int, Any]]
"""Concept -> sample -> mask of its pixels, (height, width)."""
Edit = Callable[[int, Image.Image], tuple[Image.Image, Image.Image]]
"""From a sample and its picture to the edited picture and its control."""


@dataclass(frozen=True)
class _Test:
    session: Session
    reading: Reading
    output: int
    size: float
    seed: int
    progress: bool

    def paste(self, concept: str, kind: str, patches: Sequence[Image.Image], samples: Sequence[int]) -> Trial:
        """The concept pasted on the samples, its pictures in turn."""
        draw, images = np.random.default_rng(self.seed), self.session.with_images()
        region_of = input_region_finder(self.reading.studied.transform)

        def edit(sample: int, picture: Image.Image) -> tuple[Image.Image, Image.Image]:
            others = [one for one in samples if one != sample]
            other = images.image(others[int(draw.integers(len(others)))])
            region = region_of(picture) or (0, 0, *picture.size)
            patch = patches[samples.index(sample) % len(patches)]
            return pasted(picture, patch, other, region, self.size, draw)

        return self._trial(concept, kind, "paste", samples, edit)

    def remove(self, concept: str, kind: str, masks: Mapping[int, Any]) -> Trial:
        """The concept removed from the samples that have a mask."""

        def edit(sample: int, picture: Image.Image) -> tuple[Image.Image, Image.Image]:
            mask = np.asarray(masks[sample]).astype(bool)
            if mask.shape != picture.size[::-1] or mask.all() or not mask.any():
                raise ValueError(
                    f"the mask of {concept!r} on sample {sample} must mark some, not all, of its {picture.height} x "
                    f"{picture.width} pixels, not {int(mask.sum())} of shape {mask.shape}"
                )
            return removed(picture, mask), removed(picture, elsewhere(mask))

        return self._trial(concept, kind, "remove", list(masks), edit)

    def _trial(self, concept: str, kind: str, name: str, samples: Sequence[int], edit: Edit) -> Trial:
        images, rows, kept = self.session.with_images(), [], []
        for sample in tqdm(samples, desc=f"{name} {concept}", disable=not self.progress):
            picture = images.image(sample)
            edited = edit(sample, picture)
            kept += [edited] if len(kept) < _KEPT else []
            transform = self.reading.studied.transform
            pixels = torch.stack([check_input(transform(one)) for one in (picture, *edited)])
            rows.append(outputs_for(self.reading.studied, pixels)[:, self.output])
        plain, with_it, control = torch.stack(rows, 1)
        return Trial(concept, kind, name, torch.tensor(samples), plain, with_it, control, kept)


def behaviour(
    session: Session,
    requirement: analysis.Requirement,
    *,
    paste: Mapping[str, Any],
    remove: Masks,
    samples: Sequence[int] | None,
    n_samples: int,
    size: float,
    seed: int,
    progress: bool,
) -> Behaviour:
    """See `Lens.behaviour`."""
    studied, images = session.with_model(), session.with_images()
    if not isinstance(requirement, analysis.Requirement) or requirement.class_name is None:
        raise ValueError(f"requirement must be a slw.Requirement of one class, not {shown(requirement)}")
    if not 0 < size <= 1:
        raise ValueError(f"size must lie in 0 to 1, the share of the model's input, not {size}")
    name = requirement.class_name
    kinds = {one.name: "valid" for one in requirement.valid} | {
        one.name: "spurious" for one in requirement.spurious
    }
    for given in (*paste, *remove):
        if given not in kinds:
            raise ValueError(f"the requirement has no concept {given!r}{did_you_mean(given, kinds)}")
    patches = {
        one.name: _patches(paste.get(one.name, one.query))
        for one in (*requirement.valid, *requirement.spurious)
    }
    patches = {concept: some for concept, some in patches.items() if some}
    if not patches and not remove:
        raise ValueError(
            f"none of the concepts {', '.join(map(repr, kinds))} is a picture, and a text cannot be pasted: pass "
            "pictures, best with a transparent background, paste={'concept': picture}, or masks of where it is, "
            "remove={'concept': {sample: mask}}"
        )
    with session.running:
        reading = reading_of(session)
        classes = reading.classes(n_outputs(studied, images))
        if name not in classes:
            raise ValueError(f"there is no class {name!r}{did_you_mean(name, classes)}")
        test = _Test(session, reading, classes[name], size, check_at_least("seed", seed, 0), progress)
        on = _chosen(session, name, samples, n_samples, seed) if patches else []
        trials = [test.paste(one, kinds[one], some, on) for one, some in patches.items()]
        trials += [test.remove(one, kinds[one], masks) for one, masks in remove.items()]
    left_out = [one for one in kinds if one not in patches and one not in remove]
    return Behaviour(name, tuple(trials), tuple(left_out))


def _patches(given: Any) -> list[Image.Image]:
    """The pictures to paste; of a concept those that it is made of, none for texts."""
    if not isinstance(given, analysis.Query):
        return [as_patch(one) for one in (given if isinstance(given, list | tuple) else [given])]
    if any(term.kind != "image" or term.weight <= 0 for term in given.terms):
        return []
    source = given.source if isinstance(given.source, list | tuple) else [given.source]
    return [as_patch(one) for one in source]


def _chosen(
    session: Session, class_name: str, samples: Sequence[int] | None, n_samples: int, seed: int
) -> list[int]:
    """The images to paste on: those given, or some that are not of the class; raises ValueError for fewer than two."""
    images = session.with_images()
    if samples is None:
        others = [n for n in range(len(images)) if class_name not in (labels_of(images, n) or ())]
        drawn = np.random.default_rng(seed).permutation(len(others))[
            : check_at_least("n_samples", n_samples, 2)
        ]
        samples = sorted(others[at] for at in drawn)
    found = list(dict.fromkeys(int(one) for one in samples))
    wrong = next((one for one in found if not 0 <= one < len(images)), None)
    if wrong is not None or len(found) < 2:
        raise ValueError(
            f"samples must name at least two of the images 0 to {len(images) - 1} to paste on, and others for the "
            f"control, not {shown(wrong if wrong is not None else found)}"
        )
    return found
