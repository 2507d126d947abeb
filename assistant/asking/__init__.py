"""Understanding what is asked: its kind, what of the catalogue it names, and what of the conversation it leans on."""
