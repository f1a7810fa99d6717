"""The steps of reading, one file each; they are registered by entry points and know nothing of one another."""
