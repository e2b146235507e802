"""Text from outside (documents, files, models, servers) in a form that can neither steer a terminal nor break a message into lines."""


def printable(text: object) -> str:
    """The text with its line breaks; a tab is four blanks, and every other character that would not print shows as ``\\ufffd``."""
    lines = str(text).replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
    return "".join(character if character == "\n" else _visible(character) for character in lines)


def one_line(text: object) -> str:
    """The text on one line: every run of white space is one blank, and what would not print shows as ``\\ufffd``."""
    return printable(" ".join(str(text).split()))


def quoted(text: object) -> str:
    """The text on one line between quotation marks; a line break in it is a blank, and no ``\\n``."""
    return repr(one_line(text))


def _visible(character: str) -> str:
    if character.isspace():
        return " "
    return character if character.isprintable() else "\N{REPLACEMENT CHARACTER}"
