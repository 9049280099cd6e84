from django.urls import URLPattern, URLResolver, include, path

from albums.views import (
    changes,
    downloads,
    duplicates,
    faces,
    find_me,
    invitations,
    joining,
    labelling,
    left_out,
    media,
    members,
    people,
    photos,
    questions,
    rooms,
)

app_name = "albums"

photo_urls = [
    path("", photos.photo_page, name="photo"),
    path("faces/", faces.face_draw, name="face_draw"),
    path("<str:size>", media.photo_media, name="media"),
]
find_me_urls = [
    path("", find_me.find_me_page, name="find_me"),
    path("start/", find_me.find_me_start, name="find_me_start"),
    path("results/", find_me.find_me_results, name="find_me_results"),
    path("accept/", find_me.find_me_accept, name="find_me_accept"),
    path("decline/", find_me.find_me_decline, name="find_me_decline"),
    path("forget/", find_me.find_me_forget, name="find_me_forget"),
]
person_urls = [
    path("", people.person_page, name="person"),
    path("faces/", people.person_faces, name="person_faces"),
    path("name/", people.person_name, name="person_name"),
    path("hide/", people.person_hide, name="person_hide"),
    path("refuse/", people.person_refuse, name="person_refuse"),
    path("cover/", people.person_cover, name="person_cover"),
    path("claim/", people.person_claim, name="person_claim"),
    path("proposals/", labelling.person_proposals, name="person_proposals"),
    path("proposals/accept/", labelling.proposals_accept, name="proposals_accept"),
    path("proposals/refuse/", labelling.proposals_refuse, name="proposals_refuse"),
]
member_urls = [
    path("role/", members.member_role, name="member_role"),
    path("remove/", members.member_remove, name="member_remove"),
    path("hand-over/", members.member_hand_over, name="member_hand_over"),
]
room_urls: list[URLPattern | URLResolver] = [
    path("", rooms.room_page, name="room"),
    path("progress/", rooms.room_progress_part, name="room_progress"),
    path("settings/", rooms.room_settings, name="room_settings"),
    path("delete/", rooms.room_delete, name="room_delete"),
    path("leave/", rooms.room_leave, name="room_leave"),
    path("cover/", rooms.room_cover, name="room_cover"),
    path("upload/", photos.photo_upload, name="photo_upload"),
    path("photos/trash/", photos.photos_trash, name="photos_trash"),
    path("photos/restore/", photos.photos_restore, name="photos_restore"),
    path("photos/retry/", photos.photos_retry, name="photos_retry"),
    path("photos/<int:photo_id>/", include(photo_urls)),
    path("downloads/", photos.download_new, name="download_new"),
    path("failed/", photos.failed_page, name="failed"),
    path("trash/", photos.trash_page, name="trash"),
    path("left-out/", left_out.left_out_page, name="left_out"),
    path("duplicates/", duplicates.duplicates_page, name="duplicates"),
    path("people/", people.people_page, name="people"),
    path("people/names/", people.people_names, name="people_names"),
    path("people/merge/", people.people_merge, name="people_merge"),
    path("people/<int:person_id>/", include(person_urls)),
    path("faces/<int:face_id>/crop", media.face_crop, name="face_crop"),
    path("faces/<int:face_id>/name/", people.face_name, name="face_name"),
    path("faces/<int:face_id>/dismiss/", faces.face_dismiss, name="face_dismiss"),
    path("label/", labelling.label_page, name="label"),
    path("label/answer/", labelling.label_answer, name="label_answer"),
    path("questions/", questions.questions_page, name="questions"),
    path("questions/<int:question_id>/answer/", questions.question_answer, name="question_answer"),
    path("mine/", people.mine_page, name="mine"),
    path("find-me/", include(find_me_urls)),
    path("members/", members.members_page, name="members"),
    path("members/<int:membership_id>/", include(member_urls)),
    path("invitations/", invitations.invitations_page, name="invitations"),
    path("invitations/<int:invitation_id>/revoke/", invitations.invitation_revoke, name="invitation_revoke"),
    path("changes/", changes.changes_page, name="changes"),
    path("changes/<int:change_id>/undo/", changes.change_undo, name="change_undo"),
    path("photo-changes/<int:change_id>/undo/", changes.photo_change_undo, name="photo_change_undo"),
]

urlpatterns = [
    path("", rooms.landing, name="landing"),
    path("rooms/", rooms.room_list, name="rooms"),
    path("rooms/new/", rooms.room_new, name="room_new"),
    path("rooms/<uuid:room_id>/", include(room_urls)),
    path("j/", joining.join_code, name="join_code"),
    path("j/<str:token>/", joining.join, name="join"),
    path("downloads/<uuid:download_id>/", downloads.download_zip, name="download"),
    path("downloads/<uuid:download_id>/<str:name>", downloads.download_zip, name="download"),
]
