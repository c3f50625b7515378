"""The twin core: everything Pollux knows of the things and people it answers for."""
