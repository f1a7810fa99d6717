"""Where a pipeline runs: in this process or in several on this machine."""
