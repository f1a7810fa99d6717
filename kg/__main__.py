"""``python -m kg`` is the command ``kg``."""

from kg.cli import main

if __name__ == "__main__":  # reading processes import this module too, and must not run the command again
    main(prog_name="kg")
