#!/bin/sh
# Print a Python that Photoroom can run on, or say in one sentence what is missing. PYTHON=... chooses one.
# Each candidate is run: a shim of a version manager may be on the path without its Python.
set -u

fits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null
}

if [ -n "${PYTHON:-}" ]; then
    fits "$PYTHON" && { command -v "$PYTHON"; exit 0; }
    echo "PYTHON=$PYTHON is not Python 3.11, 3.12, 3.13 or 3.14: name one that is, or leave PYTHON out." >&2
    exit 1
fi
for name in python3.11 python3.12 python3.13 python3.14 python3 python; do
    command -v "$name" >/dev/null 2>&1 && fits "$name" && { command -v "$name"; exit 0; }
done
echo "Photoroom needs Python 3.11 or newer (up to 3.14) and finds none: install it, for example with" \
    "'sudo apt install python3 python3-venv' or from python.org, and run the command again." >&2
exit 1
