"""Where reading runs: this process, or several."""
