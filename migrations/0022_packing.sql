-- What boxes held when something was planned, decided, received or used, beside its row: another box changes nothing of what was
-- before it. Empty in rows of before and of nodes of the version before: as the first packing of the programme; a recurring job
-- fills them in by their day (work::packing). Only additions.

-- A line of a plan, with the boxes of needles by the rule of its registration.
alter table plan_line add column vials_per_box bigint;
alter table plan_line add column doses_per_vial bigint;
alter table plan_line add column needles_per_box bigint;
alter table plan_line add column needle_boxes bigint;
-- Of the day of the approval.
alter table allocation_run add column vials_per_box bigint;
alter table allocation_run add column doses_per_vial bigint;
alter table allocation_run add column needles_per_box bigint;
alter table allocation add column vials_per_box bigint;
alter table allocation add column doses_per_vial bigint;
alter table allocation add column needles_per_box bigint;
-- As decided until it is received, then of the day on which it came.
alter table shipment add column vials_per_box bigint;
alter table shipment add column doses_per_vial bigint;
alter table shipment add column needles_per_box bigint;
-- Of the day that is reported.
alter table result_entry add column doses_per_vial bigint;

-- The rows that are still to be filled in.
create index plan_line_unpacked on plan_line (venue_id) where vials_per_box is null;
create index allocation_run_unpacked on allocation_run (id) where vials_per_box is null;
create index allocation_unpacked on allocation (venue_id) where vials_per_box is null;
create index shipment_unpacked on shipment (venue_id) where vials_per_box is null;
create index result_entry_unpacked on result_entry (venue_id) where doses_per_vial is null;
