"""The command line, one file per family of commands; cli.py is the list."""
