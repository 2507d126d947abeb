"""What papers state, aspect by aspect: their sentences, how one that states an aspect is known, and the names in them."""
