"""Discord: direct messages over its gateway, slash commands and buttons over its interactions (docs/channels.md)."""
