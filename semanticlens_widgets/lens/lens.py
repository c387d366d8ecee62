"""Lens: one studied model, ready to be asked."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor, nn
from tqdm.auto import tqdm

from semanticlens_widgets import analysis, exports
from semanticlens_widgets._arguments import check_choice, check_texts, shown
from semanticlens_widgets._choices import (
    AttributionMethod,
    Baseline,
    HeatmapMethod,
    LabelMethod,
    Pooling,
    Sign,
    Targets,
)
from semanticlens_widgets._display import mimebundle_of
from semanticlens_widgets._plain_text import facts_text
from semanticlens_widgets.concepts import (
    ConceptDatabase,
    OutputNaming,
    Relevance,
    open_with_projections,
    save_database,
)
from semanticlens_widgets.correction import Ablation, against_random, by_layer
from semanticlens_widgets.executors import made, spreading_to
from semanticlens_widgets.explanations import Behaviour, ClassGraph, Explanation, Gap
from semanticlens_widgets.foundation_models import FoundationModel, check_foundation_model
from semanticlens_widgets.images import Images, as_images
from semanticlens_widgets.layers import (
    Latents,
    Layout,
    Output,
    check_output_choice,
    default_transform,
    find_layers,
    preprocessing_of,
)
from semanticlens_widgets.lens import (
    activations,
    behaviours,
    explaining,
    graphs,
    interventions,
    labelling,
    probes,
    relevances,
    vocabularies,
)
from semanticlens_widgets.lens.labelling import Labeller, candidates
from semanticlens_widgets.lens.session import Session
from semanticlens_widgets.pipeline import (
    Classes,
    Studied,
    build_database,
    cache_in,
    check_classes,
    fitting_foundation_model,
    fitting_latents,
    fitting_output_names,
    held_out,
    mean_edges,
    sample_heatmap,
    studied_again,
)

if TYPE_CHECKING:
    import pandas as pd


class Lens:
    """A concept database with its foundation model and, where they are at hand, its images.

    Make one with `Lens.build` or `Lens.open`. Every question runs without the studied model; the foundation
    model is loaded when the first text is asked for. Safe to use from several threads.
    """

    def __init__(
        self,
        database: ConceptDatabase,
        *,
        foundation_model: FoundationModel | None = None,
        images: object = None,
        model: nn.Module | None = None,
        transform: Callable[[Image.Image], Tensor] | None = None,
        cache: str | Path | None = None,
        output: Output | None = None,
        output_names: OutputNaming | None = None,
        latents: "Latents | Iterable[Latents]" = (),
    ) -> None:
        """Raises TypeError when `foundation_model` cannot embed, ValueError when its dimensions do not fit.

        A `model`, `transform` or `latents` other than what the database was built with is a ValueError too, as is
        another number of images.
        """
        if not isinstance(database, ConceptDatabase):
            raise TypeError(
                f"database must be a ConceptDatabase, not a {type(database).__name__}; "
                "make a lens with Lens.build(...) or Lens.open(path)"
            )
        source = None if images is None else as_images(images)
        _check_number(source, database)
        check_output_choice(output)
        if model is not None or output is not None:
            database, output = relevances.of_output(database, output)
        kept, fitting = cache_in(cache), fitting_latents(database, latents)
        studied = (
            None
            if model is None
            else studied_again(model, transform, database.provenance, kept.folder, output, fitting)
        )
        if output_names is not None:
            names = fitting_output_names(output_names, studied, source)
            database = replace(database, output_names=names)
        space = None if foundation_model is None else fitting_foundation_model(database, foundation_model)
        self._session = Session(database, space, source, studied, kept)

    @classmethod
    def build(
        cls,
        model: nn.Module | Callable[[], nn.Module],
        images: object,
        layers: "str | Latents | Sequence[str | Latents] | Mapping[str, Layout | None]",
        *,
        foundation_model: FoundationModel,
        transform: Callable[[Image.Image], Tensor] | None = None,
        k: int = 20,
        pooling: Pooling | Mapping[str, Pooling] = "max",
        sign: Sign = "positive",
        normalize_examples: bool = True,
        look_alikes: bool = False,
        crop: bool = False,
        crop_threshold: float = 0.01,
        batch_size: int | None = None,
        memory_format: torch.memory_format | None = None,
        device: str | torch.device | None = None,
        cache: str | Path | None = None,
        classes: Classes | None = None,
        output: Output | None = None,
        output_names: OutputNaming | None = None,
        executor: object = None,
        progress: bool = True,
    ) -> "Lens":
        """Runs the model over the images once and embeds what activates every component most.

        Args:
            model: Any torch vision model. It is used where it is (its own device) and left exactly as found. With an
                executor also a function that makes it, here and on every worker: then weights are not sent.
            images: A folder, an archive, a URL, a list of paths or pictures, an array, a torch or Hugging Face dataset,
                or any object with the methods of `Images`; see `as_images`. A dataset is read by one thread, one item
                at a time. A picture that cannot be read or transformed is left out with a warning and noted in
                `lens.database.provenance.broken`.
            layers: Names of modules, or patterns such as "layer4.*.conv3". Which axes of an output are the batch and
                the components is found out from the model; where it cannot be, a dict says it:
                {"mixer": slw.Layout(components=-1)}, with None for layers that need no word. `slw.Latents(...)` is a
                layer too: components of your own, made of what a layer gives.
            foundation_model: Embeds images and texts in one space: `OpenCLIP(...)`, `ConSE()`, or your own.
            transform: Picture to float tensor (channel, height, width). Left out, it is the model's own where
                timm knows it, otherwise the usual one of ImageNet (256, centre crop 224, mean and deviation).
            k: How many concept examples a component has at most.
            pooling: From the activations of a sample to one score a component: "max" or "mean" (feature maps,
                tokens), "absmax", "absmean", "cls" (tokens); or a dict layer -> pooling.
            sign: "both" makes a second component "k-" of the most negative responses of every component.
            normalize_examples: Average unit vectors (the paper); False averages the embeddings as they are.
            look_alikes: Also keep, for every concept example, the image that looks most like it and that the component
                scores below its mean, for `label(method="csp")` and the details of a neuron. It is looked for among the
                images that are examples of some component, which the model sees a second time.
            crop: Concept examples are not whole images but square crops around where the component responds, seen in
                its blurred activation map. Layers without places on the image (linear ones) keep whole images.
            crop_threshold: The share of the map's maximum above which a place belongs to the crop; the paper's 0.01
                leaves nearly all of the image where few activations are 0, 0.5 about half of it.
            batch_size: Left out, it and `memory_format` are chosen by timing the first batches.
            memory_format: torch.channels_last or torch.contiguous_format.
            device: Only checked against where the model is.
            cache: A folder where results are kept by their content, embedded vocabularies too (6 to 8 MB for 3,700
                texts). An interrupted run goes on from there. Nothing in it is ever removed; you may, at any time.
            classes: What the model's outputs are called, for `attribute` (see there): all names in order, or a dict
                name -> output.
            output: The part of the model's output that holds the classes, for `attribute` and `ablation`: a number, a
                name, or a function of the whole. A tensor, a part named `logits` and an only part are found.
            output_names: The names of outputs that are no `classes`, for predictions: all in order, or a dict name ->
                output. Of names that repeat, each has its output added, "crane (134)". They are saved with the lens.
            executor: Spreads the work over workers, for the same lens bit for bit: a pool of `concurrent.futures`, a
                client of Dask, an executor of submitit (SLURM), `slw.RayExecutor()`, or "gpus" for a process on each
                GPU; `slw.Workers(executor, n)` says how many shards to work on at a time. A worker that sees a GPU
                uses it.
            progress: Say on stdout that work begins, and show a bar for each step.

        Raises:
            LayerNotFoundError: for a layer that the model does not have.
            ImagesError: when there are no images, or none can be read.
            NonFiniteError: for NaN or infinity in weights, activations or embeddings.
            WorkerError: when a shard loses its worker three times, or a worker cannot do the work.
            ValueError: for other arguments that cannot be.
        """
        if classes is not None:
            check_classes(classes)
        check_output_choice(output)
        if progress:  # both may take seconds before there is a bar
            tqdm.write("preparing: listing the images, loading the foundation model")
        module, source = made(model, executor), as_images(images)
        shown = transform or preprocessing_of(module) or default_transform()
        if output_names is not None:
            fitting_output_names(output_names, Studied(module, shown, None, classes, output), source)
        with spreading_to(executor):
            database = build_database(
                module,
                source,
                layers,
                foundation_model=foundation_model,
                transform=transform,
                k=k,
                pooling=pooling,
                sign=sign,
                normalize_examples=normalize_examples,
                look_alikes=look_alikes,
                crop=crop,
                crop_threshold=crop_threshold,
                batch_size=batch_size,
                memory_format=memory_format,
                device=device,
                cache=cache,
                progress=progress,
            )
        lens = cls(
            database, foundation_model=foundation_model, images=source, cache=cache, output_names=output_names
        )
        latents = {str(one): one for one in find_layers(module, layers) if isinstance(one, Latents)}
        lens._session.studied = Studied(module, shown, lens._session.cache.folder, classes, output, latents)
        return lens

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        foundation_model: FoundationModel | None = None,
        images: object = None,
        model: nn.Module | None = None,
        transform: Callable[[Image.Image], Tensor] | None = None,
        cache: str | Path | None = None,
        output: Output | None = None,
        output_names: OutputNaming | None = None,
        latents: "Latents | Iterable[Latents]" = (),
    ) -> "Lens":
        """A saved lens; neither the model nor the dataset is needed.

        With `images`, enlarged pictures come in full size instead of from the thumbnails; with the `model` too, and
        its `transform`, it can be attributed; layers of latents need the `latents` that they were built with for that.
        `cache`, `output` and `output_names`, which take the place of saved ones, are as in `build`.

        Files are verified when they are first read. Raises LensFileError then, or when there is no lens or one of
        another version; ValueError for another model or transform than it was built with.
        """
        database, projections = open_with_projections(path)
        lens = cls(
            database,
            foundation_model=foundation_model,
            images=images,
            model=model,
            transform=transform,
            cache=cache,
            output=output,
            output_names=output_names,
            latents=latents,
        )
        lens._session.load_projections(projections)
        return lens

    def save(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Writes the lens as a folder that opens anywhere, thumbnails and computed maps included; returns the path.

        Raises FileExistsError when something is there, unless it is a lens and `overwrite=True`.
        """
        return save_database(
            self.database, path, overwrite=overwrite, projections=self._session.stored_projections
        )

    @property
    def database(self) -> ConceptDatabase:
        """The concept database: examples, embeddings, statistics, relevance and provenance."""
        return self._session.database

    @database.setter
    def database(self, database: ConceptDatabase) -> None:
        self._session.database = database

    @property
    def images(self) -> Images | None:
        """The images; None for a lens that was opened without them."""
        return self._session.images

    @property
    def layers(self) -> list[str]:
        """The names of the layers, in the order in which they were asked for."""
        return self.database.layers

    @property
    def deepest_layer(self) -> str:
        """The layer that is meant where one is needed and none is named.

        The last with feature maps or tokens, which outputs do not have; without any, the last.
        """
        return self.database.deepest_layer

    @property
    def can_attribute(self) -> bool:
        """True if the lens has its model and its images."""
        return self._session.can_attribute

    @property
    def foundation_model(self) -> FoundationModel:
        """The foundation model; a lens that was opened without one makes it again when first asked.

        Raises WeightsUnavailableError when its weights are not to be had, ValueError when it was an object
        of your own: pass it to `Lens.open(path, foundation_model=...)`.
        """
        return self._session.foundation_model

    def attribute(
        self,
        *,
        layer: str | Sequence[str] | None = None,
        classes: Classes | None = None,
        targets: Targets = "label",
        method: AttributionMethod = "gradient",
        output: Output | None = None,
        batch_size: int | None = None,
        executor: object = None,
        progress: bool = True,
        report: Callable[[int, int], object] | None = None,
    ) -> "Lens":
        """Runs the model over the images again and keeps how much every component adds to its outputs; returns itself.

        Args:
            layer: One layer or several; all by default.
            classes: What the outputs are called: all names in order, or a dict name -> output. Left out, what
                `Lens.build` was told, else the classes of the dataset in its order, labels that are numbers as the
                outputs they are, or the sorted labels of the images, where there are as many as outputs.
            targets: Whose output is attributed: "label" (samples whose label is no class are left out) or
                "prediction" (of the classes, the one with the highest output).
            method: "gradient", "integrated_gradients", "conductance" or "lrp"; see `attribution.relevance`.
            output: As in `build`; from now on it holds for this lens.
            batch_size: 16, on CUDA 32.
            executor: Spreads the images over workers, as in `build`.
            progress: Show a progress bar.
            report: Told after every batch how many images are done, and of how many; what it raises ends the run.

        What was computed is in `database.relevance` and is saved with the lens. With a cache an interrupted run goes on
        where it stopped. Raises ValueError without model or images, and for classes that do not fit.
        """
        names = self.database.layer_names(layer)
        with spreading_to(executor):
            relevances.attribute(
                self._session,
                names,
                classes=classes,
                targets=targets,
                method=method,
                output=output,
                batch_size=batch_size,
                progress=progress,
                report=report,
            )
        return self

    def keep_activations(
        self,
        *,
        layer: str | Sequence[str] | None = None,
        executor: object = None,
        progress: bool = True,
    ) -> "Lens":
        """Runs the model over the images again and keeps every component's score of every image; returns itself.

        With them, `compare(by="activations")` needs neither the model nor the images, and `explain` gives percentiles.
        They take 2 bytes a number, as float16 standard deviations from the mean, which moves correlations by at most
        0.001. With a cache they are kept there, for every lens of this model and these images that has the same cache;
        without one in memory.

        Args:
            layer: One layer or several; all by default.
            executor: Spreads the images over workers, as in `build`.
            progress: Show a progress bar.

        Raises ValueError without model or images, or if the model's weights changed.
        """
        with spreading_to(executor):
            activations.keep(self._session, self.database.layer_names(layer), progress=progress)
        return self

    def relevance(self, layer: str | None = None) -> Relevance:
        """The amount that each component of one layer (None: the deepest) adds to the outputs.

        Runs the model over all images when the layer was not attributed yet, which takes minutes and shows a progress
        bar; `attribute` has options for it. Raises ValueError when that needs the model or the images and they are
        not at hand.
        """
        return relevances.relevance_of(self._session, self.database.layer_name(layer))

    def role(self, component: str) -> "pd.DataFrame":
        """The classes that a component such as "layer4:12" serves, best first; see `analysis.served_classes`.

        Runs the model over all images when the layer was not attributed yet, as `relevance` does. Raises ValueError
        for a component that is not there, and when the model or the images are needed and not at hand.
        """
        layer, row = self.database.locate(component)
        return analysis.served_classes(self.relevance(layer), row)

    def upstream(
        self,
        component: str,
        layer: str,
        *,
        samples: Sequence[int] | None = None,
        weak_below: float = analysis.WEAK_EDGE_BELOW,
    ) -> "pd.DataFrame":
        """The components of an earlier layer that feed a component such as "layer4:12", the strongest support first.

        Args:
            component: Whose score is explained.
            layer: The earlier layer, one of the lens.
            samples: The mean is over these images; by default over the component's concept examples.
            weak_below: Edges whose share of all is smaller in size are left out.

        For the columns see `analysis.feeding_components`. Raises ValueError without model or images, and for a layer
        that does not come before the component's.
        """
        studied, images = self._session.with_model(), self._session.with_images()
        with self._session.running:
            edges = mean_edges(self.database, studied, images, component, layer, samples)
        return analysis.feeding_components(self.database.examples[layer], edges, weak_below)

    def search(
        self,
        query: analysis.QuerySource,
        *,
        layer: str | Sequence[str] | None = None,
        top: int = 20,
        templates: Sequence[str] | None = None,
        baseline: Baseline | None = "embedding",
    ) -> "pd.DataFrame":
        """The components that align best with a query, best first.

        Args:
            query: Text ("wheel - car", "#1203", "like #1203"), a picture, or a list of them.
            layer: One layer or several; all by default.
            top: How many rows; all when there are fewer.
            templates: Texts with "{}", such as "a photo of a {}", over which the query's embedding is averaged.
            baseline: "embedding" takes the embedding of the empty template away, "cosine" its cosine.

        Raises ValueError for an empty or overlong query and LayerNotFoundError for an unknown layer.
        """
        asked = analysis.read_query(query)
        model = probes.model_for(self._session, [asked])
        return analysis.search(
            self.database,
            model,
            asked,
            layer=layer,
            top=top,
            templates=templates,
            baseline=baseline,
            calibration=vocabularies.calibrations(self._session, templates, baseline)
            if asked.is_text
            else None,
        )

    def rank(
        self,
        query: analysis.QuerySource,
        layer: str | None = None,
        *,
        templates: Sequence[str] | None = None,
        baseline: Baseline | None = "embedding",
    ) -> analysis.Ranking:
        """The alignment of every component of one layer (None: the deepest) with a query, raw and calibrated."""
        layer = self.database.layer_name(layer)
        asked = analysis.read_query(query)
        probe = probes.probe(self._session, asked, layer, templates=templates, baseline=baseline)
        if not asked.is_text:
            return analysis.rank(self.database, probe, layer)
        calibration = vocabularies.calibrations(self._session, templates, baseline)[layer]
        return analysis.rank(self.database, probe, layer, calibration)

    def scores(self, layer: str | Sequence[str] | None = None, *, progress: bool = True) -> "pd.DataFrame":
        """Clarity, polysemanticity, redundancy and statistics of every component of `layer` (None: of all).

        Redundancy compares every pair of components: 100,000 take half a minute on two cores. `progress` shows a bar
        where a layer takes more than a second; you may interrupt at any time.
        """
        import pandas as pd

        names = self.database.layer_names(layer)
        return pd.concat([_scores(self._session, name, progress) for name in names], ignore_index=True)

    def card(
        self,
        vocabulary: "str | Path | Iterable[str] | analysis.EmbeddedVocabulary" = "general",
        *,
        layer: str | Sequence[str] | None = None,
    ) -> analysis.Card:
        """The interpretability card: clarity, polysemanticity, redundancy and clear labels, layer by layer.

        Each number is a mean over components, with its interval and what random groups of images give. `vocabulary`
        and `layer` are as in `label`. For several models or checkpoints see `slw.compare(...).card()`.
        """
        embedded = vocabularies.embedded_vocabulary(self._session, vocabulary)
        names = self.database.layer_names(layer)
        sides = [analysis.Side(name, self.database, name) for name in names]
        total, n = self.database.provenance.model, len(sides)
        return analysis.card(sides, [embedded] * n, total=total, lenses=[self] * n)

    def knowledge(
        self,
        vocabulary: "str | Path | Iterable[str] | analysis.EmbeddedVocabulary" = "general",
        *,
        layer: str | None = None,
        hierarchy: Mapping[str, Sequence[str]] | None = None,
    ) -> analysis.Knowledge:
        """The words that one layer (None: the deepest) has clear labels for, over their hypernyms, and those it lacks.

        Args:
            vocabulary: As in `label`.
            layer: One layer.
            hierarchy: Hypernyms of words of your own, the most general first, as in {"melanoma": ["disease", "skin
                disease"]}. Others are placed by WordNet, as far as ImageNet's classes have it, or by the headings of
                the general vocabulary.

        `.table` has the share of components, and of relevance where the layer was attributed, of every word and
        hypernym; `.holes` the words that no component has; `.treemap()` draws both.
        """
        layer = self.database.layer_name(layer)
        embedded = vocabularies.embedded_vocabulary(self._session, vocabulary)
        return analysis.knowledge(analysis.Side(layer, self.database, layer), embedded, hierarchy, lens=self)

    def label(
        self,
        vocabulary: "str | Path | Iterable[str] | analysis.EmbeddedVocabulary" = "general",
        *,
        layer: str | Sequence[str] | None = None,
        method: LabelMethod = "nearest",
        labeller: Labeller | None = None,
        threshold: float = analysis.CLEAR_ABOVE,
        templates: Sequence[str] | None = None,
        baseline: Baseline | None = "embedding",
        progress: bool = True,
    ) -> "pd.DataFrame":
        """One row a component with the text of the vocabulary that names it best, or "" where none is clear.

        Args:
            vocabulary: "general" (visual words), "imagenet", a text file with a word a line, or your own texts.
            layer: One layer or several; all by default.
            method: "nearest" text, "soft-wpmi" (CLIP-Dissect; made for CLIP, poor with ConSE) or "csp" (against
                look-alikes that do not fire).
            labeller: A function of yours, a vision-language model for instance, that sees a component's example images
                (PIL, best first) and their look-alikes that do not fire, and returns a word for it, or several. It is
                called once a component; the nearest of its words is the label, judged as any other: it must be clearer
                than what random groups would be called with all these words and the vocabulary to choose from.
            threshold: How many standard deviations above unrelated words a label must stand to be clear; it must
                also be clearer than what 95 % of random groups of images would be called.
            templates: As in `search`.
            baseline: As in `search`.
            progress: Show a progress bar while a labeller works.

        For the columns and what they are worth see `analysis.label`. Raises RuntimeError with the component where a
        labeller fails.
        """
        embedded = vocabularies.embedded_vocabulary(self._session, vocabulary, templates, baseline)
        if labeller is not None:
            check_choice("method with a labeller", method, ["nearest"])
            names = self.database.layer_names(layer)
            found = candidates(
                self._session,
                labeller,
                embedded,
                names,
                templates=templates,
                baseline=baseline,
                progress=progress,
            )
            return analysis.label(self.database, None, found, layer=names, threshold=threshold)
        return analysis.label(self.database, None, embedded, layer=layer, method=method, threshold=threshold)

    def agreement(
        self,
        components: Sequence[str],
        vocabulary: "str | Path | Iterable[str] | analysis.EmbeddedVocabulary" = "general",
        *,
        templates: Sequence[str] | None = None,
        baseline: Baseline | None = "embedding",
    ) -> "pd.DataFrame":
        """The texts that several components of one layer have among their two best, with what chance gives.

        Args:
            components: Names, such as the unexpected components of a class in `audit.table`.
            vocabulary: As in `label`.
            templates: As in `search`.
            baseline: As in `search`.

        For the columns see `analysis.agreement`.
        """
        embedded = vocabularies.embedded_vocabulary(self._session, vocabulary, templates, baseline)
        return analysis.agreement(self.database, embedded, components)

    def samples(
        self,
        components: str | Iterable[str],
        *,
        quantile: float = 0.99,
        classes: str | Iterable[str] | None = None,
    ) -> "pd.DataFrame":
        """The samples that drive components such as "layer4:12", highest score first; export it with `.to_csv(path)`.

        Every attributed sample counts, not only the concept examples: the rows are those with a score at or above the
        component's `quantile` among all of them, and with `classes` those of these classes alone. For the columns see
        `analysis.driving_samples`; `correction.retraining_list` makes one row a sample of them.
        """
        return analysis.driving_samples(
            self.database,
            check_texts("components", components),
            quantile=quantile,
            classes=None if classes is None else check_texts("classes", classes),
            images=self.images,
        )

    def examples(
        self, component: str, *, class_name: str | None = None, k: int | None = None
    ) -> analysis.RelevantExamples:
        """A component's concept examples by relevance beside those by activation, for a class or for all.

        What a mixed component also fires for is often hidden among its strongest activations, and seen among the images
        for whose class it matters most. Runs the model over all images when the layer was not attributed yet, as
        `relevance` does. It displays as pictures; for the columns of its `.table` see `analysis.relevant_examples`.
        """
        self.relevance(self.database.locate(component)[0])
        return analysis.relevant_examples(self.database, component, class_name, k=k, images=self.images)

    def ablation(
        self,
        components: str | Iterable[str],
        *,
        class_name: str | None = None,
        n_draws: int = 5,
        seed: int = 0,
        threshold: float | None = None,
        samples: Sequence[int] | None = None,
        executor: object = None,
        progress: bool = True,
        report: Callable[[int, int], object] | None = None,
    ) -> Ablation:
        """Accuracy of the model with the components, with zeros in their place, and without as many random ones.

        Args:
            components: Their names, such as "layer4:12"; "layer4:12-" for the negative half.
            class_name: The random ones are as relevant for this class; left out, for the mean of all classes.
            n_draws: How often random ones are drawn.
            seed: Of the draws.
            threshold: For outputs that are judged one by one (see `correction.evaluate`): 0 for logits, the default, or
                0.5 for probabilities.
            samples: A slice of the images; all that have a class by default.
            executor: Spreads the images over workers, as in `build`.
            progress: Show a progress bar.
            report: Told after every batch how many images are done, and of how many; what it raises ends the run.

        `audit.components_of(class_name)` names the spurious and ambiguous ones. What accuracy comes back is not all of
        an artefact's influence: only training again without its samples removes that.

        `.table` has one row a class, `.on(samples)` is the same on a slice. The model is left as found. Raises
        ValueError without model or images, and for a class or a component that is not there.
        """
        studied, images = self._session.with_model(), self._session.with_images()
        chosen = by_layer(self.database, check_texts("components", components))
        with spreading_to(executor):
            relevance = {layer: self.relevance(layer) for layer in chosen}
        classes = {
            name: output
            for found in relevance.values()
            for name, output in zip(found.classes, found.outputs.tolist(), strict=True)
        }
        with self._session.running:
            return against_random(
                studied.model,
                {studied.layer(layer): some for layer, some in chosen.items()},
                {layer: found.of(class_name) for layer, found in relevance.items()},
                images,
                classes,
                transform=studied.transform,
                n_draws=n_draws,
                seed=seed,
                output=studied.output,
                threshold=threshold,
                samples=samples,
                executor=executor,
                progress=progress,
                report=report,
            )

    def faithfulness(
        self,
        vocabulary: "vocabularies.VocabularySource | pd.DataFrame | Mapping[str, pd.DataFrame]",
        images: object,
        *,
        judge: FoundationModel | None = None,
        column: str = "label",
        layer: str | Sequence[str] | None = None,
        executor: object = None,
        progress: bool = True,
    ) -> "pd.DataFrame":
        """The table of labels with how well each foretells its component's scores on images the lens never saw.

        Args:
            vocabulary: As in `label`, or a table of labels such as `label` or `import_labels` gives, or a dict of names
                and tables: then labels stand side by side, each with its numbers (see `analysis.side_by_side`).
            images: Held-out images: whatever `Lens.build` takes.
            judge: What compares images and labels; left out, the lens's foundation model, which chose the labels.
            column: The labels' column of a table.
            layer: As in `label`; a table has its own.
            executor: Spreads the images over workers, as in `build`.
            progress: Show progress bars.

        For the columns, two baselines among them, see `analysis.faithfulness`. Raises ValueError for a lens that was
        opened without its model, and for fewer than two images.
        """
        import pandas as pd

        studied = self._session.with_model()
        if judge is not None:
            check_foundation_model(judge)
        if isinstance(vocabulary, Mapping):
            tables = {name: (table, analysis.label_column(table)) for name, table in vocabulary.items()}
        else:
            labels = (
                vocabulary if isinstance(vocabulary, pd.DataFrame) else self.label(vocabulary, layer=layer)
            )
            tables = {"": (labels, column)}
        named = [name for labels, of in tables.values() for name in analysis.labelled_layers(labels, of)]
        layers = [self.database.layer_name(name) for name in dict.fromkeys(named)]
        judge = judge or self.foundation_model
        source = as_images(images)
        with self._session.running, spreading_to(executor):
            seen = held_out(
                studied.model,
                studied.transform,
                source,
                [studied.layer(name) for name in layers],
                self.database.provenance,
                judge,
                cache=self._session.cache.folder,
                progress=progress,
            )
        scores = {name: analysis.score_table(seen.examples[name])[seen.ids] for name in layers}
        found = {
            name: analysis.faithfulness(labels, scores, seen.embeddings, judge, column=of)
            for name, (labels, of) in tables.items()
        }
        return analysis.side_by_side(found) if isinstance(vocabulary, Mapping) else found[""]

    def compare_labels(
        self,
        labels: "Mapping[str, vocabularies.VocabularySource | pd.DataFrame | Labeller]",
        *,
        layer: str | Sequence[str] | None = None,
        progress: bool = True,
    ) -> "pd.DataFrame":
        """The labels of several methods side by side, one row a component, and whether they agree.

        Args:
            labels: For each name of a method a vocabulary or a labeller, as in `label`, or a table of labels such as
                `label`, `import_labels` and `faithfulness` give.
            layer: As in `label`; a table has its own.
            progress: Show a progress bar while a labeller works.

        For the columns see `analysis.compare_labels`. `vocabulary=` of a gallery or an explorer takes such a dict too,
        without labellers.
        """
        import pandas as pd

        if not isinstance(labels, Mapping) or not labels:
            raise ValueError(f"labels must be a dict of at least one name and labels, not {shown(labels)}")
        tables = {
            name: given
            if isinstance(given, pd.DataFrame)
            else self.label(layer=layer, labeller=given, progress=progress)
            if callable(given)
            else self.label(given, layer=layer)
            for name, given in labels.items()
        }
        return analysis.compare_labels(tables)

    def import_labels(self, path: str | Path, *, name: str | None = None) -> "pd.DataFrame":
        """The labels of another tool's CSV (layer, unit, label), to merge beside ours; see `analysis.import_labels`."""
        return analysis.import_labels(path, self.database, name=name)

    def export_labels(self, path: str | Path, labels: "pd.DataFrame") -> Path:
        """Writes a table of labels as the CSV that other tools exchange; see `exports.write_label_csv`."""
        return exports.write_label_csv(path, labels, self.database)

    def to_parquet(
        self,
        folder: str | Path,
        *,
        labels: labelling.LabelSources = "general",
        overwrite: bool = False,
    ) -> Path:
        """Writes components, examples, scores, labels, samples, classes and relevance as parquet; returns the folder.

        `labels` are a vocabulary, a table such as `label` or `import_labels` returns, or a dict of either by the
        method's name; None for none. docs/export.md states the columns. Needs the extra `parquet`.
        """
        return exports.write_parquet(
            self.database, folder, labelling.label_tables(self._session, labels), overwrite=overwrite
        )

    def audit(
        self,
        requirements: object,
        *,
        layer: str | None = None,
        threshold: float | None = None,
        templates: Sequence[str] | None = None,
        within_class: bool = False,
    ) -> analysis.Audit:
        """Checks the components that a class's decision rests on against what it may rest on.

        Runs the model over all images when the layer was not attributed yet, as `relevance` does.

        Args:
            requirements: `Requirement("ox", valid=["horns"], spurious=["palm tree"])`, several in a list, a dict, a
                table, a YAML or CSV file: see `analysis.read_requirements`.
            layer: One layer; by default the deepest with feature maps or tokens: an output answers to itself alone.
            threshold: The lowest z-score of an answer to a concept; that it is also higher than those of random groups
                of images, which decides as a rule, is asked in any case (see `Audit.table`).
            templates: As in `search`.
            within_class: Judge a component by a second group of examples too: of the class's samples the eight to
                which it matters most (a third of them, if that is less), against random groups of these, with a
                z-score of 2 at least. It finds what a component is about in this class although it is about other
                things elsewhere. Classes of fewer than nine samples, and components beyond 95 % of the class's
                relevance, are judged by the first group alone. Needs the model and the images, of which parts may
                have to be embedded.

        Components are weighed by their `relevance`. The concepts are remembered: an audit with an edited list asks only
        for what is new.
        """
        # Read before the layer may have to be attributed, which takes long.
        wanted = analysis.read_requirements(requirements)
        name = self.database.layer_name(layer)
        relevances.check_class_names(self._session, name, wanted)
        auditor = relevances.auditor(self._session, name, templates, within_class)
        # The auditor embeds what it has not met, and others wait for it while they hold the lock.
        with self._session.lock:
            return auditor.audit(wanted, threshold)

    def difference(self, having: Sequence[object], lacking: Sequence[object]) -> Float[Tensor, " dim"]:
        """The direction from images without a thing to images with it: a concept for what no word or picture names.

        For a watermark, a border or a colour cast: `Requirement("ox", spurious={"border": lens.difference(...)})`. The
        two lists hold pictures, paths or numbers of the lens's images; at best they differ in nothing else. Raises
        ValueError for an empty list, and for numbers without the images.
        """
        means = [probes.probe(self._session, self._pictures(some)).vector for some in (having, lacking)]
        return torch.nn.functional.normalize(means[0] - means[1], dim=0)

    def _pictures(self, some: Sequence[object]) -> list[Any]:
        return [self._session.with_images().image(one) if isinstance(one, int) else one for one in some]

    def heatmap(
        self, component: str, sample: int, method: HeatmapMethod = "activation"
    ) -> Float[Tensor, "height width"]:
        """Heat map of a component's response on a sample, in [0, 1], in the frame of the model's input.

        It is all zeros where the component responds nowhere.

        Args:
            component: Its name, "layer4:12", or "layer4:12-" for its negative half.
            sample: The index of any image of the dataset.
            method: "activation" map, size of the "gradient" of the component's score, or "lrp", layer-wise relevance
                propagation. Layers without places on the image, such as linear ones, have no activation map.

        Raises ValueError without the model or the images, and what `attribution.heatmap` raises.
        """
        session = self._session
        return sample_heatmap(
            self.database, session.studied, session.images, component, sample, method, session.running
        )

    def explain(
        self,
        image: object,
        *,
        layer: str | None = None,
        class_name: str | None = None,
        contrast: object = None,
        method: AttributionMethod = "gradient",
        threshold: float | None = None,
        vocabulary: "vocabularies.VocabularySource | None" = "general",
        top: int = 20,
    ) -> Explanation:
        """Explains the model's prediction for one image by the components of a layer.

        Args:
            image: The number of a sample, or any picture: a path, a PIL image or an array.
            layer: One layer; by default the deepest with feature maps or tokens.
            class_name: The class whose output is explained; left out, the predicted one.
            contrast: Another class ("why this and not that"), or another image, in the forms of `image`, on which the
                same class is explained.
            method: As in `attribute`. By "gradient" the relevances and the rest sum to the output, exactly so without a
                word where the model is linear from the layer on; `notes` says by how much it is not.
            threshold: For outputs that are judged one by one (see `correction.evaluate`).
            vocabulary: As in `label`; None for no labels. The default is left out, with a note, where the foundation
                model would have to be downloaded.
            top: Components in `table`, whose effects are measured: the model runs once for each.

        Without the model a sample is explained by what the lens holds: its scores and its relevance for its class,
        where the layer was attributed. Ranks and percentiles are among the attributed images, or else among those whose
        activations are kept. In a notebook the result is shown as a `PredictionView`.

        Raises ValueError for a class or sample that is not there, and where neither the model nor the lens knows.
        """
        layer = self.database.layer_name(layer)
        return explaining.explain(
            explaining.Question(self, image, layer, class_name, contrast, method, threshold, vocabulary, top)
        )

    def steer(self, factors: Mapping[str, float]) -> interventions.Steering:
        """Makes components weaker or stronger: `.predict(image)` and `.accuracy(class_name)` say what changes.

        `factors` is such as {"layer4:12": 0, "layer4:7-": 2}: the factor of each component's activations, from 0 (as in
        `ablation`) over 1 (nothing changes, bit for bit) to 3. The model is left as found. Raises ValueError for other
        factors, for a component that is not there, and without the model.
        """
        return interventions.steering(self._session, factors)

    def gap(
        self,
        class_name: str,
        present: interventions.Present,
        *,
        quantile: float = 0.9,
        steer: Mapping[str, float] | None = None,
        samples: Sequence[int] | None = None,
        threshold: float | None = None,
        executor: object = None,
        progress: bool = True,
    ) -> Gap:
        """The spurious gap of a class: how much more often it is found where a concept is present.

        Args:
            class_name: The class, as the images are labelled.
            present: Images with the concept: their numbers, a mask of all images, or components, such as those that an
                audit calls spurious: it is present where one of them scores at or above its `quantile` among all
                attributed images.
            quantile: See `present`.
            steer: As in `steer`: also the gap of the steered model.
            samples: A slice of the images; all of the class by default.
            threshold: As in `ablation`.
            executor: Spreads the images over workers, as in `build`.
            progress: Show a progress bar.

        `.table` has both accuracies and their difference with 95 % intervals; `.outcome` says it in a sentence. Raises
        ValueError where the concept is in all images of the class or in none.
        """
        return interventions.gap(
            self._session,
            class_name,
            present,
            quantile=quantile,
            steer=steer,
            samples=samples,
            threshold=threshold,
            executor=executor,
            progress=progress,
        )

    def graph(
        self,
        class_name: str,
        *,
        layer: str | Sequence[str] | None = None,
        top: int = 8,
        weak_below: float = analysis.WEAK_EDGE_BELOW,
        samples: Sequence[int] | None = None,
        audit: "analysis.Audit | Sequence[analysis.Audit]" = (),
        vocabulary: "vocabularies.VocabularySource | None" = "general",
        executor: object = None,
        progress: bool = True,
    ) -> ClassGraph:
        """The graph of a class's concepts: its most relevant components per layer, and what each adds to the next.

        Runs the model over all images for layers that were not attributed yet, then over the class's.

        Args:
            class_name: A class of the relevance.
            layer: Layers of the graph, in any order; all by default.
            top: Components a layer, by the size of their mean relevance for the class.
            weak_below: Edges whose share is smaller in size are left out; the share is of the sizes of all edges from
                the earlier layer into that component.
            samples: The means are over the class's images among these; over all of the class by default.
            audit: Verdicts of nodes come from it, or from several.
            vocabulary: Of the labels, as in `explain`.
            executor: Spreads the images over workers, as in `build`.
            progress: Show a progress bar.

        An edge from j to k is the mean over these images of a_j d a_k / d a_j, where a_k is the score of k, pooled as
        in the lens, and a_j are the activations of j, summed over their places. A layer is joined to the nearest layer
        before it that feeds it, and the last ones to the class, by their relevance. Raises ValueError for a class
        without images, and without model or images.
        """
        found = graphs.graph(
            self._session,
            class_name,
            self.database.layer_names(layer),
            top=top,
            weak_below=weak_below,
            samples=samples,
            audits=[audit] if isinstance(audit, analysis.Audit) else list(audit),
            vocabulary=vocabulary,
            executor=executor,
            progress=progress,
        )
        return replace(found, lens=self)

    def behaviour(
        self,
        requirement: analysis.Requirement,
        *,
        paste: "Mapping[str, Any] | None" = None,
        remove: behaviours.Masks | None = None,
        samples: Sequence[int] | None = None,
        n_samples: int = 50,
        size: float = 0.4,
        seed: int = 0,
        progress: bool = True,
    ) -> Behaviour:
        """Pastes concepts of a requirement on images, or removes them, and says whether the class's output moves.

        Args:
            requirement: Of one class. Concepts that are pictures are pasted as they are.
            paste: Concept -> picture, or several in turn: for concepts that are texts, and with a transparent
                background for objects of a shape.
            remove: Concept -> {sample: mask of its pixels in the image}; the mean colour of the rest takes their place.
            samples: The images to paste on; by default `n_samples`, drawn among those that are not of the class.
            n_samples: See `samples`.
            size: The longer side of what is pasted, as a share of the shorter side of what the model sees.
            seed: Of places and draws.
            progress: Show progress bars.

        Each edit has a control on the same image: a piece of another image in the same place and shape, or the mask
        elsewhere. The output moves where the 95 % interval of the difference from the control, over the images, does
        not hold 0. Raises ValueError where no concept can be pasted or removed.
        """
        return behaviours.behaviour(
            self._session,
            requirement,
            paste=paste or {},
            remove=remove or {},
            samples=samples,
            n_samples=n_samples,
            size=size,
            seed=seed,
            progress=progress,
        )

    def __getstate__(self) -> object:
        """Raises TypeError: a lens is kept by `save`, which needs no pickle, and copied by opening it twice."""
        raise TypeError(
            "a lens must not be pickled or copied: write it with lens.save(path), and read it with slw.open(path)"
        )

    def __repr__(self) -> str:
        return f"<Lens of {self.database.contents()}>"

    def __str__(self) -> str:
        made = self.database.provenance
        facts = {
            "layers": ", ".join(
                f"{name} ({one.n_components:,})" for name, one in self.database.examples.items()
            ),
            "images": f"{made.n_images:,}" + (f", {len(made.broken):,} left out" if made.broken else ""),
            "compared by": made.foundation_model,
        }
        return facts_text(
            f"Lens of {made.model}",
            facts | ({"caveat": made.foundation_model_caveat} if made.foundation_model_caveat else {}),
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
        return mimebundle_of(self, include=include, exclude=exclude)


def _scores(session: Session, layer: str, progress: bool) -> "pd.DataFrame":
    """The scores of one layer, with a bar where they take more than a second."""
    with tqdm(
        desc=f"comparing the components of {layer}", delay=1, disable=not progress, unit="block"
    ) as bar:

        def report(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return session.scores(layer, report)


def _check_number(images: Images | None, database: ConceptDatabase) -> None:
    """Other images would be shown for the examples; their pixels are only compared before they are used."""
    expected = database.provenance.n_images
    if images is not None and len(images) != expected:
        raise ValueError(
            f"images must be the {expected:,} that the lens was built with, in the same order, not {len(images):,}"
        )
