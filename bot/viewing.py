"""A pressed button that asks for something to read or to look at -> it. Nothing is changed."""

from __future__ import annotations

from bot import asking, comparing, maps, story_pages, timeline_pictures, timelines, trends
from bot.callbacks import (
    Asking,
    Compare,
    Drawing,
    DrawStory,
    DrawTimeline,
    MoreLatest,
    MoreTimeline,
    PageAsked,
    PageLatest,
    PageSearch,
    PageStory,
    PageTimeline,
    ShowMap,
    ShowStory,
    ShowTrend,
)
from bot.services import Services
from bot.types import Message, Picture, Reader, Reply


def act(services: Services, reader: Reader, action: Asking | Drawing) -> Reply:
    """What an action shows. Synchronous: called in a thread."""
    match action:
        case ShowMap() | ShowTrend() | DrawTimeline() | DrawStory():
            return _draw(services, reader, action)
        case PageLatest():
            return Reply(asking.latest_page(services, reader, action))
        case MoreLatest(place, topic):
            return Reply(asking.latest_page(services, reader, PageLatest(place, topic)), in_place=False)
        case PageSearch():
            return Reply(asking.search_page(services, reader, action))
        case PageAsked():
            return Reply(asking.press_page(services, reader, action))
        case PageTimeline():
            return Reply(timelines.page(services, reader, action))
        case MoreTimeline(place, topic):
            return Reply(timelines.page(services, reader, PageTimeline(place, topic)), in_place=False)
        case Compare():
            return Reply(comparing.compare_page(services, reader, action))
        case ShowStory(story_id):
            return Reply(story_pages.page(services, reader, PageStory(story_id)), in_place=False)
        case PageStory():
            return Reply(story_pages.page(services, reader, action))


def _draw(services: Services, reader: Reader, action: Drawing) -> Reply:
    """Actions that show a picture."""
    match action:
        case ShowMap():
            return _in_picture(maps.map_of(services, reader, action))
        case ShowTrend():
            return _in_picture(trends.trend_of(services, reader, action))
        case DrawTimeline():
            return Reply(timeline_pictures.place_timeline(services, reader, action), in_place=False)
        case DrawStory():
            return Reply(timeline_pictures.story_timeline(services, reader, action), in_place=False)


def _in_picture(answer: Message | Picture) -> Reply:
    """A picture takes the place of the pressed one; words cannot, and are told as a notice."""
    return Reply(answer) if isinstance(answer, Picture) else Reply(notice=answer.plain)
