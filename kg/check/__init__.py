"""How good it is: scores against gold."""
