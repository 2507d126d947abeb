"""What the papers of a category have in common: names and kinds found in digests and table rows, counted.

Different spellings of one thing are one name: "Meta-World" and "metaworld", "Proximal Policy Optimization" and
"PPO". A category's cell reads "11 of 17: D4RL; …" and lists the papers of each.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.comparison.comparison import NOT_STATED, Cell, CellSource, Count
from assistant.comparison.quotes import NEGATION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.comparison.aspects import Aspect
    from corpus.paper import Paper

SHOWN = 6  # values a cell names
LISTED = 3  # papers whose phrase a cell shows where nothing can be counted
Names = tuple[tuple[str, re.Pattern[str]], ...]


def _names(table: str, flags: re.RegexFlag = re.IGNORECASE) -> Names:
    """Lines of "name: pattern"."""
    pairs = (line.strip().split(": ", 1) for line in table.strip().splitlines())
    return tuple((name, re.compile(rf"(?<![^\W_])(?:{pattern})(?![^\W_])", flags)) for name, pattern in pairs)


ALGORITHMS = _names(
    r"""
    PPO: PPO|proximal policy optimi[sz]ation
    SAC: SAC|soft actor[- ]critic
    TD3: TD3(?:\+BC)?|twin delayed
    DDPG: DDPG
    TRPO: TRPO|trust region policy optimi[sz]ation
    DQN: DQN|deep Q-networks?
    Dreamer: Dreamer(?:-?V?[123])?
    DrQ: DrQ(?:-?v2)?
    IQL: IQL|implicit Q-learning
    CQL: CQL|conservative Q-learning|Cal-QL
    AWR or AWAC: AWR|AWAC|advantage[- ]weighted \w+
    HER: HER|hindsight experience replay
    Diffusion-QL: Diffusion-QL
    Decision Transformer: decision transformer
    REINFORCE: REINFORCE
    behaviour cloning: BC|behaviou?ral? cloning|imitation learning
    model predictive control: MPC|model[- ]predictive control
    Q-learning: Q-learning
    actor-critic: actor[- ]critic
    policy gradient: policy gradients?
    """
)
SUITES = _names(
    r"""
    D4RL: D4RL
    MuJoCo: (?:Gym-)?MuJoCo|half-?cheetah|hopper|walker2d
    Meta-World: Meta-?world
    Franka Kitchen: Franka ?Kitchen|Kitchen
    Maze2D: Maze ?2D
    AntMaze: Ant ?Maze
    Adroit: Adroit
    RLBench: RLBench
    DeepMind Control: DeepMind Control(?: Suite)?|DMC|DM ?Control|dm_control
    Atari: Atari
    Isaac Gym: Isaac ?(?:Gym|Sim)
    robosuite: robosuite
    robomimic: robomimic
    CALVIN: CALVIN
    MiniGrid or BabyAI: MiniGrid|BabyAI
    Crafter: Crafter
    Minecraft: Minecraft|MineDojo|MineRL
    Kuka block stacking: Kuka(?: block)? stacking|block stacking
    Fetch: Fetch(?:\w+)?
    Push-T: Push-?T
    ManiSkill: ManiSkill\d?
    LIBERO: LIBERO
    ALFRED or ALFWorld: ALFRED|ALFWorld
    VirtualHome: VirtualHome
    Habitat: Habitat
    Open X-Embodiment: Open X-Embodiment|OXE
    BridgeData: Bridge(?:Data)?(?: ?V2)?
    Language-Table: Language-?Table
    OpenAI Gym: OpenAI Gym|Gymnasium
    PyBullet: PyBullet
    NeoRL: NeoRL
    Ego4D: Ego4D
    Something-Something: Something-Something(?:-?V2)?
    a real robot: real[- ](?:world )?(?:robot\w*|quadruped|kitchen|arms?|franka|\w+ arm)|physical robots?
    """
)
MODELS = _names(
    r"""
    GPT-4: GPT-? ?4\w*
    GPT-3 or 3.5: GPT-? ?3(?:\.5)?[\w.-]*|ChatGPT|InstructGPT|Codex
    PaLM: PaLM(?:-E)?
    LLaMA: LLa?MA[\w.-]*|Vicuna[\w.-]*
    T5: (?:FLAN-?)?T5[\w-]*
    CLIP: CLIP
    LLM: LLMs?|(?:large )?language models?|GPT[\w.-]*|ChatGPT|InstructGPT|PaLM|LLa?MA[\w.-]*
    VLM: VLMs?|vision[- ]language(?:[- ]action)?(?: models?)?|CLIP|LLaVA\w*|VLA
    diffusion model: \w*diffus\w+(?: models?| polic\w+)?|denois\w+|DDPM|score[- ]based
    world model: world models?|(?:latent )?dynamics models?|RSSM
    video model: video (?:prediction|generation|diffusion)?\s?(?:models?|transformer)|VideoGPT
    transformer: \w*transformers?|GPT-2
    VAE: \w*VAE|variational auto-?encoders?
    GAN: GAN\b.*|generative adversarial\b.*|GAN-style
    masked autoencoder: masked auto-?encoders?|MAE
    """
)
KINDS: Mapping[str, Names] = {
    "rl_algorithm": ALGORITHMS,
    "benchmarks": SUITES,
    "generative_model": MODELS,
    "role_of_rl": _names(
        r"""
        offline RL: offline
        online RL: online
        fine-tuning: fine-?tun\w+
        RL learns from generated rewards: .*rewards?\b.*
        model-based RL: model-based|imagin\w+|world model
        none or imitation only: none\b.*|.*imitation.*
        """
    ),
    "inputs": _names(
        r"""
        images: .*\b(?:images?|pixels?|RGB(?:-D)?|cameras?|visual|videos?|frames?)\b.*
        language: .*\b(?:language|text\w*|instructions?|prompts?)\b.*
        low-dimensional states: .*\b(?:states?|state-based)\b.*
        proprioception: .*\bpropriocept\w+.*
        point clouds: .*\bpoint clouds?\b.*
        trajectories or demonstrations: .*\b(?:trajector\w+|demonstrations?|replay buffer|data ?sets?)\b.*
        code: .*\bcode\b.*
        """
    ),
    "outputs": _names(
        r"""
        actions: .*\b(?:actions?|controls?|torques?|poses?)\b.*
        trajectories: .*\b(?:trajector\w+|paths?|state sequences?)\b.*
        rewards: .*\b(?:rewards?|scores?)\b.*
        plans or subgoals: .*\b(?:plans?|sub-?goals?|goals?|skills?)\b.*
        code: .*\b(?:code|programs?)\b.*
        images or video: .*\b(?:images?|videos?|frames?|observations?)\b.*
        """
    ),
    "task": _names(
        r"""
        manipulation: .*\b(?:manipulat\w+|grasp\w*|pick\w*|stack\w*|kitchen|dexter\w+|assembly)\b.*
        locomotion: .*\b(?:locomot\w+|walk\w*|quadruped\w*|half-?cheetah|hopper|humanoid)\b.*
        navigation: .*\b(?:navigat\w+|maze\w*|\w+maze)\b.*
        games: .*\b(?:Atari|Minecraft|games?|Crafter)\b.*
        driving: .*\bdriv\w+\b.*
        """
    ),
}


def values(aspect: Aspect, text: str) -> list[str]:
    """The names and kinds of an aspect that a phrase holds; "none" for one that says there is none."""
    if aspect.key == "setting":
        kind = setting(text)
        return [kind] if kind else []
    if aspect.key == "code":
        return [AVAILABLE] if re.search(r"https?://|\byes\b", text, re.IGNORECASE) else [ANNOUNCED]
    if NEGATION.match(text) and aspect.key in ("rl_algorithm", "generative_model"):
        return ["none"]
    text = DENIED.sub(" ", text)
    return [name for name, pattern in KINDS.get(aspect.key, ()) if pattern.search(text)]


DENIED = re.compile(r"\bnot (?:an? |the )?[\w-]+", re.IGNORECASE)  # "not an LLM", "not deep RL"
AVAILABLE, ANNOUNCED = "code available", "code announced or partly available"
SIMULATION, REAL, BOTH = "simulation", "real robot", "both"


def setting(text: str | None) -> str:
    """Where a work is tried, as "simulation", "real robot" or "both", from a phrase of digest or table; "" where it says neither."""
    text = (text or "").casefold()
    real = bool(re.search(r"\breal\b|\bphysical\b", text)) and "potential real" not in text
    both = text.strip() == "both" or (real and "simul" in text)
    return BOTH if both else REAL if real else SIMULATION if "simul" in text else ""


def stated_of(aspect: Aspect, paper: Paper) -> list[CellSource]:
    """What the survey's table and the digest say of an aspect of a paper, the table first."""
    found = []
    table = getattr(paper.table, aspect.column) if paper.table and aspect.column else None
    if aspect.key == "task" and not table and paper.table:
        table = paper.table.dataset
    if table:
        found.append(CellSource(paper.id, "table", None, None, str(table)))
    digest = paper.digest.aspects.get(aspect.digest) if paper.digest and aspect.digest else None
    if digest:
        found.append(CellSource(paper.id, "digest", None, None, digest))
    if (
        aspect.key == "task"
        and not found
        and paper.digest
        and (phrase := paper.digest.aspects.get("benchmarks"))
    ):
        found.append(CellSource(paper.id, "digest", None, None, phrase))
    return found


