"""Who gets in to the page, and what may be asked of it; the one way in, which gradio and every address stand behind."""

from assistant.page.entrance.door import Entrance, Terms
from assistant.page.entrance.hosts import Hosts

__all__ = ["Entrance", "Hosts", "Terms"]
