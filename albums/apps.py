from django.apps import AppConfig


class AlbumsConfig(AppConfig):
    name = "albums"

    def ready(self) -> None:
        from albums import guests, own_data, signals  # noqa: F401
