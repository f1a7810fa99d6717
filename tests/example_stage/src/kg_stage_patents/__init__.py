"""Stages for regional-industry-kg: the numbers of Chinese patents, and whose they are."""
