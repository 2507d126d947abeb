"""The assistant: settings, chat models, evidence, answers, and the command line."""
