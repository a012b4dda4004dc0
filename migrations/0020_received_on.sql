-- The day on which goods came, beside the instant at which that was recorded: what was known at an instant stays as it was. Empty in
-- rows of before: it came on the day on which it was recorded.
alter table shipment add column received_on date;
