"""Other languages, through a translator that the operator chose and the person allowed."""
