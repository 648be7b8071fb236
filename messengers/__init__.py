"""Telegram and Discord: what people write there comes to the desk, and what their conversation shows goes there."""
