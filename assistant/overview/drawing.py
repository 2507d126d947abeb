"""A picture as SVG or PNG: stacked bars, a heat map, or bubbles on a line of years.

Drawn by matplotlib's own Figure without pyplot, so that threads do not share a picture.
"""

from __future__ import annotations

import io
import re
import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.overview.counting import Table

INK: Final = "#1d2126"
EDGE: Final = "#7f8790"  # seen on white and on the page's dark paper
BLUE: Final = "#3f8fd0"
# Of Okabe and Ito (2008), without black: told apart with any colour vision, and seen on light and dark.
COLOURS: Final = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#999999", "#b8ad00")
PALEST, DEEPEST = 0.14, 0.62  # a number in the page's own ink is read on both
LONGEST: Final = 30  # characters of a name beside the picture
_ONE: Final = threading.Lock()  # the kind of text in an SVG is a setting of the whole library


@lru_cache(maxsize=32)
def svg(table: Table) -> str:
    """The picture as SVG text; each cell with papers is a group whose id is "cell-ROW-COLUMN"."""
    import matplotlib as mpl

    out = io.StringIO()
    with _ONE, mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "duality"}):
        _figure(table).savefig(out, format="svg", transparent=True, metadata={"Date": None})
    return out.getvalue()


@lru_cache(maxsize=16)
def png(table: Table) -> bytes:
    """The picture as PNG on white, 150 dots an inch."""
    out = io.BytesIO()
    with _ONE:
        _figure(table).savefig(out, format="png", dpi=150, facecolor="white")
    return out.getvalue()


def alternative(table: Table) -> str:
    """The picture in words: what it shows, where most papers are, how many cells are empty."""
    if not table.cells:
        return f"{table.title}: no papers."
    (row, column), most = max(table.cells.items(), key=lambda cell: len(cell[1]))
    where = f"{table.rows[row]}, {table.columns[column]}"
    return (
        f"{table.title}: {len(table.rows)} by {len(table.columns)} cells. Most papers, {len(most)}, are at {where}; "
        f"{table.empty} cells have none. The table below has all numbers."
    )


def on_page(table: Table, said: dict[tuple[int, int], str]) -> str:
    """The SVG as a part of a page: in the page's ink, its cells buttons.

    Args:
        table: What is drawn.
        said: What each cell is called, escaped.
    """
    drawn = svg(table)
    drawn = drawn[drawn.index("<svg") :]
    drawn = re.sub(r"<metadata>.*?</metadata>|<style[^>]*>.*?</style>|<!--.*?-->", "", drawn, flags=re.DOTALL)
    drawn = drawn.replace(INK, "currentColor")
    first = min(said, default=None)

    def button(found: re.Match[str]) -> str:
        at = int(found[1]), int(found[2])
        return (
            f'<g class="cell" role="button" tabindex="{0 if at == first else -1}" '
            f'data-cell="{at[0]},{at[1]}" aria-label="{said[at]}"><title>{said[at]}</title>'
        )

    return re.sub(r'<g id="cell-(\d+)-(\d+)">', button, drawn)


