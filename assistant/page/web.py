"""The addresses that the page asks: a page as an image, a PDF, a text, a file."""

from typing import Annotated, Final, Literal
from urllib.parse import quote, urlencode

from fastapi import FastAPI, Query, Response
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse

from assistant.export import file_name as export_name
from assistant.overview.counting import counted, read
from assistant.overview.written import file_name, saved
from assistant.page import asset
from assistant.page.pages import page_view, page_words_of, spans_of, text_card_of
from assistant.page.shelf import Shelf
from assistant.workspace import Workspace
from corpus.errors import DualityError

TYPE: Final = "application/pdf"
LOOKS: Final = {
    "page.css": (("style.css", "tabs.css"), "text/css; charset=utf-8"),
    "page.js": (("page.js", "tabs.js"), "text/javascript; charset=utf-8"),
}


def addresses(web: FastAPI, workspace: Workspace, shelf: Shelf | None = None) -> None:
    """Adds the addresses to a web application: a page's image, a PDF, a text card, a file to save.

    `/pages?paper=…&page=…&spans=…`, `/words?` of the same, `/figure?paper=…&kind=figure|table|algorithm|listing&number=…`,
    `/pdf?paper=…`, and with `&question=…&spans=…`, each once or more, a copy with highlights,
    `/card?paper=…&source=digest|table&quote=…`, `/export?of=…&form=…`,
    `/picture?shape=…&rows=…&columns=…&form=svg|png|csv`, `/look/page.css`, `/look/page.js`. A DualityError is answered with
    status 404 and its sentence.
    """
    kept = shelf or Shelf()

    @web.get("/pages")
    def page_of(paper: str, page: int, spans: str = "") -> Response:
        try:
            view = page_view(workspace, paper, page, spans)
        except DualityError as error:
            return PlainTextResponse(str(error), 404)
        told = {
            "X-Label": quote(view.label),
            "X-Pages": str(view.pages),
            "X-Title": quote(view.title),
            "Cache-Control": "private, max-age=600",
        }
        return Response(view.png, media_type="image/png", headers=told)

    @web.get("/words")
    def words_of(paper: str, page: int, spans: str = "") -> Response:
        try:
            return HTMLResponse(page_words_of(workspace, paper, page, spans))
        except DualityError as error:
            return PlainTextResponse(str(error), 404)

    @web.get("/figure")
    def figure_of(
        paper: str, number: str, kind: Literal["figure", "table", "algorithm", "listing"] = "figure"
    ) -> Response:
        try:
            png = workspace.part_image(paper, kind, number)
        except DualityError as error:
            return PlainTextResponse(str(error), 404)
        return Response(png, media_type="image/png", headers={"Cache-Control": "private, max-age=600"})

    @web.get("/pdf")
    def pdf_of(
        paper: str,
        question: Annotated[list[str] | None, Query()] = None,
        spans: Annotated[list[str] | None, Query()] = None,
    ) -> Response:
        try:
            file = workspace.pdf_of(paper)
            if question and spans:
                asked = [(words, spans_of(cited)) for words, cited in zip(question, spans, strict=False)]
                told = {
                    "Content-Disposition": f'attachment; filename="{export_name(paper, "highlighted.pdf")}"'
                }
                return Response(workspace.highlighted(paper, asked), media_type=TYPE, headers=told)
        except DualityError as error:
            return PlainTextResponse(str(error), 404)
        if not file.is_file():
            return PlainTextResponse(f"{file.name} is no longer where it was indexed from.", 404)
        return FileResponse(file, media_type=TYPE, filename=file.name, content_disposition_type="inline")

    @web.get("/card")
    def card_of(paper: str, source: str, quote: str = "") -> Response:
        try:
            return HTMLResponse(text_card_of(workspace, paper, source, quote))
        except DualityError as error:
            return PlainTextResponse(str(error), 404)

    @web.get("/export")
    def export_of(of: str, form: str = "md") -> Response:
        try:
            file = kept.file(of, form, workspace.catalogue)
        except DualityError as error:
            return PlainTextResponse(str(error), 404)
        told = {"Content-Disposition": f'attachment; filename="{file.name}"'}
        return Response(file.content, media_type=file.media_type, headers=told)

    @web.get("/picture")
    def picture_of(
        shape: str = "years", rows: str = "", columns: str = "", form: Literal["svg", "png", "csv"] = "svg"
    ) -> Response:
        query = urlencode({"shape": shape, "rows": rows, "columns": columns})
        try:
            table = counted(read(query, workspace.catalogue), workspace.catalogue)
        except DualityError as error:
            return PlainTextResponse(str(error), 404)
        content, media_type = saved(table, form)
        told = {"Content-Disposition": f'attachment; filename="{file_name(table)}.{form}"'}
        return Response(content, media_type=media_type, headers=told)

    @web.get("/look/{name}")
    def look_of(name: str) -> Response:
        if name not in LOOKS:
            return PlainTextResponse("There is no such file.", 404)
        parts, media_type = LOOKS[name]
        return Response("\n".join(asset(part) for part in parts), media_type=media_type)
