"""How Alembic reaches the database: `people.database.Database.upgrade` hands its connection over.

A new version: write a file in versions/ by hand after the newest one; a test compares the outcome with the tables.
"""

from alembic import context

from people.database import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
