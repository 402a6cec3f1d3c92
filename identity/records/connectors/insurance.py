"""Social insurance."""

from identity.records.registry import EntryConnector, connectors


@connectors.register("insurance")
class InsuranceRegister(EntryConnector):
    """Social insurance: through whom somebody is insured, and for how long without a break."""

    fields = {"insurance.employer": "employer", "insurance.months": "months"}
