"""Real triple stores for tests, on loopback, each started empty in a folder of its own."""
