"""The engine room: the database the portal brings along, and the processes it runs.

Nothing here needs Django, so that it can work before Django has read its settings.
"""
