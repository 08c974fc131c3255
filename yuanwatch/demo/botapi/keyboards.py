"""Turns a reply_markup argument into the keyboard Telegram stores, or refuses it."""

from __future__ import annotations

from collections.abc import Mapping

from yuanwatch.demo.botapi.errors import bad_request
from yuanwatch.demo.botapi.links import LinkError, check_link, user_of_link
from yuanwatch.demo.botapi.params import Params
from yuanwatch.demo.botapi.records import Json

MOST_BUTTONS = 100
DATA_BYTES = 64
_OTHER_ACTIONS = (
    "callback_game",
    "pay",
    "switch_inline_query",
    "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat",
    "login_url",
    "web_app",
    "copy_text",
)


def read_markup(params: Params, *, inline_only: bool = False) -> Mapping[str, Json] | None:
    """The markup that is stored; None for none or an empty inline keyboard. Raises ApiError."""
    markup = params.json("reply_markup", "reply keyboard markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("Object expected as reply markup")
    if rows := markup.get("keyboard"):
        _check_rows(rows, 'Field "keyboard" must be an Array of Arrays')
    rows = markup.get("inline_keyboard") or []
    _check_rows(rows, 'Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    buttons = [button for row in rows for button in row]
    for button in buttons:
        _check_shape(button)
    for button in buttons:
        _check_content(button)
    if len(buttons) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    if any(len(button.get("callback_data", "").encode()) > DATA_BYTES for button in buttons):
        raise bad_request("BUTTON_DATA_INVALID")
    if buttons:
        return {"inline_keyboard": [list(row) for row in rows if row]}
    others = ("keyboard", "remove_keyboard", "force_reply")
    if not any(markup.get(other) for other in others):
        return None
    if inline_only:
        raise bad_request("inline keyboard expected")
    return markup


def _check_rows(rows: Json, complaint: str) -> None:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(complaint)


def _check_shape(button: Json) -> None:
    """What the Bot API server itself refuses while it reads the JSON."""
    problem = ""
    if not isinstance(button, dict):
        problem = "InlineKeyboardButton must be an Object"
    elif not isinstance(button.get("text"), str):
        problem = 'Field "text" must be of type String' if "text" in button else 'Can\'t find field "text"'
    elif not any(button.get(key) for key in ("url", "callback_data")) and not any(
        key in button for key in _OTHER_ACTIONS
    ):
        problem = "Text buttons are unallowed in the inline keyboard"
    if problem:
        raise bad_request(f"Can't parse inline keyboard button: {problem}")


def _check_content(button: Mapping[str, Json]) -> None:
    if not button["text"].strip(" \n"):
        raise bad_request("Inline keyboard button text must be non-empty")
    url = button.get("url")
    if url and not user_of_link(url):
        try:
            check_link(url)
        except LinkError as error:
            raise bad_request(f"Inline keyboard button URL '{url}' is invalid: {error}") from None
