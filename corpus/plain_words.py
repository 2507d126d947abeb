"""Words that prove nothing: English that methods are named after, and the vocabulary every paper shares."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# A method called by one of these is only meant where the question writes it as the paper does, or in capitals.
PLAIN_WORDS = _set("""
    act adapt agent align anchor apex arrow atlas bear bee blend boss bridge cage cast chain clip coach code compass
    craft dagger dance dart dawn deep delta diffuser diffusers dream drive echo edge ego face fact flare flash flex
    flow flower focus forge fuse game gem ghost glide goal gram grasp guide hand harmony hint hold hop hybrid idea
    image imagine insight joint jump key lamp lance latte leap learn lens lever light link lion lift locate look loop
    mat map mask master maze merge meta mimic mind mix model move muse nomad nova oracle orbit pace pact parrot path
    peer pilot pivot plan plane play plex power prime prism prompt pulse puzzle quest rapid ray ready reach reason
    reflect relay ride ring roam robust root rope rose sage scale scout seed sense shape shift sight simple simpler
    skill skip slow smart snap spark spin spoiler spot stable star steer step still storm stream swift swim sync
    tactic tango task teach team tempo think tide tiger torch touch trace track trail train transfer tree turbo turn
    twist unify use value vault view vip vista walk wave way weave wise world zest zoom
""")

# A name made only of these describes a kind of work; in small letters it need not mean the paper.
FIELD_WORDS = _set("""
    a action actions active actor ai algorithm algorithms an agents and approach approaches as at autonomous based
    behavior behaviors by can causal challenges class code conditional consistency continuous control controllers
    critic data dataset decision deep deterministic diffusion diverse dynamics efficient embodied energy environment
    environments exploration expert experts fine finetuning flow for foundation framework from function functions
    future generalist generation generative goal goals gradient guidance guided hierarchical high human humans image
    imitation implicit in inference input instruction instructions intelligence interactive is knowledge language
    large latent learned learning level llm llms locomotion long low machine making manipulation masked methods model
    models motion multi multimodal navigation network networks object of off offline on online open opportunities
    optimization or output perspectives planner planners planning policies policy pre predicting prediction
    predictions preference pretrained pretraining q rate real region reinforcement representation representations
    reward rewards rl robot robotic robotics robots robust sampling search self sequence shaping shot sim simulation
    skill skills source space specification stable state states supervised survey system systems task tasks text the
    to trained training trajectories trajectory transfer transformer transformers trust tuning unified using value
    video videos view vision visual vlm vlms with world zero
""")

# Aliases of categories that questions use in passing; they hint at a category and must not narrow a search.
WEAK_CATEGORY_NAMES = _set("""
    basemodel backbone backbonemodel modelarchitecture languagemodel languagemodels diffusion dm
    modality modalities input output inputmodality outputmodality inputmodalities outputmodalities
    inputoutputmodality task taskinrl rltask roleinrl rewardfunction rewarddesign rewardgeneration rewardlearning
    rewardsfromvideo representationlearning staterepresentation staterepresentations modelbasedrl policylearning
    planning exploration planningexploration planningandexploration pretraining policypretraining finetuning
    distillation decisiontransformer videomodel skillgenerator policyspecific policyagnostic wm vpm
""")

# Categories that are kinds of thing, in the singular: "the world model" of a method is said in passing, "world models"
# are a subject.
KINDS_OF_THING = _set("""
    llm vlm largelanguagemodel visionlanguagemodel diffusionmodel denoisingdiffusionmodel worldmodel
    foundationworldmodel videopredictionmodel videogenerationmodel transformerpolicy transformerbasedpolicy
    diffusionpolicy diffusionbasedpolicy primitivegenerator motionprimitivegenerator
""")

# Abbreviations that every abstract spells out and that name no paper of their own.
COMMON_ACRONYMS = _set("""
    AI API BC CNN CPU CV DL DNN DOF DRL FM FMS GAN GPT GPU HRL IL IRL IQL KL LLM LLMS LM LMS LQG LQR LSTM LTL MARL
    MBRL MCTS MDP MDPS ML MLP MPC MSE NLP OOD PCA PDF POMDP POMDPS RGB RL RNN ROS SAC TD UAV URL VAE VIT VLA VLAS VLM VLMS
""")
