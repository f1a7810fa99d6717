"""The trainable recognizer: a character-level sequence labeller that predicts with NumPy alone."""
