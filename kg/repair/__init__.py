"""The lines of a page become articles, and every character keeps its place in the file."""
