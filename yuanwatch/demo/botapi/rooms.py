"""The methods about chats and who is in them."""

from __future__ import annotations

from yuanwatch.demo.botapi.chats import Account
from yuanwatch.demo.botapi.errors import bad_request
from yuanwatch.demo.botapi.params import Params
from yuanwatch.demo.botapi.records import Json
from yuanwatch.demo.botapi.world import Method, World

_ACTIONS = (
    "cancel",
    "typing",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_photo",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
)


def get_chat(world: World, params: Params) -> Json:
    """getChat."""
    chat = world.chat_of(params)
    return chat.to_json() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            (
                "unlimited_gifts",
                "limited_gifts",
                "unique_gifts",
                "premium_subscription",
                "gifts_from_channels",
            ),
            False,
        ),
    }


def get_chat_member(world: World, params: Params) -> Json:
    """getChatMember: the bot, a member, or anybody with an account (status left)."""
    chat = world.chat_of(params)
    account = _account(world, params.integer("user_id"))
    return chat.standing(account)


def get_chat_administrators(world: World, params: Params) -> Json:
    """getChatAdministrators: other bots are never listed, this one is."""
    chat = world.chat_of(params)
    if chat.kind == "private":
        raise bad_request("there are no administrators in the private chat")
    admins = [chat.standing(world.accounts[number]) for number in sorted(chat.admins)]
    return admins + [chat.standing(world.bot)] * (chat.bot == "administrator")


def leave_chat(world: World, params: Params) -> Json:
    """leaveChat."""
    chat = world.chat_of(params, write=False)
    if chat.kind == "private":
        raise bad_request("chat member status can't be changed in private chats")
    old = chat.standing(world.bot)
    chat.bot = "left"
    world.tell(
        "my_chat_member",
        {
            "chat": chat.to_json(),
            "from": world.bot.to_json(),
            "date": world.now(),
            "old_chat_member": old,
            "new_chat_member": chat.standing(world.bot),
        },
    )
    return True


def send_chat_action(world: World, params: Params) -> Json:
    """sendChatAction."""
    if params.text("action").lower() not in _ACTIONS:
        raise bad_request("Wrong parameter action in request")
    world.chat_of(params, write=True)
    return True


def _account(world: World, number: int) -> Account:
    account = world.bot if number == world.bot.id else world.accounts.get(number)
    if account is None:
        raise bad_request("invalid user_id specified" if number <= 0 else "user not found")
    return account


METHODS: dict[str, Method] = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "leaveChat": leave_chat,
    "sendChatAction": send_chat_action,
}
