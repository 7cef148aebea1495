"""What GitHub's runner reads from a step: commands in its log, and the files that it may write to."""

COMMANDS = {
    "add-mask", "add-matcher", "remove-matcher", "debug", "echo", "endgroup", "error", "group", "notice",
    "warning", "set-env", "set-output", "save-state", "add-path", "stop-commands", "internal-set-repo-path",
}
SHOWN_OF_A_LEVEL = 10
SUMMARY_LIMIT = 1024 * 1024


def unescape(text, of_property):
    pairs = [("%0D", "\r"), ("%0A", "\n")]
    pairs += [("%3A", ":"), ("%2C", ",")] if of_property else []
    for escaped, plain in pairs + [("%25", "%")]:
        text = text.replace(escaped, plain)
    return text


def named(info):
    """Name and properties of what stands between the two marks of a command."""
    name, _, rest = info.partition(" ")
    properties = {}
    for part in filter(None, rest.strip().split(",")):
        key, equals, value = part.partition("=")
        if equals and value:
            properties[key.lower()] = unescape(value, True)
    return name.lower(), properties


def command_in(line):
    """(name, properties, data) of a line that is a command, else None. There are two notations: one
    begins the line, after any white space; the older one may stand anywhere in it."""
    stripped = line.lstrip()
    if stripped.startswith("::") and "::" in stripped[2:]:
        info, _, data = stripped[2:].partition("::")
        name, properties = named(info)
        if name in COMMANDS:
            return name, properties, unescape(data, False)
    start = line.find("##[")
    if start >= 0 and "]" in line[start:]:
        info, _, data = line[start + 3:].partition("]")
        name, properties = named(info)
        if name in COMMANDS:
            return name, properties, unescape(data, False)
    return None


class Log:
    """The lines of a step as people see them, and what its commands did."""

    def __init__(self):
        self.lines, self.annotations, self.masks, self.others = [], [], [], []
        self.dropped = 0
        self.stopped = None

    def feed(self, text):
        for line in text.split("\n"):
            self.feed_line(line.rstrip("\r"))

    def feed_line(self, line):
        if self.stopped is not None:
            if line.strip() == f"::{self.stopped}::":
                self.stopped = None
            else:
                self.lines.append(line)
            return
        command = command_in(line)
        if command is None:
            self.lines.append(line)
            return
        self.obey(*command)

    def obey(self, name, properties, data):
        if name in ("error", "warning", "notice"):
            if sum(1 for kind, _, _ in self.annotations if kind == name) < SHOWN_OF_A_LEVEL:
                self.annotations.append((name, properties, data))
            else:
                self.dropped += 1
            self.lines.append(f"{name}: {data}")
        elif name == "add-mask":
            self.masks.append(data)
        elif name == "stop-commands":
            self.stopped = data
        else:
            self.others.append((name, data))

    @property
    def text(self):
        return "\n".join(self.lines)


class FileError(Exception):
    """The runner refuses the file, and the step fails."""


def read_values(text):
    """GITHUB_OUTPUT and GITHUB_ENV: NAME=VALUE, or NAME<<MARK, lines, MARK."""
    values, lines = {}, text.split("\n")
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if not line:
            continue
        equals, heredoc = line.find("="), line.find("<<")
        if equals >= 0 and (heredoc < 0 or equals < heredoc):
            values[line[:equals]] = line[equals + 1:]
        elif heredoc > 0 and line[heredoc + 2:]:
            mark, start = line[heredoc + 2:], at
            while at < len(lines) and lines[at] != mark:
                at += 1
            if at == len(lines):
                raise FileError(f"no closing {mark!r}")
            values[line[:heredoc]] = "\n".join(lines[start:at])
            at += 1
        else:
            raise FileError(f"no value in {line!r}")
    if "" in values:
        raise FileError("a name is empty")
    return values
