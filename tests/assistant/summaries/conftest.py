"""A home with the digests, one paper of many sections, and a paper of the user's own."""

import pytest

from assistant.chat.fakes import ScriptedChat
from assistant.chat.models import ChosenModel
from assistant.summaries.summarizer import Summarizer
from tests import pdfs
from tests.indexes import workspace

EUREKA = "ma2023eureka"
PROBLEM = "Designing reward functions for dexterous manipulation remains a difficult challenge that takes human experts many trials."
APPROACH = (
    "We present Eureka, an algorithm that lets a coding language model write reward functions for robots."
)
MODEL = "We use GPT-4 as the language model that writes executable reward code from the source of the environment."
POLICY = "Every reward is used to train a policy with PPO, a reinforcement learning algorithm, in simulation."
RESULT = "Our method outperforms human experts on 83% of the tasks, with an average improvement of 52%."
LIMIT = "A limitation of our method is that it requires a simulator, and future work may remove that need."
RELATED = "Unlike prior work, our approach needs no reward templates and no examples in the prompt."
SECTIONS = {
    "Abstract": f"{PROBLEM} {APPROACH}",
    "1 Introduction": f"{PROBLEM.replace('Designing', 'Writing good')} Figure 1 shows the loop of our method in full detail.",
    "2 Related Work": f"{RELATED} See https://example.org for the many other papers on this subject.",
    "3 Method": f"{MODEL} {POLICY} The details of the search are given in Table 4 of the appendix below.",
    "4 Experiments": "We evaluate on 29 tasks of the Isaac Gym benchmark with ten different robots and two baselines. "
    f"{RESULT} As shown in Figure 3, the curves of all of our runs rise steadily over time.",
    "5 Conclusion": f"{LIMIT} We thank the anonymous reviewers for their many helpful comments on this paper.",
    "Acknowledgements": "We are grateful to our sponsors for the generous support that made this long work possible.",
    "References": "[1] A. Writer. We propose a method that outperforms everything else. In Proceedings, 2021.",
}


@pytest.fixture(scope="session")
def summary_home(tmp_path_factory):
    home = tmp_path_factory.mktemp("summaries")
    (home / "pdfs").mkdir()
    title = "Eureka: Human-Level Reward Design via Coding Large Language Models"
    pdfs.simple_paper(home / "pdfs" / f"{EUREKA}.pdf", title=title, sections=SECTIONS)
    own = {
        "1 Introduction": APPROACH.replace("Eureka", "Lasercat"),
        "2 Experiments": RESULT,
        "3 Conclusion": LIMIT,
    }
    pdfs.simple_paper(home / "pdfs" / "lasercat.pdf", title="Lasercat Writes Rewards", sections=own)
    with workspace(home) as opened:
        opened.index_pdfs(opened.known_pdfs())
    return home


@pytest.fixture
def opened(summary_home):
    with workspace(summary_home, model="extractive") as made:
        yield made


@pytest.fixture
def written(opened):
    """A summary by a model that says these things, one reply a call; the model is there to be asked what it saw."""

    def write(subject, *replies, length="page", kind="remote", **faults):
        chat = ScriptedChat(replies=replies, **faults)
        summarizer = Summarizer(opened.search(), ChosenModel("scripted", kind, chat, 6000, "A test."))
        return summarizer.summary(subject, length), chat

    return write
