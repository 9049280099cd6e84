"""The sentences that are stored in English, for makemessages and for said.py: what varies stands as %(name)s.

The library raises its own in processing/ and can't import Django; a test compares this list with what is raised there.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _


def ngettext(one: str, many: str) -> tuple[str, str]:
    """Only noted: makemessages finds both by this function's name."""
    return one, many


# Who or what has no name of its own.
NAMED_OTHERWISE = frozenset(
    {
        _("this person"),
        _("the same person"),
        _("a new person"),
        _("a new event"),
        _("A person"),
        _("somebody without a name"),
    }
)

# Why something could not be done: by the library and by workers.
FAILURES = (
    _("No face was found on this picture. Hold the camera so that your face fills about a third of it."),
    _(
        "The face on this picture is too small or too blurred to be recognized. Come nearer to the camera, find more light and hold still."
    ),
    _(
        "The picture is damaged or was not copied completely: it can't be decoded to its end. Copy it once more from the camera or phone and add it again."
    ),
    _(
        "This file is no picture in a format that can be read. Save it as JPEG, PNG, WebP, HEIC, AVIF, TIFF or GIF and add it again."
    ),
    _("The file is empty. Copy it once more from the camera or phone and add it again."),
    _(
        "The video is damaged or was not copied completely: it has no index. Copy it once more from the camera or phone and add it again."
    ),
    _("The file has %(size)s MB; at most %(most)s MB are allowed. Add a smaller copy of it."),
    _(
        "The picture has %(width)s x %(height)s pixels, %(millions)s million; at most %(most)s million are allowed. Add a smaller copy of it."
    ),
    _("The file can't be opened (%(reason)s). Check that it is there and may be read."),
    _("The picture needs more memory than is allowed. Add a smaller copy of it."),
    _("Processing stopped %(times)s times without an answer. Try again, or upload a different copy."),
    _("Preparing this download did not work. Try again, or download the originals."),
    _("Looking for you did not work. Try again with another picture."),
    _(
        "There is not enough room on the site's disk to prepare this download. Tell the administrator, or choose originals."
    ),
    _("Neither side may have more than %(most)s pixels. Make the photo smaller."),
    _(
        "The photo would have %(width)s x %(height)s pixels; at most %(most)s million are allowed. Make it smaller."
    ),
    _(
        "That is more than %(times)s times as large as the photo is, which would only blur it. Make it smaller."
    ),
    _("Nothing is left to download: no photo of it could be prepared."),
    _("This face is not in the room any more. Choose another one, or take a picture of yourself."),
    _("The original of this photo is missing from the site's storage. Upload it again."),
    _("This photo took longer than %(seconds)s seconds to process. Upload a smaller copy of it."),
    _("Something went wrong inside Photoroom while processing this photo. Try again."),
    _(
        "Editing this photo took longer than %(seconds)s seconds. Take a step out of it, or make the photo smaller first."
    ),
    _(
        "The video is damaged or in a format that can't be shown, so it has no poster. It is kept as it is; save it as MP4 (H.264) to see a preview."
    ),
    _("The video can't be opened. Check that it is there and may be read."),
    _("There is no font for “%(letter)s” on this site. Leave it out, or ask the site’s keeper for one."),
    _("Videos get no preview, because OpenCV is missing. Install requirements.txt again."),
    _(
        "Faces can't be looked for, because a model or its library is missing on this machine. Ask its keeper to install the packages of requirements.txt again."
    ),
    _(
        "What this photo shows can't be told, because a model or its library is missing on this machine. Ask its keeper to install the packages of requirements.txt again."
    ),
    _(
        "Things on this photo can't be looked for, because a model or its library is missing on this machine. Ask its keeper to install the packages of requirements.txt again."
    ),
    _(
        "People can't be told from their background, because a model or its library is missing on this machine. Ask its keeper to install the packages of requirements.txt again."
    ),
    _("No person was found on this photo. Paint with the brush over what is to be kept."),
    _("Choose the photo that is to be the background."),
    _("The photo that is to be the background is being prepared. Try again in a moment."),
    _("The photo that was to be the background is not in the room any more. Choose another one."),
    _("%(operation)s did not work on this photo. Change or remove this step."),
    _("%(operation)s: this photo is too large for it on this machine."),
    _("The preview did not work. Try again."),
    _("The photo would have more than %(most)s million pixels. Make it smaller."),
    _("A recipe has at most %(most)s steps."),
    _("Give a number from %(low)s to %(high)s here."),
    _("Give at most %(most)s letters here."),
    _("Give %(least)s to %(most)s places here, each as [x, y]."),
    _("Give at most %(most)s strokes of the brush here."),
    _("A stroke of the brush needs 1 to %(most)s points."),
    _("Choose at most %(most)s of them here."),
)

