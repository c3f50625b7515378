"""The twin library: one TOML file a type, and its reader."""
