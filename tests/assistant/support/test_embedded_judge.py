"""The real embedded model as a judge, on ten sentences of two passages that were written for this."""

import pytest

from assistant.chat.embedded import EmbeddedChat
from assistant.support.embedded import EmbeddedScorer
from assistant.support.judge import Judge, Premise

pytestmark = pytest.mark.model

FINGERS = Premise(
    "We train the hand with PPO in simulation for 40 hours and then move the policy to the real hand without "
    "fine-tuning. Randomising the friction of the fingertips helped most: without it the success rate fell from 82% to "
    "47%. Randomising the camera's pose made no measurable difference. We did not try objects that deform."
)
WALKER = Premise(
    "The planner proposes three subgoals, and a learned value function chooses the one that the low-level policy is "
    "most likely to reach. On rough ground the planner outperforms the end-to-end policy, which falls more often. "
    "Both were trained on the same 2 million steps. The value function may overestimate distant subgoals."
)
SENTENCES = (
    (FINGERS, "Without randomised fingertip friction the success rate fell from 82% to 47%, so randomising it helped.", True),
    (FINGERS, "The policy was trained with PPO in simulation for 40 hours.", True),
    (FINGERS, "Randomising the camera's pose helped most.", False),
    (FINGERS, "The policy was moved to the real hand after fine-tuning on the real hand.", False),
    (FINGERS, "Without randomised fingertip friction the success rate rose from 47% to 82%.", False),
    (WALKER, "A learned value function chooses the subgoal that the low-level policy is most likely to reach.", True),
    (WALKER, "On rough ground the end-to-end policy falls more often than the planner.", True),
    (WALKER, "On rough ground the end-to-end policy outperforms the planner.", False),
    (WALKER, "The low-level policy proposes three subgoals to the value function.", False),
    (WALKER, "The planner was trained on more steps than the end-to-end policy, which had 2 million.", False),
)  # fmt: skip


def test_the_embedded_model_tells_most_of_what_is_carried_from_what_is_turned_around(gguf):
    judge = Judge(EmbeddedScorer(EmbeddedChat(model_path=gguf)))
    verdicts = judge.all_of([(claim, [premise]) for premise, claim, _ in SENTENCES])
    told = list(zip(verdicts, (right for *_, right in SENTENCES), strict=True))
    carried = [v.probability for v, right in told if right and v.probability is not None]
    turned = [v.probability or 0.0 for v, right in told if not right]
    assert len(carried) == 4  # all have the same words, and no number is missing
    ordered = sum(one > other for one in carried for other in turned) / (len(carried) * len(turned))
    assert ordered >= 0.75, [(v.probability, right) for v, right in told]
    assert sum(v.carried for v, right in told if not right) <= 1
