"""The database, one module per thing."""

from albums.models.downloads import Download, Upload
from albums.models.edits import Edit, EditBatch, EditedCopy, EditPreset, EditPreview, TurnProposal
from albums.models.endings import FileProblem, Receipt
from albums.models.jobs import Job
from albums.models.order import Device, Event, PhotoChange, PhotoGroup, Place, PlaceName
from albums.models.people import Face, Person, PersonChange, Refusal
from albums.models.photos import Analysis, Feature, Photo, Rendition, VeiledCopy
from albums.models.privacy import Child, Consent, TakedownRequest
from albums.models.questions import FaceMemory, FaceSearch, LabelOrder, Proposal, Question
from albums.models.rooms import Invitation, Membership, Room
from albums.models.sharing import ShareLink, ShareVisit
from albums.models.tags import Favorite, PhotoTag, Tag
from albums.models.talk import Comment, Notification

__all__ = [
    "Analysis",
    "Child",
    "Comment",
    "Consent",
    "Device",
    "Download",
    "Edit",
    "EditBatch",
    "EditPreset",
    "EditPreview",
    "EditedCopy",
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
    "Notification",
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
    "ShareLink",
    "ShareVisit",
    "Tag",
    "TakedownRequest",
    "TurnProposal",
    "Upload",
    "VeiledCopy",
]
