"""The pictures of the bot: dogs and memes drawn for it."""
