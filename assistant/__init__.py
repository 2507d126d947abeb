"""The assistant: settings, chat models, evidence, answers, and the command line."""

import corpus as _corpus  # noqa: F401 - switches telemetry off before any library is loaded
