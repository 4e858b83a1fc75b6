#!/usr/bin/env python3
"""A second verifier of bundles, made from docs/proof-format.md alone: Python's standard library and one package for
Ed25519 (cryptography).

    verify_bundle.py BUNDLE --key KEY [--checkpoint FILE] [--witness KEY]

where KEY is a key or a file that begins with one, prints what is wrong, and exits with 1 if anything is. With --batch it reads cases, a JSON object per line, from its
input, and prints a verdict per line.
"""

import argparse
import base64
import hashlib
import json
import os
import re
import sys
from datetime import datetime, timedelta, timezone
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

BEGIN = b'<script type="application/x-ledgerdesk-bundle" id="bundle">\n'
END = b"</script>\n"
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
COLUMNS = ["aggregate_type", "aggregate_id", "sequence", "event_type", "event_version", "payload", "metadata",
           "event_id", "command_id", "occurred_at", "recorded_at"]


class Wrong(Exception):
    pass


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def unbase64(text, length=None):
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, TypeError):
        raise Wrong("not base64") from None
    if base64.b64encode(data).decode() != text or length not in (None, len(data)):
        raise Wrong("not the base64 that was expected")
    return data


# Section 1

def micros(text):
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", text):
        raise Wrong("not an instant")
    at = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
    return (at - EPOCH) // timedelta(microseconds=1)


def column(name, value):
    if value is None:
        return b"\xff\xff\xff\xff"
    if name == "sequence":
        data = value.to_bytes(8, "big", signed=True)
    elif name in ("event_id", "command_id"):
        data = UUID(value).bytes
        if str(UUID(value)) != value:
            raise Wrong("not a UUID as it is written")
    elif name in ("occurred_at", "recorded_at"):
        data = micros(value).to_bytes(8, "big", signed=True)
    else:
        data = value.encode()
    if len(data) > 8192:
        return b"\xff\xff\xff\xfe" + sha256(data)
    return len(data).to_bytes(4, "big") + data


def leaf_hash(row):
    if set(row) != {"position", *COLUMNS}:
        raise Wrong("not the columns of a row")
    return sha256(b"\x00\x01", *(column(name, row[name]) for name in COLUMNS))


class Tree:
    """The perfect subtrees along the right edge, the largest first."""

    def __init__(self):
        self.size, self.peaks = 0, []

    def push(self, digest, level=0):
        if self.size % (1 << level):
            raise Wrong("a subtree where none can begin")
        size = self.size >> level
        while size & 1:
            digest = sha256(b"\x01", self.peaks.pop(), digest)
            size >>= 1
        self.peaks.append(digest)
        self.size += 1 << level

    def root(self):
        if not self.peaks:
            return sha256()
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = sha256(b"\x01", peak, root)
        return root


def cover(begin, end):
    levels = []
    while begin < end:
        level = 0
        while begin % (2 << level) == 0 and begin + (2 << level) <= end:
            level += 1
        levels.append(level)
        begin += 1 << level
    return levels


# Section 2

class Key:
    def __init__(self, text):
        self.text = text
        if text.count("+") < 2:
            raise Wrong("not a key: NAME+ID+BASE64 is expected")
        self.name, number, data = text.split("+", 2)
        data = unbase64(data, 33)
        self.kind, self.public = data[0], data[1:]
        self.id = sha256(self.name.encode(), b"\n", data)[:4]
        if self.kind not in (1, 4) or self.id.hex() != number:
            raise Wrong("not a key")

    def fits(self, message, signature):
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
            return True
        except (InvalidSignature, ValueError):
            return False


def parse_note(note):
    if any(ord(c) < 32 and c != "\n" for c in note) or not note.endswith("\n") or "\n\n" not in note:
        raise Wrong("not a signed note")
    text, lines = note.rsplit("\n\n", 1)
    signatures = []
    for line in lines[:-1].split("\n"):
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "\u2014" or not parts[1] or "+" in parts[1]:
            raise Wrong("not a signature line")
        data = unbase64(parts[2])
        if len(data) < 5:
            raise Wrong("not a signature line")
        signatures.append((parts[1], data[:4], data[4:]))
    return text + "\n", signatures


def signed_by(key, note):
    """None: it did not sign; otherwise whether all of its signatures fit."""
    text, signatures = note
    own = [data for name, number, data in signatures if (name, number) == (key.name, key.id)]
    if not own:
        return None
    if key.kind == 1:
        return all(key.fits(text.encode(), data) for data in own)

    def cosigned(data):
        time = int.from_bytes(data[:8], "big")
        return len(data) == 72 and key.fits(f"cosignature/v1\ntime {time}\n{text}".encode(), data[8:])
    return all(cosigned(data) for data in own)


