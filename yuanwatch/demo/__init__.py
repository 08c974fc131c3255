"""The demonstration: the real program against bundled sites and a stand-in for Telegram, all on loopback."""