# What is said for or against a shot, processing/best_shots.py.
SHOT_REASONS = (
    _("more eyes are open"), _("the eyes are open"), _("everybody’s eyes are open"), _("eyes not quite open"), _("eyes closed"),
    _("somebody’s eyes are closed"), _("too dark"), _("too bright"), _("less well exposed"), _("the sharpest face"),
    _("the sharpest faces"), _("the face is less sharp"), _("faces less sharp"), _("everybody is to be seen"),
    _("somebody is not to be seen"), _("looks at the camera"), _("everybody looks at the camera"), _("looks away"),
    _("somebody looks away"), _("a smile"), _("more smiles"), _("no smile"), _("fewer smiles"), _("the best light"),
    _("the sharpest photo"), _("blurred"), _("less sharp"), _("the largest"), _("smaller"),
)  # fmt: skip

# What kind of copy of another photo it is, processing/clusterers/duplicates.py.
COPIES = (
    _("exact copy"), _("turned"), _("mirrored"), _("cropped"), _("shows more"), _("with a border"), _("sent by a messenger"),
    _("smaller copy"), _("other colors"), _("saved again"),
)  # fmt: skip

# Why a room ended.
REASONS = (
    _("It was opened only to sort photos and give them back."),
    _("It ended on %(day)s, as its host had decided."),
)

