"""`python -m yuanwatch`: the same as the command `yuanwatch`."""

from yuanwatch.cli import main

main()
