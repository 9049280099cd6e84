"""One module per resource. A view validates, calls a service or a `visible_to` queryset, and answers."""
