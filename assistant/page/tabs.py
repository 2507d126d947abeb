"""What the tabs have in common, as HTML and choices: the bar, what an empty tab shows, what can be picked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from assistant.page.links import compare_link, summarise_link
from assistant.page.render import paper_choices, safe

if TYPE_CHECKING:
    from corpus.catalogue import Catalogue

TABS = (
    ("ask", "Ask"),
    ("compare", "Compare"),
    ("summarise", "Summarise"),
    ("check", "Check"),
    ("papers", "Papers"),
    ("overview", "Overview"),
)
COMPARISONS = (
    ("Two papers", "EUREKA and Text2Reward", ("eureka", "text2reward")),
    (
        "Two categories",
        "World models and diffusion policies",
        ("category:world-model", "category:diffusion-policy"),
    ),
    ("A paper and a line of work", "Octo and LLM-based planning", ("octo", "category:planning")),
    ("Three papers", "VIPER, RoboCLIP and VLM-RM", ("viper", "roboclip", "vlm-rm")),
)
SUMMARIES = (
    ("A paper", "EUREKA", "paper:ma2023eureka"),
    ("A category", "Reward signal", "category:reward-signal"),
    (
        "A topic",
        "How diffusion models are used for reward learning",
        "topic:diffusion models for reward learning",
    ),
)


def tab_bar() -> str:
    """The tabs as links; the page's script says which is chosen."""
    tabs = "".join(
        f'<a role="tab" id="tab-{name}" href="#{name}" aria-controls="view-{name}" aria-selected="false">{said}</a>'
        for name, said in TABS
    )
    return f'<nav class="tab-bar" role="tablist" aria-label="What to do">{tabs}</nav>'


def before(tab: Literal["compare", "summarise", "check"]) -> str:
    """What stands on a tab before anything was asked for."""
    if tab == "compare":
        examples = [(kind, said, compare_link(sides)) for kind, said, sides in COMPARISONS]
        words = (
            "Choose papers or whole categories, or type in your own words. Every cell of the table names its source; "
            "where nothing is found it says so."
        )
        title = "Compare two approaches, or up to four"
    elif tab == "check":
        examples = []
        words = (
            "Paste a related-work paragraph, plain, in Markdown or in LaTeX with its \\cite keys. Each sentence is held "
            "against the papers: whether one carries it and where, and whether it is the one that is cited."
        )
        title = "Check a text of your own against the papers"
    else:
        examples = [(kind, said, summarise_link(of)) for kind, said, of in SUMMARIES]
        words = "Section by section, every sentence with its page; and an account of what it rests on and what it leaves out."
        title = "Summarise a paper, a category, or a topic"
    items = "".join(
        f'<li><a class="example" href="{safe(link)}"><span class="kind">{safe(kind)}</span>{safe(said)}</a></li>'
        for kind, said, link in examples
    )
    return (
        f'<section class="welcome"><h2>{title}</h2><p>{words}</p><ul class="examples">{items}</ul></section>'
    )


def filled_in(button: str) -> str:
    """What stands on a tab whose form a link from elsewhere filled in."""
    return f'<p class="empty" role="status">A link filled in the form. Look it over, then press {safe(button)}.</p>'


def approach_choices(catalogue: Catalogue) -> list[tuple[str, str]]:
    """What can be compared or summarised, for a drop-down: categories as a tree, then papers; and their targets."""
    taxonomy = catalogue.taxonomy
    categories = [
        (f"{taxonomy.path_name(node.slug)} · {len(papers)} papers", f"category:{node.slug}")
        for node in taxonomy
        if (papers := catalogue.papers_of(node))
    ]
    return [*((said, f"paper:{paper}") for said, paper in paper_choices(catalogue)), *categories]
