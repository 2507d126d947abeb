"""Whether the papers carry what is written: judges of a sentence, citations that rest on them, and when to refuse.

judge       the seam: (claim, premises) -> Verdict, and every level of support
program     exact and normalised quotes, and how many of a sentence's words stand together in a source
embedded    the embedded model's odds that a passage states a sentence
encoder     a cross-encoder in ONNX, from a folder or the model hub
large       a large chat model, all sentences of an answer in one call
calibration scores made into probabilities, with thresholds fitted by bench/judging.py
binding     a written sentence bound to the numbered evidence
refusing    whether the evidence answers the question at all
checking    a text of the user's own, sentence by sentence
"""
