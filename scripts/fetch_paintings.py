"""Put together three paintings out of the puzzles of GCompris (Debian's package gcompris-qt-data), for `manage.py train_style`.

    apt-get download gcompris-qt-data && dpkg -x gcompris-qt-data_*.deb gcompris
    python scripts/fetch_paintings.py gcompris/usr/share/gcompris-qt/rcc/paintings.rcc FOLDER

Their painters died in 1890, 1926 and 1944; the pieces come from the WebMuseum (ibiblio.org/wm) and lie in the package as GPL-3+.
Nothing of them is committed here. Source of the format: Qt, "rcc", version 3 of its binary resources.
"""

import io
import re
import struct
import sys
import zlib
from pathlib import Path

from PIL import Image

BOARDS = {"auvers": 22, "composition": 19, "summertime": 21}
NODE_BYTES = 22
SIZE = (702, 515)  # of GCompris' board
COMPRESSED, FOLDER = 1, 2
EDGE_PX = 3  # pieces do not always meet at the rim


def files_of(data: bytes) -> dict[str, bytes]:
    """The files of a resource file by name."""
    tree, contents, names = struct.unpack(">III", data[8:20])

    def name_of(node: int) -> str:
        at = names + struct.unpack(">I", data[node : node + 4])[0]
        length = struct.unpack(">H", data[at : at + 2])[0]
        return data[at + 6 : at + 6 + 2 * length].decode("utf-16-be")

    found: dict[str, bytes] = {}
    open_nodes = [0]
    while open_nodes:
        node = tree + open_nodes.pop() * NODE_BYTES
        flags = struct.unpack(">H", data[node + 4 : node + 6])[0]
        if flags & FOLDER:
            count, first = struct.unpack(">II", data[node + 6 : node + 14])
            open_nodes += range(first, first + count)
            continue
        at = contents + struct.unpack(">I", data[node + 10 : node + 14])[0]
        length = struct.unpack(">I", data[at : at + 4])[0]
        bytes_ = data[at + 4 : at + 4 + length]
        found[name_of(node)] = zlib.decompress(bytes_[4:]) if flags & COMPRESSED else bytes_
    return found


def painting(files: dict[str, bytes], board: int) -> Image.Image:
    """The pieces of a board in their places."""
    whole = Image.new("RGBA", SIZE)
    for piece in re.findall(r"\{([^{}]*)\}", files[f"board{board}_0.qml"].decode()):
        name = re.search(r'image/([^"]+\.webp)', piece)
        place = [re.search(rf'"{axis}"\s*:\s*"?([\d.]+)', piece) for axis in "xy"]
        if not name or not place[0] or not place[1]:
            continue
        picture = Image.open(io.BytesIO(files[name[1]])).convert("RGBA")
        left = max(0, round(float(place[0][1]) * SIZE[0] - picture.width / 2))
        top = max(0, round(float(place[1][1]) * SIZE[1] - picture.height / 2))
        whole.alpha_composite(picture, (left, top))
    left, top, right, bottom = whole.getbbox() or (0, 0, *SIZE)
    return whole.crop((left + EDGE_PX, top + EDGE_PX, right - EDGE_PX, bottom - EDGE_PX)).convert("RGB")


def main() -> None:
    """Write the paintings as PNG."""
    source, folder = Path(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    files = files_of(source.read_bytes())
    for name, board in BOARDS.items():
        painting(files, board).save(folder / f"{name}.png")
        print(folder / f"{name}.png")


if __name__ == "__main__":
    main()
