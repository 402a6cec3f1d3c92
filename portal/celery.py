"""The worker: Redis where there is one, else a queue of files under `var/`."""

import os

from celery import Celery
from celery.schedules import crontab
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["audit", "identity", "applications", "portal"])
app.conf.update(
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_connection_timeout=2,
    beat_schedule={
        "sweep the outbox": {"task": "audit.tasks.sweep", "schedule": 2.0},
        "watch the trail": {"task": "audit.tasks.watch_the_trail", "schedule": 10.0},
        # Not at midnight: the last looks of a day are sealed and read a minute later.
        "watch the trail again": {
            "task": "audit.tasks.look_at_the_trail_again",
            "schedule": crontab(hour="*/6", minute=20),
        },
        "mark households": {
            "task": "identity.tasks.mark_unmarked_households",
            "schedule": 300.0,
        },
        "delete files of the trail": {"task": "audit.tasks.expire_files", "schedule": 900.0},
        "say that the worker lives": {"task": "portal.tasks.heartbeat", "schedule": 30.0},
        # Each head is mailed once; asking often makes a new epoch or key known soon.
        "mail heads to witnesses": {"task": "audit.tasks.mail_heads", "schedule": 300.0},
        "say what is wrong": {"task": "portal.tasks.watch", "schedule": 60.0},
        "give back what officers left": {
            "task": "applications.tasks.free_left",
            "schedule": 300.0,
        },
        "name others in cases": {"task": "applications.tasks.name_others", "schedule": 300.0},
        "sweep lost files": {
            "task": "applications.tasks.sweep_lost_files",
            "schedule": crontab(hour=3, minute=40),
        },
        "forget ended sessions": {"task": "audit.tasks.forget", "schedule": crontab(minute=27)},
        "send questions up": {"task": "identity.tasks.pass_on_questions", "schedule": 600.0},
        "end holds": {"task": "identity.tasks.end_holds", "schedule": 300.0},
        # Each report is made once; asking every hour makes up for a Monday that was missed.
        "weekly reports": {"task": "portal.tasks.weekly_reports", "schedule": crontab(minute=7)},
    },
)

if not settings.REDIS_URL:
    folders = {name: settings.VAR / "queue" / name for name in ("in", "done", "control")}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    app.conf.broker_transport_options = {
        "data_folder_in": str(folders["in"]),
        "data_folder_out": str(folders["in"]),
        "processed_folder": str(folders["done"]),
        "control_folder": str(folders["control"]),
    }
