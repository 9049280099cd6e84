from __future__ import annotations

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


class SchemaView(SpectacularAPIView):
    """The OpenAPI description of everything here."""


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI, to try the API out; under the same strict policy as every page."""

    url_name = "api:schema"
    template_name = "albums/api_docs.html"
