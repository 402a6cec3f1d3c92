"""The staff door and the officer's own pages of this package. Mounted under /admin/."""

from django.urls import include, path

from identity import door_urls
from identity.views import links, messages, near, person, postings

own_pages = [
    path("posting/", person.switch_posting, name="posting"),
    path("postings/to-confirm/", postings.to_confirm, name="postings-to-confirm"),
    path("postings/to-confirm/<uuid:posting_id>/", postings.confirm, name="confirm-posting"),
    path("officers/", links.links, name="officer-links"),
    path("officers/own/object/", links.object_to_own, name="object-to-link"),
    path("officers/<uuid:link_id>/answer/", links.answer, name="answer-link"),
    path("officers/<uuid:link_id>/end/", links.end, name="end-link"),
    path("relatives/", near.relatives, name="relatives"),
    path("relatives/<uuid:relative_id>/end/", near.end, name="end-relative"),
    path("relatives/to-end/", near.to_end, name="relatives-to-end"),
    path("relatives/<uuid:relative_id>/answer/", near.answer_end, name="answer-end"),
    path("protected/", near.protected, name="protected"),
    path("protected/<uuid:protection_id>/end/", near.end_protected, name="end-protection"),
    path("protected/<uuid:protection_id>/keep/", near.keep_protected, name="keep-protection"),
    path("messages/", messages.inbox, name="messages"),
    path("messages/<uuid:message_id>/", messages.message, name="message"),
]
urlpatterns = [*door_urls.urlpatterns, path("", include((own_pages, "identity")))]
