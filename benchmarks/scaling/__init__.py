"""Our pipeline and its peers on an invented world, each in a process of its own."""
