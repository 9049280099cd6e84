"""The database, one module per thing."""

from albums.models.downloads import Download, Upload
from albums.models.jobs import Job
from albums.models.people import Face, Person, PersonChange, Refusal
from albums.models.photos import Analysis, Photo, Rendition
from albums.models.questions import FaceMemory, FaceSearch, LabelOrder, Proposal, Question
from albums.models.rooms import Invitation, Membership, Room

__all__ = [
    "Analysis",
    "Download",
    "Face",
    "FaceMemory",
    "FaceSearch",
    "Invitation",
    "Job",
    "LabelOrder",
    "Membership",
    "Person",
    "PersonChange",
    "Photo",
    "Proposal",
    "Question",
    "Refusal",
    "Rendition",
    "Room",
    "Upload",
]
