from django.urls import path

from albums.views import downloads, media, tus

app_name = "albums"
urlpatterns = [
    path("rooms/<uuid:room_id>/photos/<int:photo_id>/<str:size>", media.photo_media, name="media"),
    path("rooms/<uuid:room_id>/faces/<int:face_id>/crop", media.face_crop, name="face_crop"),
    path("rooms/<uuid:room_id>/uploads", tus.UploadsView.as_view(), name="uploads"),
    path("rooms/<uuid:room_id>/uploads/<uuid:upload_id>", tus.UploadView.as_view(), name="upload"),
    path("downloads/<uuid:download_id>.zip", downloads.download_zip, name="download"),
    path("downloads/<uuid:download_id>/<str:name>.zip", downloads.download_zip),
]
