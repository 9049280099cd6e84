"""Deleting one's own account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from allauth.usersessions.models import UserSession
from django.db import transaction

from accounts.models import User
from accounts.signals import asking_to_delete_user, deleting_user


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why an account can't be deleted yet, as a sentence, and the page where that can be changed."""

    sentence: str
    url: str
    link: str


class DeletionRefused(Exception):
    """Something has to be done first; `obstacles` say what."""

    def __init__(self, obstacles: list[Obstacle]) -> None:
        super().__init__(" ".join(obstacle.sentence for obstacle in obstacles))
        self.obstacles = obstacles


def obstacles_to_deletion(user: User) -> list[Obstacle]:
    answers: Any = asking_to_delete_user.send(sender=User, user=user)
    return [obstacle for _, obstacles in answers for obstacle in obstacles]


@transaction.atomic
def delete_user(*, user: User, with_photos: bool) -> None:
    """Remove the account and what is only its own; photos stay in their rooms unless they shall go too."""
    obstacles = obstacles_to_deletion(user)
    if obstacles:
        raise DeletionRefused(obstacles)
    deleting_user.send(sender=User, user=user, with_photos=with_photos)
    for session in UserSession.objects.filter(user=user):
        session.end()
    user.delete()
