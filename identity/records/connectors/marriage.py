"""The register of marriages."""

from identity.records.registry import EntryConnector, connectors


@connectors.register("marriage")
class MarriageRegister(EntryConnector):
    """The civil affairs register of marriages."""

    fields = {
        "marriage.status": "status",
        "spouse.name": "spouse_name",
        "spouse.citizen_number": "spouse_number",
    }
