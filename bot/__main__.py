"""`python -m bot`: the same as `pollux`."""

from bot.cli.main import main

main()
