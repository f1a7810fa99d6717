"""Groups of all articles become entities."""
