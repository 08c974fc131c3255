"""The methods that say who the bot is: getMe, its commands and descriptions, by language."""

from __future__ import annotations

import json
import re

from yuanwatch.demo.botapi.errors import bad_request
from yuanwatch.demo.botapi.params import Params
from yuanwatch.demo.botapi.records import Json
from yuanwatch.demo.botapi.world import Method, World

MOST_COMMANDS = 100
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LONGEST = {"name": 64, "description": 512, "short_description": 120}
_SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
_CHAT_SCOPES = ("chat", "chat_administrators", "chat_member")


def get_me(world: World, params: Params) -> Json:
    """getMe."""
    reads_all = any(not chat.privacy for chat in world.chats.values() if chat.is_group)
    return world.bot.to_json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": reads_all,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def set_my_commands(world: World, params: Params) -> Json:
    """setMyCommands."""
    commands = params.json("commands", "commands") or []
    if not isinstance(commands, list):
        raise bad_request("Expected an Array of BotCommand")
    read = [_command(command) for command in commands]
    key = (_scope(world, params), _language(params))
    if len(read) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    if not all(_COMMAND.fullmatch(command["command"]) for command in read):
        raise bad_request("BOT_COMMAND_INVALID")
    world.profile.commands[key] = read
    return True


def get_my_commands(world: World, params: Params) -> Json:
    """getMyCommands."""
    return world.profile.commands.get((_scope(world, params), _language(params)), [])


def delete_my_commands(world: World, params: Params) -> Json:
    """deleteMyCommands."""
    world.profile.commands.pop((_scope(world, params), _language(params)), None)
    return True


def _setter(what: str) -> Method:
    def set_text(world: World, params: Params) -> Json:
        text = params.text(what)
        if len(text) > _LONGEST[what]:
            raise bad_request(f"bot {what.replace('_', ' ')} is too long")
        world.profile.texts[what, _language(params)] = text
        return True

    return set_text


def _getter(what: str) -> Method:
    def get_text(world: World, params: Params) -> Json:
        texts = world.profile.texts
        return {what: texts.get((what, _language(params))) or texts.get((what, ""), "")}

    return get_text


def _command(one: Json) -> dict[str, str]:
    if not isinstance(one, dict):
        raise bad_request("Can't parse BotCommand: expected an Object")
    for name in ("command", "description"):
        if not isinstance(one.get(name), str):
            raise bad_request(f"Can't parse BotCommand: Can't find field \"{name}\"")
    command = one["command"].strip().removeprefix("/")
    description = one["description"].strip()
    for value, what, longest in ((command, "Command", 32), (description, "Command description", 256)):
        if not value:
            raise bad_request(f"{what} must be non-empty")
        if len(value) > longest:
            raise bad_request(f"{what} length must not exceed {longest}")
    return {"command": command, "description": description}


def _scope(world: World, params: Params) -> str:
    scope = params.json("scope", "BotCommandScope") or {"type": "default"}
    if not isinstance(scope, dict):
        raise bad_request("Can't parse BotCommandScope: BotCommandScope must be an Object")
    if scope.get("type") in _SCOPES:
        return str(scope["type"])
    if scope.get("type") not in _CHAT_SCOPES:
        raise bad_request("Can't parse BotCommandScope: Unsupported type specified")
    world.chat_of(Params({"chat_id": str(scope.get("chat_id", ""))}))
    return json.dumps(scope, sort_keys=True)


def _language(params: Params) -> str:
    code = params.text("language_code")
    if code and not re.fullmatch("[a-z]{2}", code):
        raise bad_request("Invalid language code specified")
    return code


METHODS: dict[str, Method] = {
    "getMe": get_me,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyName": _setter("name"),
    "setMyDescription": _setter("description"),
    "setMyShortDescription": _setter("short_description"),
    "getMyName": _getter("name"),
    "getMyDescription": _getter("description"),
    "getMyShortDescription": _getter("short_description"),
}
