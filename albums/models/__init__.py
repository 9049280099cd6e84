"""The database, one module per thing."""

from albums.models.downloads import Download, Upload
from albums.models.jobs import Job
from albums.models.people import Face, Person, PersonChange, Refusal
from albums.models.photos import Analysis, Photo, Rendition
from albums.models.rooms import Invitation, Membership, Room

__all__ = [
    "Analysis",
    "Download",
    "Face",
    "Invitation",
    "Job",
    "Membership",
    "Person",
    "PersonChange",
    "Photo",
    "Refusal",
    "Rendition",
    "Room",
    "Upload",
]
