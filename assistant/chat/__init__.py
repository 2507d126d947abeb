"""Chat models: the embedded one, those that the user names, and a scripted one for tests."""