def summed_up(aspect: Aspect, papers: Sequence[Paper], quoted: Mapping[str, Sequence[CellSource]]) -> Cell:
    """The cell of a category or a set: values counted over its papers, each paper's source kept.

    Args:
        aspect: The aspect.
        papers: Its papers.
        quoted: Quotes of those papers whose PDF was read, by id; they stand before digest and table.
    """
    counted: dict[str, list[str]] = {}
    sources: list[CellSource] = []
    said: list[tuple[Paper, str]] = []
    silent: list[str] = []
    labels = {paper.id: paper.label for paper in papers}
    for paper in papers:
        stated = [*quoted.get(paper.id, ()), *stated_of(aspect, paper)]
        if not stated:
            silent.append(paper.id)
            continue
        sources += stated
        said.append((paper, next((s for s in reversed(stated) if s.source == "digest"), stated[0]).quote))
        for value in _counted(aspect, stated):
            counted.setdefault(value, []).append(paper.id)
    total = len(papers)
    if not said:
        return Cell(NOT_STATED, "not stated", silent=tuple(silent))
    counts = tuple(
        Count(value, tuple(ids)) for value, ids in sorted(counted.items(), key=lambda item: -len(item[1]))
    )
    if counts:
        shown = [f"{len(c.papers)} of {total}: {c.value}" + _who(c, labels) for c in counts[:SHOWN]]
        text = "; ".join(shown) + (f"; and {len(counts) - SHOWN} more" if len(counts) > SHOWN else "")
    else:
        phrases = [f"{paper.label}: {phrase}" for paper, phrase in said[:LISTED]]
        text = f"Stated for {len(said)} of {total}. " + "; ".join(phrases)
        text += f"; and {len(said) - LISTED} more" if len(said) > LISTED else ""
    if silent:
        text += f" (not stated for {len(silent)})"
    return Cell(
        text,
        "stated",
        tuple(sources),
        "counted",
        note=_disagreeing(aspect, papers),
        counts=counts,
        silent=tuple(silent),
    )


