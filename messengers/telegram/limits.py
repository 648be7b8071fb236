"""What the Bot API takes (https://core.telegram.org/bots/api, "Available methods", and core.telegram.org/bots/faq)."""

TEXT = 4096  # characters of sendMessage and editMessageText, without the marks of HTML
CAPTION = 1024  # characters below a photo or a document
CALLBACK_DATA = 64  # bytes
BUTTONS = 100  # of a keyboard
BUTTONS_IN_A_ROW = 8
BUTTON_TITLE = 64  # characters; the Bot API names no limit, but no phone shows more
SECRET = 256  # characters of A-Z, a-z, 0-9, _ and -
COMMAND_DESCRIPTION = 256
MESSAGES_PER_SECOND = 30  # to all chats
MESSAGES_PER_SECOND_TO_A_CHAT = 1  # "short bursts" may go over it
BURST = 4  # messages of one reply: words and three cards
WEBHOOK_PORTS = (443, 80, 88, 8443)


def length(text: str) -> int:
    """Returns how long a text is as the Bot API counts: in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
