"""What the page in the browser shows, as escaped HTML, and its style sheet and script; nothing here knows gradio."""

from importlib.resources import files

__all__ = ["asset"]


def asset(name: str) -> str:
    """The text of a file beside this module, such as "style.css"."""
    return (files("assistant") / "page" / name).read_text("utf-8")
