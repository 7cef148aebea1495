"""What a mutant is: one change to a real project, and what must be said of it."""

LEVELS = {"note": 1, "warning": 2, "error": 3}


class Mutant:
    """One change: a kind, a place, the files that change (None deletes), and what is expected.

    A risky one names the rules of which at least one must speak, at least as loudly as `severity`.
    A harmless one names none: no error and no warning may be reported, save those of `allowed`.
    """

    def __init__(self, kind, file, place, edits, codes="", severity="note", allowed="",
                 profile="forward"):
        self.kind, self.path, self.place, self.edits = kind, file.path, place, edits
        self.codes, self.severity, self.allowed = codes.split(), severity, allowed.split()
        self.profile = profile

    @property
    def harmless(self):
        return not self.codes

    def breach(self, findings):
        """What is wrong with the findings for this change, or None."""
        broken = [f"{f['code']} {f['severity']} {f['resource']}: {f['message']}" for f in findings
                  if f["code"] in ("TB901", "TB902") and f["code"] not in self.codes]
        if broken:
            return "does not parse: " + broken[0]
        if self.harmless:
            loud = [f"{f['code']} {f['severity']} {f['resource']}: {f['message']}" for f in findings
                    if f["severity"] != "note" and f["code"] not in self.allowed]
            return "false alarm: " + loud[0] if loud else None
        heard = [f for f in findings if f["code"] in self.codes
                 and LEVELS[f["severity"]] >= LEVELS[self.severity]]
        said = " ".join(f"{f['code']}:{f['severity']}" for f in findings) or "nothing"
        return None if heard else f"wants {'/'.join(self.codes)} {self.severity}; said {said}"


def edited(file, changes):
    """The file with several places replaced: (start, end, text)."""
    text = file.text
    for start, end, new in sorted(changes, reverse=True):
        text = text[:start] + new + text[end:]
    return {file.path: text}


def replaced(file, start, end, new):
    return edited(file, [(start, end, new)])
