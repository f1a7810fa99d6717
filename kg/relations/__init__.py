"""A learned scorer of candidate pairs: which facts join two names, judged by the words around them."""