def parse_checkpoint(text):
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not lines[0] or not re.fullmatch(r"0|[1-9][0-9]*", lines[1]):
        raise Wrong("not a checkpoint")
    return lines[0], int(lines[1]), unbase64(lines[2], 32)


# Section 4

def split_page(data):
    """The lines of the bundle with their numbers, and the digest of the page around them."""
    lines = re.findall(rb"[^\n]*\n|[^\n]+\Z", data)
    if not data.startswith(b"<"):
        return list(enumerate(lines, 1)), None
    if BEGIN not in lines:
        return [], sha256(data)
    begin = lines.index(BEGIN)
    end = lines.index(END, begin) if END in lines[begin:] else len(lines)
    page = sha256(*lines[:begin + 1], *lines[end:])
    return list(enumerate(lines[begin + 1:end], begin + 2)), page


class Verifier:
    def __init__(self, keys, witnesses=(), checkpoint=None):
        self.keys, self.witnesses = [Key(key) for key in keys], [Key(key) for key in witnesses]
        self.problems, self.tree, self.head, self.events = [], Tree(), None, 0
        self.named, self.shown, self.sequences = ([], []), [], {}
        self.last_checkpoint, self.manifest, self.cosigned = None, None, set()
        self.earlier = None
        if checkpoint is not None:
            note = parse_note(checkpoint)
            if not any(signed_by(key, note) for key in self.keys):
                raise Wrong("the earlier checkpoint is not signed by a key that was given")
            self.earlier = parse_checkpoint(note[0])

    def verify(self, data):
        lines, page = split_page(data)
        last = lines[-1][0] if lines else 1
        chain, count = sha256(b"ledgerdesk bundle 1"), 0
        for number, line in lines:
            body, tail = line[:-29], line[-29:]
            before, chain = chain, sha256(chain, body)
            if tail != b',"chain":"' + chain[:8].hex().encode() + b'"}\n':
                return self.tell(number, "this line is not the one that was exported here")
            if self.manifest is not None:
                return self.tell(number, "there is more behind the manifest")
            try:
                self.step(json.loads(body + b"}"), before, count)
            except (Wrong, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
                return self.tell(number, str(error) or type(error).__name__)
            count += 1
        try:
            self.finish(page)
        except Wrong as error:
            return self.tell(last, str(error))
        return None

    def tell(self, line, problem):
        position = self.tree.size + 1
        return {"line": line, "position": position, "problem": problem}

    def step(self, line, before, count):
        (kind, value), = line.items()
        if (kind == "bundle") != (self.head is None):
            raise Wrong("the first line of a bundle, and no other, is its head")
        getattr(self, "on_" + kind)(value, before, count)
        if self.head is not None and self.earlier and self.earlier[1] == self.tree.size:
            if self.earlier[0] != self.head["origin"] or self.earlier[2] != self.tree.root():
                raise Wrong("the log is not the one of the earlier checkpoint")
            self.earlier = None

    def on_bundle(self, head, *_):
        if head["format"] != 1:
            raise Wrong("a format that is not known here")
        self.named = ([Key(key) for key in head["keys"]], [Key(key) for key in head["witnesses"]])
        self.head = head

    def on_event(self, value, *_):
        row = value["row"]
        if row["position"] != self.tree.size + 1:
            raise Wrong("positions are missing, or come twice")
        leaf = leaf_hash(row)
        if leaf != unbase64(value["leaf"], 32):
            raise Wrong("the event is not the one that was sealed")
        if self.head["selection"]["kind"] == "streams":
            stream = (row["aggregate_type"], row["aggregate_id"])
            if row["sequence"] != self.sequences.get(stream, 0) + 1:
                raise Wrong("an event of this thing is missing before this one")
            self.sequences[stream] = row["sequence"]
        self.tree.push(leaf)
        self.events += 1
        if self.shown and self.shown[-1][1][0] == row["position"] - 1:
            self.shown[-1][1] = (row["position"], row["recorded_at"])
        else:
            self.shown.append([(row["position"], row["recorded_at"]), (row["position"], row["recorded_at"])])

    def on_gap(self, gap, *_):
        if gap["from"] != self.tree.size + 1 or not gap["from"] <= gap["to"] <= self.head["size"]:
            raise Wrong("a gap in the wrong place")
        levels = cover(gap["from"] - 1, gap["to"])
        if len(levels) != len(gap["hashes"]):
            raise Wrong("a gap with the wrong number of hashes")
        for level, digest in zip(levels, gap["hashes"]):
            self.tree.push(unbase64(digest, 32), level)

    def on_checkpoint(self, text, *_):
        note = parse_note(text)
        origin, size, root = parse_checkpoint(note[0])
        if (origin, size, root) != (self.head["origin"], self.tree.size, self.tree.root()):
            raise Wrong("the events do not come to what was signed")
        given = [signed_by(key, note) for key in self.keys]
        named = [signed_by(key, note) for key in self.named[0]]
        if False in given + named or True not in given + named:
            raise Wrong("not signed by a key that is known")
        for witness in self.witnesses + self.named[1]:
            fits = signed_by(witness, note)
            if fits is False:
                raise Wrong("a cosignature does not fit")
            if fits:
                self.cosigned.add(witness.text)
        self.last_checkpoint = (size, True in given)

    def on_manifest(self, text, before, count):
        note = parse_note(text)
        given = [signed_by(key, note) for key in self.keys]
        if True not in given or False in given:
            raise Wrong("the manifest is not signed by a key that was given")
        lines = note[0].split("\n")
        exported = lines[5].removeprefix("exported ") if len(lines) > 5 else ""
        micros(exported)
        expected = ["ledgerdesk bundle 1", self.head["origin"], f"lines {count}", f"events {self.events}",
                    "chain " + base64.b64encode(before).decode(), f"exported {exported}"]
        self.manifest = lines[6:-1]
        if lines[:6] != expected or lines[-1] or len(self.manifest) > 1:
            raise Wrong("the lines are not those that the manifest signs")

    def finish(self, page):
        if self.head is None or self.manifest is None:
            raise Wrong("the manifest is missing")
        expected = [] if page is None else ["page " + base64.b64encode(page).decode()]
        if self.manifest != expected:
            raise Wrong("the page around the bundle was changed")
        if self.tree.size != self.head["size"] or self.last_checkpoint != (self.head["size"], True):
            raise Wrong("the checkpoint of the whole size is missing, or not signed by a key that was given")
        if self.earlier:
            raise Wrong("it does not show the earlier checkpoint")
        if any(witness.text not in self.cosigned for witness in self.witnesses):
            raise Wrong("a witness did not cosign")
        self.check_selection(self.head["selection"], self.head["size"])

    def check_selection(self, selection, size):
        kind = selection["kind"]
        runs = [(first[0], last[0]) for first, last in self.shown]
        if kind == "all" and runs != ([(1, size)] if size else []):
            raise Wrong("not the whole log")
        if kind == "positions" and runs != [(selection["from"], selection["to"])]:
            raise Wrong("not these positions")
        if kind == "time":
            if len(runs) > 1 or (size and not runs):
                raise Wrong("not all of this time")
            for first, last in self.shown:
                begins = first[0] == 1 or (selection["from"] is not None
                                           and micros(first[1]) < micros(selection["from"]))
                ends = last[0] == size or (selection["to"] is not None and micros(last[1]) >= micros(selection["to"]))
                if not begins or not ends:
                    raise Wrong("not all of this time")
        if kind not in ("all", "positions", "time", "streams"):
            raise Wrong("a selection that is not known here")


def verdict(data, keys, witnesses=(), checkpoint=None):
    try:
        found = Verifier(keys, witnesses, checkpoint).verify(data)
    except (Wrong, ValueError) as error:
        found = {"line": None, "position": None, "problem": str(error)}
    return {"verified": found is None, **(found or {})}


def batch():
    """Cases name a file, and how it is changed: at a byte, so many are taken away, and others put there."""
    files = {}
    # All of them first: whoever sends them reads nothing meanwhile.
    for line in sys.stdin.read().splitlines():
        case = json.loads(line)
        if case["file"] not in files:
            with open(case["file"], "rb") as file:
                files[case["file"]] = file.read()
        data = files[case["file"]]
        for at, taken, put in case.get("changes", []):
            data = data[:at] + base64.b64decode(put) + data[at + taken:]
        print(json.dumps(verdict(data, case["keys"], case.get("witnesses", ()), case.get("checkpoint"))))


def key_of(given):
    """Files of keys have words behind each."""
    if os.path.isfile(given):
        with open(given, encoding="utf-8") as file:
            given = file.read()
    return given.split()[0] if given.split() else given


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", nargs="?")
    parser.add_argument("--key", action="append", type=key_of, default=[])
    parser.add_argument("--witness", action="append", type=key_of, default=[])
    parser.add_argument("--checkpoint")
    parser.add_argument("--batch", action="store_true")
    arguments = parser.parse_args()
    if arguments.batch:
        return batch()
    checkpoint = open(arguments.checkpoint, encoding="utf-8").read() if arguments.checkpoint else None
    with open(arguments.bundle, "rb") as file:
        found = verdict(file.read(), arguments.key, arguments.witness, checkpoint)
    print(json.dumps(found))
    sys.exit(0 if found["verified"] else 1)


if __name__ == "__main__":
    main()
