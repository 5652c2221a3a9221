"""Lists that ship with the program."""
