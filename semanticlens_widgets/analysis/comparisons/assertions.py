"""A comparison as a test: it fails, and says what went, when a model no longer knows what it knew."""

import pandas as pd

_SHOWN = 20


def check_kept(changes: pd.DataFrame) -> pd.DataFrame:
    """The table of changes (see `Comparison.concepts`) if no concept is lost.

    Raises AssertionError with the lost concepts and the best component of each side, ValueError when the first side
    knows none of the concepts: there is nothing to keep.
    """
    if not changes["change"].isin(["kept", "lost"]).any():
        raise ValueError(
            f"{changes['from'].iloc[0]} knows none of the {len(changes):,} concepts, so that none can be lost; name "
            "concepts that it knows, such as comparison.concepts() lists"
        )
    lost = changes[changes["change"] == "lost"]
    if len(lost):
        raise AssertionError(_message(changes, lost))
    return changes


def _message(changes: pd.DataFrame, lost: pd.DataFrame) -> str:
    n_known = int(changes["change"].isin(["kept", "lost"]).sum())
    first = lost.iloc[0]
    lines = [
        f"{len(lost):,} of the {n_known:,} concepts that {first['from']} knows are lost in {first['to']}"
    ]
    lines += [_line(row) for row in lost.head(_SHOWN).to_dict("records")]
    return "\n".join([*lines, f"  and {len(lost) - _SHOWN:,} more"] if len(lost) > _SHOWN else lines)


def _line(row: dict) -> str:
    before, after = (
        f"{row[f'component_{word}'] or 'no component'} (z = {row[f'z_score_{word}']:.1f}, above "
        f"{row[f'chance_percentile_{word}']:.0%} of draws by chance)"
        for word in ("from", "to")
    )
    return f"  {row['concept']!r}: {before}, now at best {after}"
