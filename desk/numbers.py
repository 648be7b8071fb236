"""Numbers of the desk for Prometheus. No number is about one person: no token, address or text is a label."""

from prometheus_client import Counter, Gauge, Histogram

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

WAITING = Gauge("saattaja_waiting_messages", "Messages that wait for an answer now.")
ANSWERED = Counter("saattaja_messages", "Messages, by how they ended.", ["outcome"])
RASA_SECONDS = Histogram("saattaja_rasa_seconds", "Seconds that Rasa took for an answer.", buckets=SECONDS)
RASA_FAULTS = Counter("saattaja_rasa_faults", "Attempts to have a message answered that failed.", ["kind"])
ERASED = Counter("saattaja_conversations_erased", "Conversations that were erased, by whom.", ["by"])
