"""The words of the bot in Finnish, Swedish and English."""
