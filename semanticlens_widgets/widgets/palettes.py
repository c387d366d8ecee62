"""Colours of amounts, signed amounts and kinds, for the browser, snapshots and heat maps alike."""

CIVIDIS = (
    "#00224e", "#002e6a", "#1a386f", "#32436d", "#434e6c", "#535a6d", "#61656f", "#6f7073", "#7d7c78",
    "#8c8878", "#9b9476", "#aba072", "#bcae6c", "#cdbb63", "#dec958", "#f0d846", "#fee838",
)  # fmt: skip
CIVIDIS_SOURCE = "Amounts: Nunez, Anderton, Renslow, PLOS ONE 2018, doi:10.1371/journal.pone.0199239."
DIVERGING_ON_LIGHT = ("#8f3a00", "#d55e00", "#e0a884", "#c4c4c4", "#8ab4d2", "#0072b2", "#00446d")
DIVERGING_ON_DARK = ("#ffb27d", "#e8762b", "#8f6247", "#585858", "#48718d", "#3f9fe0", "#a4d6ff")
KINDS = (
    "#e69f00", "#56b4e9", "#009e73", "#d55e00", "#0072b2", "#cc79a7", "#f0e442", "#332288", "#44aa99",
    "#882255", "#999933", "#aa4499", "#117733", "#cc6677", "#ddcc77",
)  # fmt: skip
VERMILION, BLUE = KINDS[3:5]
KINDS_SOURCE = 'Kinds: Okabe and Ito, "Color universal design", 2008, then the "muted" set of Paul Tol.'

# A snapshot does not know its page: colours that would vanish on a light or a dark one are left out or replaced.
SEQUENTIAL_ON_ANY = CIVIDIS[4:13]
DIVERGING_ON_ANY = ("#c04f00", "#d55e00", "#cf8a5c", "#909090", "#5f97bd", "#0072b2", "#0065a0")
KINDS_ON_ANY = (
    *KINDS[:6], "#b8a800", "#6a58c0", "#44aa99", "#a8447a", "#999933", "#aa4499", "#2f8a4a", "#cc6677", "#b3a24a",
)  # fmt: skip
BEYOND_ON_ANY = "#707070"
NO_VALUE_ON_ANY = "#909090"
