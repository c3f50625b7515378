"""The HTTP face of the twin core: routers, problems, streams, access."""
