"""What Discord takes, from its documentation."""

from datetime import timedelta

# https://discord.com/developers/docs/resources/message#create-message
CONTENT = 2_000
NONCE = 25
FILE = 10 * 1024 * 1024
ALT = 1_024
# https://discord.com/developers/docs/resources/message#embed-object-embed-limits
EMBEDS = 10
EMBED_TITLE = 256
EMBED_DESCRIPTION = 4_096
EMBED_FIELDS = 25
FIELD_NAME = 256
FIELD_VALUE = 1_024
FOOTER = 2_048
ALL_EMBEDS = 6_000  # title, description, fields and footer of all embeds of a message
# https://discord.com/developers/docs/components/reference
ROWS = 5
BUTTONS_IN_ROW = 5
LABEL = 80
CUSTOM_ID = 100
LINK = 512
OPTIONS = 25
OPTION = 100
PLACEHOLDER = 150
# https://discord.com/developers/docs/interactions/application-commands#application-command-object
COMMANDS = 100
COMMAND_DESCRIPTION = 100
# https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-callback
TOKEN_LIVES = timedelta(minutes=15)
