"""What gradio keeps for each open page, bounded."""

from typing import Any, Final

import gradio as gr

from assistant.page.talk import SESSIONS

PER_VISITOR: Final = (
    2  # pages that one browser tab may have opened by loading again, of which gradio keeps each
)


class Page(gr.Blocks):
    """Gradio's blocks without what grows with every answer, found in gradio 6.31.

    An update of a component, `gr.skip()` too, makes a new one with a number of its own; each value after it is then
    kept under that number as well, so that the values of all answers stay. Here a component keeps its number.
    And of pages that were closed, the states are kept: here of as many as there are conversations.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.state_session_capacity = PER_VISITOR * SESSIONS

    def forget(self, session: str) -> None:
        """Let go of what is kept for a page that was loaded again."""
        kept = self.state_holder
        with kept.lock:
            kept.session_data.pop(session, None)
            kept.time_last_used.pop(session, None)
        self._queue.pending_messages_per_session.pop(session, None)

    async def postprocess_data(self, block_fn: Any, predictions: Any, state: Any) -> list[Any]:
        """As gradio does it."""
        done: list[Any] = await super().postprocess_data(block_fn, predictions, state)
        for number, kept in state.blocks_config.blocks.items() if state else ():
            kept._id = number  # noqa: SLF001
        return done
