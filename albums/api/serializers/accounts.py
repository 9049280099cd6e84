from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import User


class MeSerializer(serializers.ModelSerializer[User]):
    name = serializers.CharField(source="__str__", read_only=True)
    email = serializers.CharField(read_only=True)

    class Meta:
        model = User
        fields = ("id", "name", "email", "is_guest")
        read_only_fields = fields


class MePatchSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=60)


class SignInSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=128, trim_whitespace=False, write_only=True)


class TokenSerializer(serializers.Serializer[Any]):
    token = serializers.CharField(help_text="Shown once; send it as `Authorization: Token ...`.")
    expiry = serializers.DateTimeField(allow_null=True)
