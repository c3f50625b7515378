"""The face of the twin core: the only part of it that the other folders may import."""
