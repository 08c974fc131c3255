"""A pressed button under a story -> what it shows or does, in place of the message. Called in a thread.

The story is read anew each time, so that every view tells it as it now stands, also one that growth has
folded back meanwhile.
"""

from __future__ import annotations

from dataclasses import replace

from bot import feedback, muting, similar, story_timeline, subscribing, unfolding, why
from bot.render import render
from bot.services import Services
from bot.story_actions import EndFor, GiveFeedback, SetMute, StoryAction, StoryView
from bot.texts import texts
from bot.types import Message, Reader, Reply
from storage import stories
from storage.feedback import given
from storage.likeness import alike
from storage.mutes import mutes
from storage.origins import origin
from storage.settings import chat_settings
from storage.sources import Connection
from storage.steps import steps
from storage.twins import twins
from storage.types import Story


def act(services: Services, reader: Reader, action: StoryAction) -> Reply:
    """What an action does; changes are committed when this returns."""
    words = texts(reader.language)
    with services.database.read() as connection:
        story = stories.story(connection, action.story_id)
    if story is None:
        return Reply(notice=words("view.gone"))
    notice, view = "", action if isinstance(action, StoryView) else None
    match action:
        case SetMute(_, on):
            what = muting.set_mute(services, reader, story, action)
            if what is None:
                return Reply(notice=words("press.old"))
            notice = words("mute.done" if on else "mute.undone", what=what)
            view = StoryView("mute", story.id, action.delivery_id)
        case EndFor():
            about = why.end(services, reader, action.subscription_id)
            notice = words("unsubscribe.one", subject=about) if about else words("press.ended")
            view = StoryView("why", story.id, action.delivery_id)
        case GiveFeedback():
            notice = feedback.say(services, reader, story, action)
            view = StoryView("feedback", story.id, action.delivery_id)
    assert view is not None  # all other actions have led to one
    message = show(services, reader, story, replace(view, story_id=story.id))
    return Reply(message, notice, in_place=view.view not in ("open", "subscriptions"))


def show(services: Services, reader: Reader, story: Story, asked: StoryView) -> Message:
    """A view of a story as it now stands."""
    if asked.view == "subscriptions":
        return subscribing.list_subscriptions(services, reader)
    with services.database.read() as conn:
        match asked.view:
            case "sources":
                return unfolding.source_view(story, asked, reader)
            case "timeline":
                place, topic = story_timeline.main_place(story)
                lately = stories.every(conn, place=place, topic=topic, limit=story_timeline.LATELY)
                told = steps(conn, story.id)
                return story_timeline.timeline_view(story, told, list(lately), asked, reader)
            case "similar":
                return similar.similar_view(story, alike(conn, story, similar.MOST), asked, reader)
            case "mute":
                muted = mutes(conn, reader.chat_id, services.clock())
                return muting.mute_view(story, {(each.kind, each.value) for each in muted}, asked, reader)
            case "why":
                told_for = origin(conn, reader.chat_id, story, asked.delivery_id)
                return why.why_view(story, told_for, asked, reader)
            case "feedback" | "place" | "duplicate" | "figure":
                return _feedback(conn, reader, story, asked)
        return _whole(conn, reader, story, asked)


def _feedback(conn: Connection, reader: Reader, story: Story, asked: StoryView) -> Message:
    match asked.view:
        case "place":
            return feedback.place_view(story, asked, reader)
        case "figure":
            return feedback.figure_view(story, asked, reader)
        case "duplicate":
            return feedback.duplicate_view(story, twins(conn, story, feedback.CHOICES), asked, reader)
    return feedback.feedback_view(story, given(conn, reader.chat_id, story.id), asked, reader)


def _whole(conn: Connection, reader: Reader, story: Story, asked: StoryView) -> Message:
    """The message itself; one that was sent unasked has a preview again where the chat wants them."""
    message = render(story, reader, asked.delivery_id)
    if asked.delivery_id is None or asked.view == "open":
        return message
    return replace(message, preview=chat_settings(conn, reader.chat_id).preview)
