"""`manage.py make_bucket`: make the bucket that the settings name, if it is not there."""

from typing import Any

from django.conf import settings
from django.core.files.storage import storages
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Make the bucket for photos in S3-compatible storage; harmless when it exists."""

    help = "Make the bucket named by PHOTOROOM_S3_BUCKET, if it is not there yet."

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask for the bucket, make it where the answer is no."""
        from botocore.exceptions import BotoCoreError, ClientError  # only the S3 setting needs it

        if not settings.S3_BUCKET:
            raise CommandError(
                "PHOTOROOM_S3_BUCKET is not set: name the bucket that the photos shall be kept in."
            )
        client = storages["default"].connection.meta.client  # type: ignore[attr-defined]
        try:
            names = [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]
            if settings.S3_BUCKET not in names:
                client.create_bucket(Bucket=settings.S3_BUCKET)
        except (BotoCoreError, ClientError) as error:
            raise CommandError(
                f"The storage does not answer as it should ({error}): look at PHOTOROOM_S3_ENDPOINT and the keys."
            ) from error
        self.stdout.write(f"The bucket {settings.S3_BUCKET} is there.")
