"""Files and standard input become documents."""
