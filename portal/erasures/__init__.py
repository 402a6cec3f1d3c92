"""Orders to erase words of the trail by law: two supervisors order, the operator carries out."""
