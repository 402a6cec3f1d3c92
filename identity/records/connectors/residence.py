"""The residence register."""

from identity.records.registry import EntryConnector, connectors


@connectors.register("residence")
class ResidenceRegister(EntryConnector):
    """The register of people who live away from their household: where, and since when."""

    fields = {
        "residence.current_address": "address",
        "residence.since": "since",
    }
