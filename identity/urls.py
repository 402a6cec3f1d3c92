"""The citizens' door and the citizen's own pages of this package."""

from django.urls import include, path

from identity import door_urls
from identity.views import messages, person

own_pages = [
    path("account/real-name/", person.prove, name="prove"),
    path("my/act-for/", person.choose_principal, name="act-for"),
    path("my/messages/", messages.inbox, name="messages"),
    path("my/messages/<uuid:message_id>/", messages.message, name="message"),
]
urlpatterns = [*door_urls.urlpatterns, path("", include((own_pages, "identity")))]