def _figure(table: Table) -> Any:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rows, columns = len(table.rows), len(table.columns)
    size = (9.6, 4.4) if table.wanted.shape == "years" else (9.6, max(1.3, 0.5 + 0.36 * rows))
    beside = (
        max((len(_short(name)) for name in table.rows), default=0) if table.wanted.shape != "years" else 3
    )
    slanted = max(map(len, table.columns), default=0) > 70 / max(columns, 1)
    below = 0.3 + (
        0.043 * min(LONGEST, max(map(len, table.columns))) if slanted else 0
    )  # inches; measuring text is slow
    left = 0.25 + 0.074 * beside
    figure = Figure(figsize=(size[0], size[1] + below - 0.3))
    FigureCanvasAgg(figure)
    wide, high = size[0], size[1] + below - 0.3
    axes = figure.add_axes(
        (left / wide, below / high, (wide - left - 0.1) / wide, (high - below - 0.08) / high)
    )
    if table.wanted.shape == "years":
        _bars(axes, table)
    else:
        (_bubbles if table.wanted.shape == "timeline" else _squares)(axes, table)
        axes.set_xlim(-0.5, columns - 0.5)
        axes.set_ylim(rows - 0.5, -0.5)
        axes.set_yticks(range(rows), [_short(name) for name in table.rows], parse_math=False)
    turned: dict[str, Any] = {"rotation": 35, "ha": "right", "rotation_mode": "anchor"} if slanted else {}
    axes.set_xticks(range(columns), [_short(name) for name in table.columns], parse_math=False, **turned)
    axes.tick_params(length=0, labelsize=9, colors=INK, labelcolor=INK)
    axes.spines[:].set_visible(False)
    axes.patch.set_alpha(0)
    return figure


def _bars(axes: Any, table: Table) -> None:
    from matplotlib.patches import Rectangle

    named = []
    tops = [0] * len(table.columns)
    for row, name in enumerate(table.rows):
        colour = COLOURS[row % len(COLOURS)]
        named.append(Rectangle((0, 0), 1, 1, facecolor=colour, label=name))
        for column in range(len(table.columns)):
            if number := table.count(row, column):
                place = (column - 0.4, tops[column])
                axes.add_artist(Rectangle(place, 0.8, number, facecolor=colour, gid=f"cell-{row}-{column}"))
                tops[column] += number
    for column, top in enumerate(tops):
        if top:
            papers = {paper for row in range(len(table.rows)) for paper in table.cells.get((row, column), ())}
            axes.text(column, top, str(len(papers)), ha="center", va="bottom", fontsize=9, color=INK)
    axes.set_xlim(-0.5, len(tops) - 0.5)
    axes.set_ylim(0, max(tops, default=1) * 1.08)
    axes.yaxis.grid(visible=True, color=EDGE, alpha=0.35, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.legend(handles=named, frameon=False, fontsize=9, labelcolor=INK, loc="upper left")


def _squares(axes: Any, table: Table) -> None:
    """A heat map; a gap is a dashed square."""
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Rectangle

    gaps = []
    for row, column, number, share in _shares(table):
        place = Rectangle((column - 0.47, row - 0.45), 0.94, 0.9, facecolor=BLUE, gid=f"cell-{row}-{column}")
        if not number:
            gaps.append(place)
            continue
        place.set_alpha(PALEST + (DEEPEST - PALEST) * share)
        axes.add_artist(place)
        axes.text(column, row, str(number), ha="center", va="center", fontsize=9, color=INK)
    dashed: dict[str, Any] = {
        "facecolor": "none",
        "edgecolor": EDGE,
        "linestyle": (0, (2, 2)),
        "linewidth": 0.5,
    }
    axes.add_collection(PatchCollection(gaps, **dashed))


def _bubbles(axes: Any, table: Table) -> None:
    """A line of years for each row; the more papers, the larger the bubble."""
    for column in range(len(table.columns)):
        axes.axvline(column, color=EDGE, alpha=0.25, linewidth=0.6, zorder=0)
    for row, column, number, share in _shares(table):
        if number:
            look = {"s": 150 + 450 * share, "color": BLUE, "alpha": 0.3 + 0.35 * share, "linewidths": 0}
            axes.scatter([column], [row], gid=f"cell-{row}-{column}", **look)
            axes.text(column, row, str(number), ha="center", va="center", fontsize=9, color=INK)


def _shares(table: Table) -> Iterator[tuple[int, int, int, float]]:
    """Row, column, papers, and how deep its colour is: by the square root, so that ones and twos can be told apart."""
    most = max((len(papers) for papers in table.cells.values()), default=1)
    for row in range(len(table.rows)):
        for column in range(len(table.columns)):
            number = table.count(row, column)
            yield row, column, number, (number / most) ** 0.5


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}…"
