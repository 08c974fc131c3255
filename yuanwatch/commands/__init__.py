"""What each command does, one module a command; the command line itself stands in yuanwatch.cli."""
