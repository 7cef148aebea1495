#!/usr/bin/env python3
"""Takes the pictures of report.html anew, by day and by night: python3 rules/samples/pictures.py

Needs chromium. Nothing is loaded from a network. The pictures are made small by a palette of the
colours that are most frequent: they are text and plain areas, with edges in between.
"""
import collections
import os
import struct
import subprocess
import tempfile
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
SCHEMES = {"report-dark.png": 0, "report-light.png": 1}
COLOURS = 64


def take(path, scheme, profile):
    subprocess.run(
        ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
         "--window-size=1200,1500", "--user-data-dir=" + profile, "--screenshot=" + path,
         f"--blink-settings=preferredColorScheme={scheme}",
         "file://" + os.path.join(HERE, "report.html")],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def read_png(path):
    """Width, height and rows of (red, green, blue) of a PNG with 8 bits a channel."""
    data = open(path, "rb").read()
    at, packed = 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            assert depth == 8 and colour in (2, 6)
        elif kind == b"IDAT":
            packed += body
        at += 12 + size
    step = 3 if colour == 2 else 4
    raw, before, rows = zlib.decompress(packed), bytearray(width * step), []
    for y in range(height):
        start = y * (width * step + 1)
        line = unfilter(raw[start], bytearray(raw[start + 1:start + 1 + width * step]), before, step)
        rows.append([tuple(line[x:x + 3]) for x in range(0, width * step, step)])
        before = line
    return width, height, rows


def unfilter(kind, line, above, step):
    for i in range(len(line)):
        left = line[i - step] if i >= step else 0
        up, corner = above[i], above[i - step] if i >= step else 0
        if kind == 1:
            line[i] = (line[i] + left) & 255
        elif kind == 2:
            line[i] = (line[i] + up) & 255
        elif kind == 3:
            line[i] = (line[i] + (left + up) // 2) & 255
        elif kind == 4:
            guess = left + up - corner
            near = min((left, up, corner), key=lambda value: abs(guess - value))
            line[i] = (line[i] + near) & 255
    return line


def write_png(path, width, height, rows):
    counts = collections.Counter(pixel for row in rows for pixel in row)
    palette = [colour for colour, _ in counts.most_common(COLOURS)]
    nearest = {colour: min(range(len(palette)), key=lambda i: sum(
        (a - b) ** 2 for a, b in zip(colour, palette[i]))) for colour in counts}
    lines = b"".join(b"\0" + bytes(nearest[pixel] for pixel in row) for row in rows)
    with open(path, "wb") as out:
        out.write(b"\x89PNG\r\n\x1a\n")
        for kind, body in ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
                           (b"PLTE", b"".join(bytes(colour) for colour in palette)),
                           (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b"")):
            out.write(struct.pack(">I", len(body)) + kind + body +
                      struct.pack(">I", zlib.crc32(kind + body)))


def main():
    with tempfile.TemporaryDirectory() as folder:
        for name, scheme in SCHEMES.items():
            shot = os.path.join(folder, name)
            take(shot, scheme, os.path.join(folder, "profile"))
            write_png(os.path.join(HERE, name), *read_png(shot))


main()
