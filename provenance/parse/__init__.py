"""Pure parsers: bytes in, facts out; nothing here touches the world."""
