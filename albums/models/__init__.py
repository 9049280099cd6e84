"""The database, one module per thing."""

from albums.models.downloads import Download, Upload
from albums.models.endings import FileProblem, Receipt
from albums.models.jobs import Job
from albums.models.order import Device, Event, PhotoChange, PhotoGroup, Place, PlaceName
from albums.models.people import Face, Person, PersonChange, Refusal
from albums.models.photos import Analysis, Feature, Photo, Rendition
from albums.models.questions import FaceMemory, FaceSearch, LabelOrder, Proposal, Question
from albums.models.rooms import Invitation, Membership, Room
from albums.models.tags import Favorite, PhotoTag, Tag

__all__ = [
    "Analysis",
    "Device",
    "Download",
    "Event",
    "Face",
    "FaceMemory",
    "FaceSearch",
    "Favorite",
    "Feature",
    "FileProblem",
    "Invitation",
    "Job",
    "LabelOrder",
    "Membership",
    "Person",
    "PersonChange",
    "Photo",
    "PhotoChange",
    "PhotoGroup",
    "PhotoTag",
    "Place",
    "PlaceName",
    "Proposal",
    "Question",
    "Receipt",
    "Refusal",
    "Rendition",
    "Room",
    "Tag",
    "Upload",
]
