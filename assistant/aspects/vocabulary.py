"""What digests and table rows state, as names and kinds that can be counted over papers.

Different spellings of one thing are one name: "Meta-World" and "metaworld", "Proximal Policy Optimization" and "PPO".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.answer import Quote

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.aspects.standard import Aspect
    from corpus.paper import Paper

NEGATION = re.compile(r"^(?:none|no|not)\b", re.IGNORECASE)
Names = tuple[tuple[str, re.Pattern[str]], ...]


def _names(table: str, flags: re.RegexFlag = re.IGNORECASE) -> Names:
    """Lines of "name: pattern"."""
    pairs = (line.strip().split(": ", 1) for line in table.strip().splitlines())
    return tuple((name, re.compile(rf"(?<![^\W_])(?:{pattern})(?![^\W_])", flags)) for name, pattern in pairs)


def any_of(names: Names, but: Sequence[str] = ()) -> str:
    """A pattern for any of the names, to be part of a larger one."""
    return f"(?:{'|'.join(pattern.pattern for name, pattern in names if name not in but)})"


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
    AI2-THOR: AI2-? ?THOR
    CookingWorld: CookingWorld
    CLIPort or Ravens: Ravens|CLIPort
    Procgen: Procgen
    RoboYoga: RoboYoga
    SMAC: SMAC
    NetHack: NetHack
    Brax: Brax
    EPIC-Kitchens: EPIC-?Kitchens
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
    generalist robot model: VLAs?|vision[- ]language[- ]action(?: models?)?|OpenVLA|RT-[12]|Octo|generalist \w+
    VLM: VLMs?|vision[- ]language(?: models?)?(?![- ]action)|CLIP|LLaVA\w*
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
        learning from generated rewards: .*rewards?\b.*
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


def stated_of(aspect: Aspect, paper: Paper) -> list[Quote]:
    """What the survey's table and the digest say of an aspect of a paper, the table first."""
    found = []
    table = getattr(paper.table, aspect.column) if paper.table and aspect.column else None
    if aspect.key == "task" and not table and paper.table:
        table = paper.table.dataset
    if table:
        found.append(Quote(paper.id, "table", None, None, str(table)))
    digest = paper.digest.aspects.get(aspect.digest) if paper.digest and aspect.digest else None
    if digest:
        found.append(Quote(paper.id, "digest", None, None, digest))
    if (
        aspect.key == "task"
        and not found
        and paper.digest
        and (phrase := paper.digest.aspects.get("benchmarks"))
    ):
        found.append(Quote(paper.id, "digest", None, None, phrase))
    return found


def counted(aspect: Aspect, stated: Sequence[Quote]) -> list[str]:
    """The values a paper is counted under: from digest and table, which speak of the paper alone, else its quotes.

    A quote may name what the paper is compared with. Where only one value can be right the digest's goes first.
    """
    notes = [source for source in stated if source.source != "pdf"] or list(stated)
    if aspect.key in ("setting", "code"):
        notes.sort(key=lambda source: source.source)  # digest before table
        found = [value for source in notes for value in values(aspect, source.quote)]
        return [AVAILABLE] if AVAILABLE in found else found[:1]
    return list(dict.fromkeys(value for source in notes for value in values(aspect, source.quote)))


KINDS_OF_MODEL = (
    "VLM", "diffusion model", "video model", "world model", "LLM", "masked autoencoder", "GAN", "VAE", "transformer"
)  # fmt: skip
"""The kinds among the models' names, the most telling first: a paper stands under the first that it has."""
SETTINGS = {SIMULATION: "simulation", REAL: "the real world", BOTH: "simulation and the real world"}


def several(value: str) -> str:
    """A value as several papers have it: "diffusion models", "simulation and the real world"."""
    return f"{value}s" if value in KINDS_OF_MODEL else SETTINGS.get(value, value)


def tallied(aspect: Aspect, papers: Sequence[Paper]) -> dict[str, list[tuple[Paper, Quote]]]:
    """For each value the papers that have it by digest or table, with the words that say so; the commonest first."""
    found: dict[str, list[tuple[Paper, Quote]]] = {}
    for paper in papers:
        stated = stated_of(aspect, paper)
        for value in counted(aspect, stated):
            carrier = next(quote for quote in reversed(stated) if value in values(aspect, quote.quote))
            found.setdefault(value, []).append((paper, carrier))
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))
