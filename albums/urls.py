from django.urls import URLPattern

app_name = "albums"
urlpatterns: list[URLPattern] = []
