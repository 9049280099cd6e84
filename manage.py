#!/usr/bin/env python
"""Run a management command, for example `python manage.py up`."""

import os
import sys


def main() -> None:
    """Hand the command line to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "photoroom.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:  # to read the settings, so that a bad value is told in its sentence alone
        settings.is_overridden("DEBUG")
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from error
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