def _counted(aspect: Aspect, stated: Sequence[CellSource]) -> list[str]:
    """The values a paper is counted under: from digest and table, which speak of the paper alone, else its quotes.

    A quote may name what the paper is compared with. Where only one value can be right the digest's goes first.
    """
    notes = [source for source in stated if source.source != "pdf"] or list(stated)
    if aspect.key in ("setting", "code"):
        notes.sort(key=lambda source: source.source)  # digest before table
        found = [value for source in notes for value in values(aspect, source.quote)]
        return [AVAILABLE] if AVAILABLE in found else found[:1]
    return list(dict.fromkeys(value for source in notes for value in values(aspect, source.quote)))


def _who(count: Count, labels: Mapping[str, str]) -> str:
    """The papers' names, where they are few."""
    return f" ({', '.join(labels[paper] for paper in count.papers)})" if len(count.papers) <= 2 else ""


def _disagreeing(aspect: Aspect, papers: Sequence[Paper]) -> str:
    """Which papers the survey's table and the digest disagree on, where the aspect can be told apart."""
    if aspect.key != "setting":
        return ""
    apart = []
    for paper in papers:
        said = {setting(source.quote) for source in stated_of(aspect, paper)} - {""}
        if len(said) > 1:
            apart.append(paper.label)
    return f"The survey's table and the digest disagree on {', '.join(apart)}." if apart else ""
