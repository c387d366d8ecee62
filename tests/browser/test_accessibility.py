"""Accessibility: axe-core finds nothing in the widgets, light and dark."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.cells import CLEAN, KEPT_LENS
from tests.browser.jupyter import REPOSITORY, Notebook
from tests.browser.map_page import expect_final, stage

AXE = REPOSITORY / "js" / "node_modules" / "axe-core" / "axe.min.js"
ATTRIBUTED_LENS = """\
from tests.fakes import CATEGORIES, attributed_lens, living_lens
attributed, living = attributed_lens(60), living_lens().attribute(progress=False)
BIRDS = {'bird': {'valid': ['bird']}}
before = attributed.audit({'bird': {'valid': ['bird', 'tree']}}, layer='bn1')
TREE = slw.Requirement('bird', valid=['bird'], spurious=['tree'])"""
WIDGETS = {
    "gallery": "slw.NeuronGallery(lens, query='bird', vocabulary={'a': ['bird', 'car'], 'b': ['bird', 'tree']}, "
    "linked=False)",
    "map": "slw.ConceptMap(lens, query='bird', linked=False)",
    "explorer": "slw.Explorer(lens, query='bird', encoding='cluster', linked=False)",
    "audit": "slw.AuditTable(attributed, TREE, before=before, linked=False)",
    "overview": "slw.AuditTable(attributed, {'*': {'spurious': ['tree']}}, linked=False)",
    "audited": "slw.Explorer(attributed, method='pca', requirements=BIRDS, encoding='verdict', linked=False)",
    "ablated": """\
ablated = slw.AuditTable(living, {'*': {'valid': ['green']}}, layer='eye', decision_threshold=0.2, linked=False)
ablated.ablated = ['eye:1']
ablated""",
    "error": "slw.NeuronGallery(lens, query='like #9999', linked=False)",
    "compare_map": "slw.CompareMap(slw.compare(lens, lens, lens, names=['a', 'b', 'c']), linked=False)",
    "card": "slw.CardView(lens.card(CATEGORIES), ranked=True, linked=False)",
    "sides": "slw.Explorer(slw.compare((lens, 'bn1'), (lens, 'bn2')), query='bird', method='pca', linked=False)",
    "graph": """\
graph = living.graph('red', audit=living.audit(slw.Requirement('red', valid=['red']), layer='eye'),
    vocabulary=['red', 'green', 'blue'], progress=False)
node = graph.nodes['component'][0]
slw.ConceptGraph(graph, opened=node, without=node, linked=False)""",
    "prediction": """\
explained = slw.PredictionView(living, 3, layer='eye', vocabulary=['red', 'green', 'blue'], contrast=9, linked=False)
explained.component, explained.factors = 'eye:0', {'eye:1': 0}
explained""",
    "knowledge": "slw.KnowledgeView(lens.knowledge([*CATEGORIES, 'dog', 'owl']), linked=False)",
}
FOUND = """async (widget) => {
    const {violations, passes} = await axe.run(widget);
    const contrasts = passes.filter(({id}) => id === 'color-contrast').flatMap(({nodes}) => nodes)
        .map(({any}) => any[0]?.data?.contrastRatio).filter((ratio) => ratio > 0);
    return {
        violations: violations.map(({id, nodes}) => `${id}: ${nodes.map(({html}) => html.slice(0, 200)).join(' | ')}`),
        contrasts,
    };
}"""


@pytest.fixture(scope="module")
def shown(page_with_kernel: Notebook) -> Notebook:
    """A notebook with every widget, in a page that knows axe-core."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: npm --prefix js ci")
    notebook = page_with_kernel
    notebook.start_over([CLEAN, KEPT_LENS, ATTRIBUTED_LENS, *WIDGETS.values()])
    notebook.page.evaluate(AXE.read_text(encoding="utf-8"))
    # JupyterLab's body is 0 px high and cuts what overflows, so that to axe-core no text in it can be seen.
    notebook.page.evaluate("document.body.style.overflow = 'visible'")
    open_all(notebook)
    return notebook


def open_all(notebook: Notebook) -> None:
    """A neuron's details in gallery and audit table, its card on the map, a selection in the explorer."""
    (
        gallery,
        concept_map,
        explorer,
        audit,
        overview,
        audited,
        ablated,
        error,
        compared,
        card,
        sides,
        graph,
        explained,
        knowledge,
    ) = (widget(notebook, name) for name in WIDGETS)
    expect(gallery.locator(".slw-card .slw-neuron-label").first).to_be_visible()
    gallery.locator(".slw-card").first.dblclick(position={"x": 20, "y": 20})
    expect(gallery.locator(".slw-detail")).to_be_visible()
    expect_final(concept_map)
    stage(concept_map).focus()
    for key in ("ArrowRight", "Space", "Enter"):
        notebook.page.keyboard.press(key)
    expect(concept_map.locator(".slw-map-card")).to_be_visible()
    expect_final(explorer)
    expect_final(compared)
    expect(compared.locator(".slw-compare-counts")).to_be_visible()
    explorer.locator(".slw-card").first.click(position={"x": 20, "y": 20})
    audit.locator(".slw-audit-row").first.dblclick(position={"x": 20, "y": 20})
    expect(audit.locator(".slw-detail .slw-large img")).to_be_visible()
    expect(audit.locator(".slw-audit-before")).to_be_visible()
    overview.get_by_role("button", name="Overview").click()
    expect(overview.locator(".slw-audit-class-row").first).to_be_visible()
    expect(audited.locator(".slw-audit-row").first).to_be_visible()
    expect(audited.locator(".slw-map-kind")).to_have_count(4)
    ablated.locator(".slw-audit-changed summary").click()
    ablated.get_by_role("button", name="sensitivity").click()
    expect(ablated.locator(".slw-audit-by-class tbody tr")).to_have_count(3)
    expect(error.locator(".slw-status")).to_contain_text("9999")
    sides.locator(".slw-card").first.click(position={"x": 20, "y": 20})
    expect(sides.locator(".slw-lit")).to_have_count(2)
    card.locator(".slw-card-bar:enabled").first.click()
    expect(card.locator(".slw-card-bar[aria-pressed=true]")).to_have_count(1)
    expect(graph.locator(".slw-graph-falls, .slw-graph-rises").first).to_be_visible()
    expect(knowledge.locator(".slw-tile-frame").first).to_be_visible()
    expect(explained.locator(".slw-heat")).to_have_count(2)
    expect(explained.locator(".slw-after").first).to_be_visible()
    for view in (gallery, concept_map, explorer, audit, audited, ablated, sides):
        expect(view.locator(".slw-skeleton")).to_have_count(0)


def widget(notebook: Notebook, name: str) -> Locator:
    return notebook.galleries().nth(list(WIDGETS).index(name))


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing_in_any_widget(shown: Notebook, screenshot, record_property, theme: str) -> None:
    shown.command("apputils:change-theme", {"theme": f"JupyterLab {theme}"})
    expect(shown.page.locator("body")).to_have_attribute("data-jp-theme-light", str(theme == "Light").lower())
    for name in WIDGETS:
        view = widget(shown, name)
        view.scroll_into_view_if_needed()
        screenshot(view, f"axe_{name}_{theme.lower()}")
        found = view.evaluate(FOUND)
        assert found["violations"] == [], name
        assert len(found["contrasts"]) > 5, name
        assert min(found["contrasts"]) >= 4.5, name
        record_property("least contrast", f"{name} in JupyterLab, {theme.lower()}: {min(found['contrasts'])}")
