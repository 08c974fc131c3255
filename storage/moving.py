"""A group that becomes a supergroup moves with all it has; a chat that wants to be forgotten is.

Of two messages that turn out to be one (here, and where stories are merged) the one that is further on stays,
so that what was told once is not told again.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, text, update

from storage.tables import chats, deliveries, feedback, mutes, subscriptions

_FURTHER_ON = """CASE state WHEN 'sent' THEN 0 WHEN 'digested' THEN 1 WHEN 'sending' THEN 2
    WHEN 'unknown' THEN 3 WHEN 'pending' THEN 4 WHEN 'waiting' THEN 5 ELSE 6 END"""

_MOVE = [
    text(statement)
    for statement in (
        """INSERT INTO chats (id, kind, language, created, seen, off_since, off_reason,
            zone, quiet_from, quiet_to, silent, preview, digest_at, digest_day)
        SELECT :new, 'supergroup', language, created, seen, off_since, off_reason,
            zone, quiet_from, quiet_to, silent, preview, digest_at, digest_day FROM chats WHERE id = :old
        ON CONFLICT (id) DO NOTHING""",
        """DELETE FROM subscriptions WHERE chat_id IN (:old, :new) AND id NOT IN (
            SELECT min(id) FROM subscriptions WHERE chat_id IN (:old, :new) GROUP BY thread_id, wish)""",
        "UPDATE subscriptions SET chat_id = :new WHERE chat_id = :old",
        """DELETE FROM mutes WHERE chat_id = :old AND (kind, value) IN (
            SELECT kind, value FROM mutes WHERE chat_id = :new)""",
        "UPDATE mutes SET chat_id = :new WHERE chat_id = :old",
        f"""DELETE FROM deliveries WHERE chat_id IN (:old, :new) AND story_id IS NOT NULL AND id NOT IN (
            SELECT id FROM (
                SELECT id, row_number() OVER (
                    PARTITION BY thread_id, story_id, version ORDER BY {_FURTHER_ON}, id) AS place
                FROM deliveries WHERE chat_id IN (:old, :new) AND story_id IS NOT NULL) AS ranked
            WHERE place = 1)""",  # noqa: S608
        "UPDATE deliveries SET chat_id = :new WHERE chat_id = :old",
        """DELETE FROM feedback WHERE chat_id = :old AND (announcement_id, kind) IN (
            SELECT announcement_id, kind FROM feedback WHERE chat_id = :new)""",
        "UPDATE feedback SET chat_id = :new WHERE chat_id = :old",
        "DELETE FROM chats WHERE id = :old",
    )
]
# All versions of the story that goes become the present one of the story that stays.
_MERGE = [
    text(statement)
    for statement in (
        f"""DELETE FROM deliveries
        WHERE (story_id = :old OR (story_id = :new AND version = :version)) AND id NOT IN (
            SELECT id FROM (
                SELECT id, row_number() OVER (
                    PARTITION BY chat_id, thread_id ORDER BY {_FURTHER_ON}, id) AS place
                FROM deliveries WHERE story_id = :old OR (story_id = :new AND version = :version)) AS ranked
            WHERE place = 1)""",  # noqa: S608
        "UPDATE deliveries SET story_id = :new, version = :version WHERE story_id = :old",
        """DELETE FROM mutes WHERE kind = 'story' AND value = CAST(:old AS TEXT) AND chat_id IN (
            SELECT chat_id FROM mutes WHERE kind = 'story' AND value = CAST(:new AS TEXT))""",
        """UPDATE mutes SET value = CAST(:new AS TEXT)
        WHERE kind = 'story' AND value = CAST(:old AS TEXT)""",
    )
]


def migrate_chat(conn: Connection, old: int, new: int) -> None:
    """A group became a supergroup: everything of `old` is of `new` from now on, in the caller's transaction.

    What both have is kept once: the older subscription, and of two deliveries of one story the one that
    is further on, so that a message which one of them got is not sent to the other.
    """
    if old == new:
        return
    for statement in _MOVE:
        conn.execute(statement, {"old": old, "new": new})


def move_story(conn: Connection, old: int, new: int, version: int) -> None:
    """What is owed and was told of a story is of another one, in its present `version`; and mutes of it."""
    for statement in _MERGE:
        conn.execute(statement, {"old": old, "new": new, "version": version})


def forget_chat(conn: Connection, chat_id: int) -> None:
    """Delete all that is known of a chat; what is on the wire to it may still arrive. What it said was wrong
    stays, without a word of who said so."""
    for table in (deliveries, mutes, subscriptions):
        conn.execute(delete(table).where(table.c.chat_id == chat_id))
    conn.execute(update(feedback).where(feedback.c.chat_id == chat_id).values(chat_id=None))
    conn.execute(delete(chats).where(chats.c.id == chat_id))
