"""`python -m bot`: the same as `pollux`."""

from bot.cli import main

main()
