"""The sentinel: rules over the sealed trail, alarms with evidence, verdicts of another person."""
