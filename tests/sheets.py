"""Pages drawn piece by piece, for tests of what stands where: text, rules, pictures, forms, in whatever order.

Places are in points from the page's upper left corner; every call draws at once, so that the order of calls is the
order in which a PDF gives its text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.pdfs import HEIGHT, WIDTH

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

ROMAN, BOLD, ITALIC, MONO, GREEK = "Times-Roman", "Times-Bold", "Times-Italic", "Courier", "Symbol"
LEFT, FULL, COLUMN, SECOND = (
    72.0,
    468.0,
    225.0,
    315.0,
)  # one column's edge and width; two columns' width, the second's edge

# Prose to fill a page with: full sentences that a test can tell from what it looks for.
FILLER = (
    "The planner draws a path for the arm and the arm follows it without touching the wall of the cell. "
    "Every path is scored by a critic that was trained on the paths of the day before and on no other data. "
    "We repeat the whole procedure for each of the nine rooms and report the mean of all the runs that ended. "
)


class Pages:
    """A PDF being drawn. Use in a `with`, which saves it."""

    def __init__(self, path: Path) -> None:
        from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

        self.path = path
        self.canvas = Canvas(str(path), pagesize=(WIDTH, HEIGHT), invariant=1)
        self._forms = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.canvas.save()

    def page(self) -> None:
        """Begin the next page."""
        self.canvas.showPage()

    def text(self, x: float, y: float, said: str, font: str = ROMAN, size: float = 10.0) -> None:
        """One line, its baseline at `y`."""
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, HEIGHT - y, said)

    def prose(
        self, x: float, y: float, said: str, width: float = FULL, size: float = 10.0, indent: float = 0.0
    ) -> float:
        """A justified paragraph from the baseline `y` down; returns the baseline of the line after it."""
        from reportlab.lib.utils import simpleSplit  # type: ignore[import-untyped]
        from reportlab.pdfbase.pdfmetrics import stringWidth  # type: ignore[import-untyped]

        lines = simpleSplit(said, ROMAN, size, width - indent)
        for number, line in enumerate(lines):
            shift = indent if number == 0 else 0.0
            room = width - shift - stringWidth(line, ROMAN, size)
            words = line.split()
            full = number < len(lines) - 1 and len(words) > 1 and room < 0.3 * width
            self.canvas.setFont(ROMAN, size)
            self.canvas.drawString(
                x + shift, HEIGHT - y, line, wordSpace=room / (len(words) - 1) if full else 0.0
            )
            y += 1.2 * size
        return y

    def full(self, x: float, y: float, said: str, width: float = FULL) -> float:
        """One line, stretched over the whole width; returns the baseline of the line after it."""
        from reportlab.pdfbase.pdfmetrics import stringWidth  # type: ignore[import-untyped]

        room = width - stringWidth(said, ROMAN, 10.0)
        self.canvas.setFont(ROMAN, 10.0)
        self.canvas.drawString(x, HEIGHT - y, said, wordSpace=room / (len(said.split()) - 1))
        return y + 12

    def rule(self, x: float, y: float, width: float) -> None:
        """A thin line across."""
        self.canvas.setLineWidth(0.5)
        self.canvas.line(x, HEIGHT - y, x + width, HEIGHT - y)

    def bar(self, x: float, y: float, height: float) -> None:
        """A thin line down from `y`."""
        self.canvas.setLineWidth(0.5)
        self.canvas.line(x, HEIGHT - y, x, HEIGHT - y - height)

    def plot(self, x: float, y: float, width: float, height: float) -> None:
        """A drawing of many strokes, from its upper left corner."""
        for step in range(8):
            self.canvas.rect(x + step * width / 8, HEIGHT - y - height, width / 10, height * (step + 1) / 8)

    def picture(self, x: float, y: float, width: float, height: float) -> None:
        """An image, from its upper left corner."""
        from PIL import Image
        from reportlab.lib.utils import ImageReader

        self.canvas.drawImage(
            ImageReader(Image.new("L", (40, 30), 200)), x, HEIGHT - y - height, width, height
        )

    def form(self, labels: list[tuple[float, float, str]], size: float = 10.0) -> None:
        """Lines inside a form, as a figure that was put in whole."""
        self._forms += 1
        name = f"figure{self._forms}"
        self.canvas.beginForm(name, 0, 0, WIDTH, HEIGHT)
        for x, y, said in labels:
            self.text(x, y, said, size=size)
            self.canvas.line(x, HEIGHT - y - 3, x + 40, HEIGHT - y - 3)
        self.canvas.endForm()
        self.canvas.doForm(name)

    def turned(self, x: float, y: float, said: str, degrees: float, size: float = 10.0) -> None:
        """One line that runs another way, counterclockwise."""
        self.canvas.saveState()
        self.canvas.translate(x, HEIGHT - y)
        self.canvas.rotate(degrees)
        self.canvas.setFont(ROMAN, size)
        self.canvas.drawString(0, 0, said)
        self.canvas.restoreState()
