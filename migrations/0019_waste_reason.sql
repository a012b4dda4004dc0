-- Why vials were thrown away, beside the report that says so. What was reported before has it in the ledger.
alter table result_entry add column waste_reason text;
update result_entry set waste_reason = (
    select min(s.reason) from stock_entry s
    where s.venue_id = result_entry.venue_id and s.kind = 'wasted' and s.at = result_entry.at and s.vials = result_entry.increase
) where series = 'unused_vials' and increase > 0;
