"""The examples of the welcome page, each answered with what one who clicks it wants to know, from the digests alone."""

import pytest

from assistant.answer import Answer
from assistant.comparison.comparison import Comparison
from assistant.page.render import EXAMPLES
from assistant.reply import replies
from assistant.settings import Home, load
from assistant.summaries.summary import Summary
from assistant.workspace import Workspace
from corpus import catalogue as catalogues

pytestmark = pytest.mark.model
CATALOGUE = catalogues.load()
WORLD_MODELS = len(CATALOGUE.papers_of(CATALOGUE.taxonomy["generative-tools-for-rl/base-model/world-model"]))
# for each kind: what comes, which papers it cites at least, and words of which one of each group is in it
WANTED = {
    "Ask": [
        (Answer, {"ma2023eureka"}, (("gpt-4", "coding llm"), ("source code",), ("reward functions",))),
        (Summary, {"chi2023diffusionpolicy"}, (("multimodal",), ("diffusion",))),
    ],
    "Compare": [(Comparison, {"ma2023eureka", "xie2023text2reward"}, (("gpt-4",), ("83%",), ("13 of 17",)))],
    "Summarise": [(Summary, {"wang2024rlvlmf", "rocamonde2023vlmrm"}, (("preference", "closer to the goal"), ("clip",)))],
    "List": [(Answer, {"ha2018worldmodels"}, ((f"holds {WORLD_MODELS} papers",),))],
    "Count": [(Answer, {"lee2024kagi"}, (("2024",), ("reward signal",)))],
    "Not in the papers": [(Answer, set(), (("perseverance",), ("the pdf is not here",)))],
}  # fmt: skip


@pytest.fixture(scope="module")
def opened(minilm_dir, tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("welcome"))
    home.weights.mkdir(parents=True)
    (home.weights / minilm_dir.name).symlink_to(minilm_dir, target_is_directory=True)
    settings = load({"model": "extractive", "embedder": "minilm"}, home=home, environ={})
    with Workspace(settings, home) as workspace:
        workspace.index_catalogue()
        yield workspace


def shown(made):
    """Everything that it says, and whom it cites."""
    if isinstance(made, Answer):
        return f"{made.lead} {made.text}", {c.paper for claim in made.claims for c in claim.citations}
    claims = list(made.summary) if isinstance(made, Comparison) else list(made.claims)
    text = " ".join(claim.text for claim in claims)
    if isinstance(made, Comparison):
        text += " ".join(cell.text for row in made.rows for cell in row.cells)
    return text, {c.paper for claim in claims for c in claim.citations}


@pytest.mark.parametrize("example", EXAMPLES, ids=[text for _, text in EXAMPLES])
def test_an_example_is_answered(opened, example):
    kind, text = example
    at = [one for one in EXAMPLES if one[0] == kind].index(example)
    form, papers, facts = WANTED[kind][at]
    *_, made = replies(opened, text)
    said, cited = shown(made)
    assert isinstance(made, form)
    assert papers <= cited
    for ways in facts:
        assert any(way in said.lower() for way in ways), said
    if isinstance(made, Answer):
        assert made.refused is (kind == "Not in the papers")
        assert all(claim.support in ("exact", "computed") for claim in made.claims)
