"""PURE: whether what lies in a repository can bring a cluster back, from listings and accounts given as text.

pgBackRest's own "ok" is not proof: it stays through holes in the WAL, missing files and foreign clusters. What is
judged here are the listings themselves. Nothing here reaches a host, a file or a clock.
"""
