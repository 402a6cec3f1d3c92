"""Licences and penalties."""

from identity.records.registry import EntryConnector, connectors


@connectors.register("licences")
class LicenceRegister(EntryConnector):
    """Licences and certificates, and penalties that bar somebody from holding one."""

    about = ("person", "organisation")
    fields = {
        "licences.food_revoked_years": "food_revoked_years",
        "licences.food_crime": "food_crime",
        "licences.health_certificates": "health_certificates",
    }
