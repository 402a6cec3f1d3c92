"""Addresses of the desk, below `/admin/` and in the name space `desk`."""

from django.urls import path

from applications.views import desk, desk_decide, desk_facts, desk_letter, desk_superior

urlpatterns = [
    path("desk/", desk.queue, name="queue"),
    path("desk/next/", desk.take_next, name="next"),
    path("desk/escalations/", desk_superior.escalations, name="escalations"),
    path("desk/escalations/<str:reference>/", desk_superior.answer, name="answer"),
    path("desk/<str:reference>/", desk.case, name="case"),
    path("desk/<str:reference>/take/", desk.take, name="take"),
    path("desk/<str:reference>/hand-back/", desk.hand_back, name="hand-back"),
    path("desk/<str:reference>/correct/", desk_decide.correct, name="correct"),
    path("desk/<str:reference>/pass-on/", desk_decide.pass_on, name="pass-on"),
    path("desk/<str:reference>/approve/", desk_decide.approve, name="approve"),
    path("desk/<str:reference>/reject/", desk_decide.reject, name="reject"),
    path("desk/<str:reference>/ask/", desk_decide.ask, name="ask"),
    path("desk/<str:reference>/fact/", desk_facts.fact, name="fact"),
    path("desk/<str:reference>/reveal/<str:key>/", desk.reveal, name="reveal"),
    path("desk/<str:reference>/files/<int:number>/", desk.material, name="material"),
    path("desk/<str:reference>/letter/", desk_letter.letter, name="letter"),
    path("alarms/", desk_superior.alarms, name="alarms"),
    path("alarms/<str:reference>/<str:rule>/", desk_superior.note_alarm, name="note-alarm"),
]
