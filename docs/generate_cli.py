"""Write the command reference from the code of the commands: python docs/generate_cli.py > docs/cli.md."""  # noqa: INP001  # a script

import inspect
import sys
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path
from types import NoneType
from typing import Any, NamedTuple, get_args, get_type_hints

import typer
from typer.models import ArgumentInfo, OptionInfo

from exifds.cli.app import app

PREFACE = """\
# Command line

Results go to standard output.
Progress, failures and errors go to standard error; progress is shown on a terminal only.
Commands never ask for confirmation.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | failed: the database, the keyring or the disk |
| 2 | wrong usage: an argument, a setting or a filter |
| 3 | done, but some photos failed or have faults; they are listed |
| 130 | stopped with Ctrl-C |
| 141 | whoever read the output closed it, as `head` does; what it had not printed or done by then is left |

A table is as wide as the terminal at most: long names are shortened.
Columns for which there is no room are named below it; in a file or a pipe all are there.

Where data and keys lie, and which server is used, are [settings](settings.md) of every command.
`exifds --version` prints the version; each command has `--help`.

`python docs/generate_cli.py > docs/cli.md` makes this page from the code of the commands.
"""

Action = Callable[..., Any]


class Parameter(NamedTuple):
    """An argument or option of a command."""

    names: tuple[str, ...]
    takes: str
    help: str
    default: Any
    is_argument: bool

    @property
    def required(self) -> bool:
        """Whether it must be given."""
        return self.default is inspect.Parameter.empty


def commands(group: typer.Typer, name: str = "exifds") -> Iterator[tuple[str, Action]]:
    """Walk through the commands of a group and of the groups in it.

    Args:
        group: The group.
        name: What is typed to reach it.

    Yields:
        What is typed, and the function that does it.
    """
    for command in group.registered_commands:
        assert command.callback is not None
        yield f"{name} {command.name or command.callback.__name__}", command.callback
    for part in group.registered_groups:
        assert part.typer_instance is not None
        yield from commands(part.typer_instance, f"{name} {part.name}")


def parameters(action: Action) -> Iterator[Parameter]:
    """The arguments and options of a command, as its annotations say."""
    hints = get_type_hints(action, include_extras=True)
    for name, given in inspect.signature(action).parameters.items():
        kind, info = get_args(hints[name])
        assert isinstance(info, ArgumentInfo | OptionInfo)
        is_argument = isinstance(info, ArgumentInfo)
        kind = next((part for part in get_args(kind) if part is not NoneType), kind)
        many = "..." if "list" in str(hints[name]) and is_argument else ""
        own = (name.upper() + many,) if is_argument else (f"--{name.replace('_', '-')}",)
        # inside of Annotated, typer takes the first name for what would be the default
        declared = () if is_argument else tuple(filter(None, (info.default, *(info.param_decls or ()))))
        declared = tuple(name for name in declared if isinstance(name, str))
        yield Parameter(declared or own, takes(kind), info.help or "", given.default, is_argument)


def takes(kind: Any) -> str:
    """What an option takes; nothing for a switch."""
    if inspect.isclass(kind) and issubclass(kind, Enum):
        return ", ".join(str(choice.value) for choice in kind)
    return {bool: "", int: "NUMBER", Path: "PATH"}.get(kind, "TEXT")


def section(name: str, action: Action) -> str:
    """The section of one command."""
    known = list(parameters(action))
    lines = [f"## {name}", "", inspect.getdoc(action) or "", "", "```text", usage(name, known), "```", ""]
    if known:
        lines += ["| argument or option | takes | meaning |", "|---|---|---|", *map(row, known), ""]
    return "\n".join(lines)


def usage(name: str, known: list[Parameter]) -> str:
    """How the command is typed."""
    arguments = [
        each.names[0] if each.required else f"[{each.names[0]}]" for each in known if each.is_argument
    ]
    needed = [f"{each.names[0]} {each.takes}" for each in known if each.required and not each.is_argument]
    optional = any(not each.required and not each.is_argument for each in known)
    return " ".join([name, *arguments, *needed, *(["[OPTIONS]"] if optional else [])])


def row(each: Parameter) -> str:
    """The row of an argument or option."""
    names = ", ".join(f"`{name}`" for name in each.names)
    default = getattr(each.default, "value", each.default)
    shown = not (each.required or each.is_argument or default is None or default is False)
    text = each.help + (" Required." if each.required else "") + (f" Default: `{default}`." if shown else "")
    return f"| {names} | {'' if each.is_argument else each.takes} | {text} |"


if __name__ == "__main__":
    sys.stdout.write("\n".join([PREFACE, *(section(name, action) for name, action in commands(app))]))
