"""The land registry."""

from identity.records.registry import EntryConnector, connectors


@connectors.register("property")
class PropertyRegister(EntryConnector):
    """The land registry, with the zones of protection a plot lies in."""

    about = ("person", "organisation")
    fields = {
        "property.address": "address",
        "property.area": "area",
        "property.use": "use",
        "site.water_source_zone": "water_source_zone",
        "site.nature_reserve_zone": "nature_reserve_zone",
        "site.yangtze_bank_distance_m": "yangtze_bank_distance_m",
    }