# What people did, one line each.
DEEDS = (
    _("%(old)s is now %(name)s"),
    _("New name: %(name)s"),
    _("%(name)s has no name any more"),
    _("%(people)s are the same person"),
    _("%(people)s are not the same person"),
    _("Somebody else is not %(name)s"),
    _("Two people are not the same"),
    _("%(name)s is hidden"),
    _("%(name)s is shown again"),
    _("%(user)s said: this is me"),
    _("%(user)s said of %(name)s: this is me"),
    _("%(user)s said: this is not me"),
    _("%(user)s said of %(name)s: this is not me"),
    _("%(user)s said: this is my child %(child)s"),
    _("%(user)s said of %(name)s: this is my child %(child)s"),
    _("A box is no face"),
    _("A face was marked on %(file)s"),
    _("A face of %(name)s was marked on %(file)s"),
    _("Best shot: %(file)s"),
    _("Kept %(file)s, set %(number)s aside"),
    _("Kept all look-alikes of a moment"),
    _("The clock of %(camera)s: as it was"),
    _("The clock of %(camera)s: %(shift)s"),
    _("The clock of %(camera)s is right"),
    _("%(event)s is named by day and place again"),
    _("%(events)s are one event"),
    _("%(place)s renamed to %(name)s"),
    _("%(places)s merged into %(name)s"),
    _("Caption for %(file)s"),
    _("No caption for %(file)s"),
    _("“%(tag)s” is called “%(name)s” now"),
    _("The tag “%(tag)s” was deleted"),
    _("Undone: %(summary)s"),
)
# Why a step was chosen by one click, processing/enhancing.py.
ENHANCEMENTS = (
    _("The photo is very bright: exposure %(amount)s."),
    _("The faces are dark: exposure %(amount)s."),
    _("The photo is dark: exposure %(amount)s."),
    _("Bright and dark are close together: contrast %(amount)s."),
    _("Large parts are nearly white: highlights %(amount)s."),
    _("Large parts are dark: shadows %(amount)s."),
    _("Nothing in it is white: whites %(amount)s."),
    _("Nothing in it is black: blacks %(amount)s."),
    _("The light is greenish: tint %(amount)s."),
    _("The light is pinkish: tint %(amount)s."),
    _("The light is bluish: temperature %(amount)s."),
    _("The light is yellowish: temperature %(amount)s."),
    _("The colors are pale: vibrance %(amount)s."),
)
SENTENCES = (*FAILURES, *SHOT_REASONS, *COPIES, *REASONS, *DEEDS, *ENHANCEMENTS)
PLURALS = (
    ngettext("%(count)s photo is not %(name)s", "%(count)s photos are not %(name)s"),
    ngettext("%(count)s face is not %(name)s", "%(count)s faces are not %(name)s"),
    ngettext("%(count)s face is %(name)s", "%(count)s faces are %(name)s"),
    ngettext("%(count)s face moved to %(name)s", "%(count)s faces moved to %(name)s"),
    ngettext("%(user)s said of %(count)s face: this is me", "%(user)s said of %(count)s faces: this is me"),
    ngettext(
        "%(user)s said of %(count)s face: this is my child %(child)s",
        "%(user)s said of %(count)s faces: this is my child %(child)s",
    ),
    ngettext("%(count)s box is no face", "%(count)s boxes are no faces"),
    ngettext(
        "%(count)s taken out of a group of look-alikes", "%(count)s taken out of a group of look-alikes"
    ),
    ngettext("%(count)s photo moved to %(name)s", "%(count)s photos moved to %(name)s"),
    ngettext(
        "%(count)s photo sorted by time and place again", "%(count)s photos sorted by time and place again"
    ),
    ngettext("%(count)s photo placed in %(name)s", "%(count)s photos placed in %(name)s"),
    ngettext("Place of %(count)s photo taken away", "Place of %(count)s photos taken away"),
    ngettext(
        "%(count)s photo back to the place that is found by itself",
        "%(count)s photos back to the place that is found by itself",
    ),
    ngettext("%(count)s photo moved by %(shift)s", "%(count)s photos moved by %(shift)s"),
    ngettext("%(count)s photo set to %(time)s", "%(count)s photos set to %(time)s"),
    ngettext("%(count)s photo back to the time of the file", "%(count)s photos back to the time of the file"),
    ngettext("%(count)s photo set aside", "%(count)s photos set aside"),
    ngettext("%(count)s photo brought back", "%(count)s photos brought back"),
    ngettext("One of %(count)s duplicates kept", "One of %(count)s duplicates kept"),
    ngettext("All of %(count)s alike photos kept", "All of %(count)s alike photos kept"),
    ngettext("1 star for %(count)s photo", "1 star for %(count)s photos"),
    ngettext("%(stars)s stars for %(count)s photo", "%(stars)s stars for %(count)s photos"),
    ngettext("Stars taken from %(count)s photo", "Stars taken from %(count)s photos"),
    ngettext("%(count)s photo tagged “%(tag)s”", "%(count)s photos tagged “%(tag)s”"),
    ngettext("“%(tag)s” removed from %(count)s photo", "“%(tag)s” removed from %(count)s photos"),
    ngettext("“%(tag)s” right for %(count)s photo", "“%(tag)s” right for %(count)s photos"),
    ngettext("“%(tag)s” wrong for %(count)s photo", "“%(tag)s” wrong for %(count)s photos"),
    ngettext(
        "One of %(number)s duplicates kept, %(count)s photo set aside",
        "One of %(number)s duplicates kept, %(count)s photos set aside",
    ),
    ngettext(
        "The best of %(groups)s group kept, %(count)s photo set aside",
        "The best of %(groups)s group kept, %(count)s photos set aside",
    ),
    ngettext(
        "The best of %(groups)s groups kept, %(count)s photo set aside",
        "The best of %(groups)s groups kept, %(count)s photos set aside",
    ),
)
