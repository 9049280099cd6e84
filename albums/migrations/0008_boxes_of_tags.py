"""A tag knows every place on its photo, not one: `box`, which nothing has filled yet, becomes `boxes`."""

from django.db import migrations


def wrap(apps, schema_editor):
    PhotoTag = apps.get_model("albums", "PhotoTag")
    for row in PhotoTag.objects.filter(boxes__isnull=False).iterator():
        PhotoTag.objects.filter(pk=row.pk).update(boxes=[row.boxes])


def unwrap(apps, schema_editor):
    PhotoTag = apps.get_model("albums", "PhotoTag")
    for row in PhotoTag.objects.filter(boxes__isnull=False).iterator():
        PhotoTag.objects.filter(pk=row.pk).update(boxes=row.boxes[0] if row.boxes else None)


class Migration(migrations.Migration):
    dependencies = [
        ("albums", "0007_edits_of_many"),
    ]

    operations = [
        migrations.RenameField(model_name="phototag", old_name="box", new_name="boxes"),
        migrations.RunPython(wrap, unwrap),
    ]
