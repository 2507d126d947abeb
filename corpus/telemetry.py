"""Libraries that report on their use are switched off, for this process and its children.

Some read their switch once, when they are loaded, so the rooms import this before anything else: whoever imports any
part of Duality, the command line, the page or a retriever in a program of their own, has it set. What a variable said
before does not count, for nothing that Duality does is worth a report. Tracing that only its own variables turn on,
such as LANGSMITH_TRACING, stays as the user set it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

SWITCHES: Final[Mapping[str, str]] = {
    # From 1.29 on it calls mobile.events.data.microsoft.com from native code, and keeps a device id and a
    # database under the user's cache folder.
    "ORT_DISABLE_TELEMETRY": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",  # else api.gradio.app and huggingface.co hear of every start
    "HF_HUB_DISABLE_TELEMETRY": "1",  # through huggingface_hub gradio reports; hf_xet reads it too
    "ANONYMIZED_TELEMETRY": "False",  # chromadb; 1.5 sends nothing any more, others in its range might
    "DO_NOT_TRACK": "1",  # what libraries agreed on (consoledonottrack.com)
}

os.environ.update(SWITCHES)
