"""The business register."""

from identity.records.registry import EntryConnector, connectors


@connectors.register("business")
class BusinessRegister(EntryConnector):
    """The market regulator's register of companies and of those who may not lead one."""

    about = ("organisation",)
    fields = {
        "business.name": "name",
        "business.credit_code": "credit_code",
        "business.legal_representative": "legal_representative",
        "business.address": "address",
        "business.legal_rep_crime_years": "legal_rep_crime_years",
        "business.legal_rep_revoked_years": "legal_rep_revoked_years",
        "business.legal_rep_dishonest_debtor": "legal_rep_dishonest_debtor",
    }
